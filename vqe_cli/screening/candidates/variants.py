"""Variants of a grid: all combinations of values of some keys of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from vqe_cli._core.kinds import PARTS
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.schema import RunSpec, Source
from vqe_cli.schema.basis import basis_label, in_one_spelling
from vqe_cli.schema.files import basis_with_texts
from vqe_cli.schema.selection import canonical
from vqe_cli.screening.model import Variant

MAX_VARIANTS = 10_000

OF_BASES = ("molecule.basis", "molecule.ecp")
"""Keys whose values may be files."""

OF_CANDIDATES = ("name", "geometry", "units", "charge", "multiplicity")
"""Keys of the molecule section that come from the candidates."""


def variants_of(grid: Mapping[str, Any]) -> tuple[Variant, ...]:
    """All combinations, with the last key varying fastest; a single empty one without a grid.

    Args:
        grid: Lists of values by key of the input (``molecule.basis``).

    Raises:
        InputError: A key is unknown, values are not a list, or there are too many combinations.
    """
    grid = {key: _listed(key, values) for key, values in grid.items()}
    for key, values in grid.items():
        _check_axis(key, values)
    count = prod(len(values) for values in grid.values())
    if count > MAX_VARIANTS:
        message = f"the grid has {count:,} variants, at most {MAX_VARIANTS:,} are allowed"
        raise InputError(message, path=("grid",))
    return tuple(
        Variant(label=_label(grid, values), overrides=dict(zip(grid, values, strict=True)))
        for values in product(*grid.values())
    )


def with_bases(grid: Any, source: Source) -> Any:
    """The grid with the contents of the files of bases and core potentials that it names.

    Args:
        grid: Section ``grid`` of the input.
        source: Source of the input, for paths and error messages.

    Raises:
        InputError: A file cannot be read.
    """
    if not isinstance(grid, dict):
        return grid
    return {
        key: [
            basis_with_texts(value, ("grid", key, str(number)), source)
            for number, value in enumerate(values)
        ]
        if key in OF_BASES and isinstance(values, list)
        else values
        for key, values in grid.items()
    }


def _listed(key: str, values: Any) -> Any:
    """The values with names in one spelling, so that UCCSD and uccsd are one."""
    if not isinstance(values, list | tuple):
        return values
    if key in OF_BASES:
        return [in_one_spelling(value) for value in values]
    return [canonical(PARTS[key], value) for value in values] if key in PARTS else values


def _check_axis(key: str, values: Any) -> None:
    parts, path = key.split("."), ("grid", key)
    keys = [key for key in RunSpec.model_fields if key != "properties"]
    if parts[0] not in keys:
        hint = did_you_mean(parts[0], keys)
        raise InputError(f"'{key}' is not a key of the input", path=path, hint=hint)
    if parts[0] == "molecule" and (len(parts) == 1 or parts[1] in OF_CANDIDATES):
        hint = "list molecules that differ in it as candidates"
        raise InputError(f"'{key}' is the candidate's, not the grid's", path=path, hint=hint)
    if not isinstance(values, list | tuple) or not values:
        hint = f"{key}: [..., ...]"
        raise InputError(f"'{key}' must be a list of values", path=path, hint=hint)
    shown = [shown_value(key, value) for value in values]
    if twice := next((text for text in shown if shown.count(text) > 1), None):
        # Labels identify variants: uccsd and {name: uccsd} are the same method.
        raise InputError(f"'{key}' has a value twice: {twice}", path=path, hint="keep one of them")


def _label(grid: Mapping[str, Sequence[Any]], values: tuple[Any, ...]) -> str:
    """The label with the values that vary, such as ``uccsd, sto-3g``."""
    pairs = zip(grid.items(), values, strict=True)
    return ", ".join(shown_value(key, value) for (key, choices), value in pairs if len(choices) > 1)


def shown_value(key: str, value: Any) -> str:
    """A value as text: ``uccsd``, ``k-upccgsd k=2``, ``readout + zne`` or, nameless, ``seed=3``.

    Args:
        key: The key of the input.
        value: Its value.
    """
    if isinstance(value, str):
        text = value
    elif key in OF_BASES:
        text = basis_label(value)
    elif value is None:
        text = f"no {key.rsplit('.', 1)[-1]}"
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        text = " + ".join(value)
    elif isinstance(value, dict) and isinstance(value.get("name"), str):
        options = (f"{name}={option}" for name, option in value.items() if name != "name")
        text = " ".join((value["name"], *options))
    else:
        text = f"{key.rsplit('.', 1)[-1]}={value}"
    return "".join(letter if letter.isprintable() else "?" for letter in text)

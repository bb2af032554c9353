"""Families of problems that grow: hydrogen chains, polyenes, and active spaces of one molecule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vqe_cli.errors import InputError, did_you_mean

SPACING = 1.0
"""Distance of neighbours in a hydrogen chain, Ångström."""

MOST_SIZES = 40


@dataclass(frozen=True)
class Family:
    """A family of problems.

    Args:
        name: Its name.
        unit: What its size counts, in the singular.
        changes: Function from a size to values by key of the input.
        smallest: Smallest size.
        step: Sizes are multiples of this.
        has_molecule: Whether it brings its molecule; else the input has one.
    """

    name: str
    unit: str
    changes: Callable[[int], dict[str, Any]]
    smallest: int
    step: int
    has_molecule: bool = True


def _hydrogen_chain(size: int) -> dict[str, Any]:
    lines = "\n".join(f"H 0 0 {SPACING * number}" for number in range(size))
    return {"molecule.name": f"H{size}", "molecule.geometry": lines}


def _polyene(size: int) -> dict[str, Any]:
    smiles = "".join("C=C" for _ in range(size // 2))
    return {
        "molecule.name": f"C{size}H{size + 2}",
        "molecule.geometry": {"smiles": smiles},
        "active_space": "pi",
    }


def _active_space(size: int) -> dict[str, Any]:
    return {"active_space": {"name": "frontier", "electrons": size, "orbitals": size}}


FAMILIES = {
    family.name: family
    for family in (
        Family("hydrogen-chain", "atom", _hydrogen_chain, 2, 2),
        Family("polyene", "carbon atom", _polyene, 2, 2),
        Family("active-space", "orbital", _active_space, 2, 2, has_molecule=False),
    )
}
"""All families by name."""


def family_of(text: str) -> tuple[Family, tuple[int, ...]]:
    """A family and its sizes, from a text such as ``hydrogen-chain=2:10:2``.

    Args:
        text: Name and sizes: a list, or first, last and step.

    Raises:
        InputError: There is no such family, or a size does not fit.
    """
    name, separator, sizes = text.partition("=")
    try:
        if not separator:
            raise InputError(f"'{text}' has no sizes", hint=f"write --scale {name}=2,4,6")
        if name not in FAMILIES:
            hint = did_you_mean(name, list(FAMILIES)) or f"known: {', '.join(FAMILIES)}"
            raise InputError(f"there is no family '{name}'", hint=hint)
        family = FAMILIES[name]
        return family, _sizes(sizes, family)
    except InputError as error:
        error.where = "--scale"
        raise


def _sizes(text: str, family: Family) -> tuple[int, ...]:
    hint = f"write --scale {family.name}=2,4,6 or {family.name}=2:10:2"
    try:
        if ":" in text:
            first, last, *step = (int(part) for part in text.split(":"))
            found = list(range(first, last + 1, *(step or [family.step])))
        else:
            found = [int(part) for part in text.split(",")]
    except (ValueError, TypeError):
        raise InputError(f"'{text}' are no sizes", hint=hint) from None
    if not found or len(found) > MOST_SIZES:
        raise InputError(f"'{text}' are {len(found)} sizes", hint=hint)
    wrong = [size for size in found if size < family.smallest or size % family.step]
    if wrong:
        message = f"{family.name} has no size {wrong[0]}: sizes are multiples of {family.step}"
        raise InputError(message, hint=hint)
    if len(set(found)) < len(found):
        raise InputError(f"'{text}' has a size twice", hint=hint)
    return tuple(sorted(found))

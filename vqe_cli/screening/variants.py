"""A grid of settings: every combination of the values of some keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from vqe_cli.errors import InputError
from vqe_cli.screening.model import Variant

MAX_VARIANTS = 10_000


def variants_of(grid: Mapping[str, Sequence[Any]]) -> tuple[Variant, ...]:
    """All combinations, the last key varying fastest.

    Args:
        grid: Key of the input to its values.

    Raises:
        InputError: A key has no values, or there are too many combinations.
    """
    for key, values in grid.items():
        if not values:
            raise InputError(f"'{key}' has no values", path=("grid", key))
    count = prod(len(values) for values in grid.values())
    if count > MAX_VARIANTS:
        raise InputError(f"{count:,} combinations are more than {MAX_VARIANTS:,}", path=("grid",))
    varying = [key for key, values in grid.items() if len(values) > 1]
    found = []
    for values in product(*grid.values()):
        overrides = dict(zip(grid, values, strict=True))
        label = ", ".join(_word(key, overrides[key]) for key in varying)
        found.append(Variant(label=label, overrides=overrides))
    return tuple(found)


def _word(key: str, value: Any) -> str:
    """``uccsd``, ``k-upccgsd k=2`` or, for what is not a name, ``seed=3``."""
    if isinstance(value, dict):
        options = [f"{k}={v}" for k, v in value.items() if k != "name"]
        return " ".join([str(value.get("name", key)), *options])
    return value if isinstance(value, str) else f"{key.rsplit('.', 1)[-1]}={value}"

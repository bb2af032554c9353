"""Labels, units and decimals of columns."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vqe_cli.properties.units import without_unit

DECIMALS = {"Ha": 6, "mHa": 3, "eV": 2, "D": 2, "kcal/mol": 2, "kJ/mol": 1, "Å": 3, "s": 1, "%": 1}
"""Number of decimals by unit."""


ACRONYMS = {
    word.lower(): word
    for word in ("CASCI", "CCSD", "D1", "FCI", "HF", "HOMO", "LUMO", "MP2", "T1", "VQE")
}
"""Words that are not written in small letters."""

JOINED = {"CCSD t": "CCSD(T)", "HOMO LUMO": "HOMO–LUMO"}
"""Words that belong together."""


def split_unit(column: str) -> tuple[str, str]:
    """The label and the unit of a column, such as ``("error", "mHa")``.

    Args:
        column: Name of the column, such as ``"error_mha"``.

    Returns:
        The label and the unit; the unit is empty if the name has none.
    """
    name, unit = without_unit(column)
    return _words(name), unit


def _words(name: str) -> str:
    text = " ".join(ACRONYMS.get(word, word) for word in name.split("_"))
    for apart, together in JOINED.items():
        text = text.replace(apart, together)
    return text


def decimals(unit: str, values: Iterable[float | None]) -> int:
    """The number of decimals of a column.

    Args:
        unit: Unit of the column.
        values: Values of the column.
    """
    if unit in DECIMALS:
        return DECIMALS[unit]
    sizes = sorted(abs(value) for value in values if value)
    if not sizes:
        return 0
    middle = sizes[len(sizes) // 2]
    return min(max(2 - math.floor(math.log10(middle)), 0), 8)

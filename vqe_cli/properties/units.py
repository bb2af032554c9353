"""Units of columns, which are the endings of their names."""

from __future__ import annotations

UNITS = {
    "kcal_per_mol": "kcal/mol",
    "kj_per_mol": "kJ/mol",
    "millihartree": "mHa",
    "hartree": "Ha",
    "mha": "mHa",
    "ev": "eV",
    "debye": "D",
    "angstrom": "Å",
    "bytes": "bytes",
    "seconds": "s",
    "percent": "%",
    "usd": "USD",
    "s": "s",
}
"""Units by the ending of a column's name; longer endings first."""


def without_unit(column: str) -> tuple[str, str]:
    """The name of a column without its unit, and the unit.

    Args:
        column: Name of the column, such as ``"error_mha"``.

    Returns:
        The rest of the name and the unit; the unit is empty if the name has none.
    """
    for ending, unit in UNITS.items():
        if column.endswith(f"_{ending}"):
            return column.removesuffix(f"_{ending}"), unit
    return column, ""

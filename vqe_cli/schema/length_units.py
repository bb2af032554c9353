"""Names of units of length."""

from __future__ import annotations

from typing import Any

LENGTH_UNITS = {
    "angstrom": "angstrom", "angstroms": "angstrom", "angstroem": "angstrom", "ang": "angstrom",
    "ångström": "angstrom", "ångstrom": "angstrom", "å": "angstrom", "a": "angstrom",
    "bohr": "bohr", "bohrs": "bohr", "au": "bohr", "a.u.": "bohr", "a.u": "bohr", "atomic": "bohr",
}  # fmt: skip
"""The unit by each of its names in small letters."""


def length_unit(name: Any) -> Any:
    """The unit that a name stands for, in any case; an unknown name unchanged.

    Args:
        name: The unchecked value in the input.
    """
    return LENGTH_UNITS.get(name.strip().lower(), name) if isinstance(name, str) else name

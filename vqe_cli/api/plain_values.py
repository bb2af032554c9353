"""Values of Python and NumPy as the plain data of an input file."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

_SYMBOL = re.compile(r"\s*([A-Za-z]{1,2})")

NUMBERS_OF_AN_ATOM = 3
"""Coordinates of an atom."""


def plain(value: Any) -> Any:
    """A value as plain data: arrays and tuples as lists, paths in the working directory as text.

    Args:
        value: The value; what an input file cannot hold is returned unchanged, and is refused by
            the check of the input.
    """
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, os.PathLike):
        return os.path.abspath(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def as_geometry(value: Any) -> Any:
    """Atoms as an input file has them, from lists such as ``[("H", (0, 0, 0)), ...]`` or a path.

    Args:
        value: A list of atoms, each a symbol or atomic number with three coordinates in one list
            or beside it; the path of a file; other values are returned unchanged.
    """
    if isinstance(value, os.PathLike):
        return {"file": plain(value)}
    atoms = plain(value)
    if not isinstance(atoms, list):
        return atoms
    lines = [_atom(one) for one in atoms]
    return value if None in lines else "\n".join(str(line) for line in lines)


def formula_of(geometry: Any) -> str:
    """The formula of the atoms in Hill's order, as a name; ``molecule`` for other notations.

    Args:
        geometry: Lines or parts of 'symbol x y z', separated by newlines or semicolons.
    """
    if not isinstance(geometry, str):
        return "molecule"
    symbols = [_SYMBOL.match(line) for line in re.split(r"[;\n]", geometry) if line.strip()]
    found = Counter(one[1].capitalize() for one in symbols if one is not None)
    first = ["C", "H"] if "C" in found else []
    order = [*(one for one in first if one in found), *sorted(found.keys() - set(first))]
    return "".join(f"{one}{found[one] if found[one] > 1 else ''}" for one in order) or "molecule"


def _atom(atom: Any) -> str | None:
    """The line of an atom; None for other data."""
    if not isinstance(atom, list) or not atom or not isinstance(atom[0], (str, int)):
        return None
    place = atom[1] if len(atom) == 2 and isinstance(atom[1], list) else atom[1:]
    if len(place) != NUMBERS_OF_AN_ATOM or not all(_is_number(one) for one in place):
        return None
    return " ".join([str(atom[0]), *map(repr, place)])


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

"""Labels of atoms: an element, with the marks that other programs write around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GHOST = (
    re.compile(r"@(.+)"),  # Psi4, Q-Chem
    re.compile(r"gh\((.+)\)", re.IGNORECASE),  # Psi4
    re.compile(r"gh\.(.+)", re.IGNORECASE),  # ADF
    re.compile(r"ghost[-_.:](.+)", re.IGNORECASE),  # PySCF
    re.compile(r"(?:ghost|bq[-_]?|x-)([A-Za-z].*)", re.IGNORECASE),  # PySCF, NWChem
    re.compile(r"(.+)-bq[0-9]*", re.IGNORECASE),  # Gaussian
    re.compile(r"(.+):"),  # ORCA
)
"""Notations of ghosts, atoms that contribute only their basis functions."""

_DUMMY = re.compile(r"(?:x|X|XX|Du)[0-9]*")
_ISOTOPE = (
    re.compile(r"([A-Za-z]{1,2})\(iso=[0-9.]+\)", re.IGNORECASE),  # Gaussian
    re.compile(r"([A-Za-z]{1,2}[0-9]{0,3})@[0-9.]+"),  # Psi4
    re.compile(r"[0-9]{1,3}([A-Z][a-z]?)"),  # 13C
)
_HYDROGENS = ("D", "T")
_NUMBERED = re.compile(r"([A-Za-z]{1,2})(?:[0-9]{1,4}[A-Za-z]?'*|_[A-Za-z0-9_]+)")
"""``O1``, ``C12A``, ``C_a``: an element, and a suffix that distinguishes its atoms."""


@dataclass(frozen=True)
class Label:
    """An element with its marks.

    Args:
        symbol: The element's symbol.
        ghost: Whether the atom has only basis functions, without nucleus and electrons.
        isotope: The label as written if it names an isotope, which has the element's energies.
    """

    symbol: str
    ghost: bool = False
    isotope: str | None = None


def is_dummy(text: str) -> bool:
    """Whether a label is that of a dummy atom, a mere point of reference: ``X``, ``XX``, ``X1``."""
    return _DUMMY.fullmatch(text) is not None


def read_label(text: str) -> Label | None:
    """Read an atom's label.

    Args:
        text: A symbol in any case or an atomic number, optionally with a number or name appended,
            the mark of a ghost, or an isotope.

    Returns:
        The element with its marks; None if the label names no element.
    """
    inner = next((found[1] for mark in _GHOST if (found := mark.fullmatch(text))), None)
    ghost, rest = inner is not None, text if inner is None else inner
    of_isotope = next((found[1] for form in _ISOTOPE if (found := form.fullmatch(rest))), None)
    rest = rest if of_isotope is None else of_isotope
    symbol = _element(rest)
    if symbol is None and rest[:1].upper() in _HYDROGENS:
        numbered = _NUMBERED.fullmatch(rest)
        name = (numbered[1] if numbered else rest).upper()
        symbol, of_isotope = ("H", name) if name in _HYDROGENS else (None, None)
    if symbol is None:
        return None
    return Label(symbol, ghost, None if of_isotope is None else text)


def _element(text: str) -> str | None:
    """The element's symbol from its symbol or number, or from a label that begins with it.

    In a label the second letter must be lower case: ``HG1`` and ``CA1`` name places in a protein.
    """
    from pyscf.data.elements import ELEMENTS

    symbols = [str(symbol) for symbol in ELEMENTS[1:]]
    if re.fullmatch("[0-9]{1,3}", text) and 0 < int(text) <= len(symbols):
        return symbols[int(text) - 1]
    if text.isascii() and text.capitalize() in symbols:
        return text.capitalize()
    found = _NUMBERED.fullmatch(text)
    if found is None or (len(found[1]) == 2 and not found[1][1].islower()):
        return None
    return found[1].capitalize() if found[1].capitalize() in symbols else None

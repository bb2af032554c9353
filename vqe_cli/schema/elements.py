"""Symbols of the elements, and lists of atoms with symbols as in a formula."""

from __future__ import annotations

import re

ELEMENTS = (
    "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In",
    "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
    "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl",
    "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk",
    "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh",
    "Fl", "Mc", "Lv", "Ts", "Og",
)  # fmt: skip
"""The symbols, in the order of their nuclear charges."""

_SYMBOL = re.compile(r"(?m)(?:^|;)[ \t]*([A-Za-z]{1,2})(?=[\s,:])")
"""The symbol before the coordinates of an atom."""


def with_capitals(atoms: str) -> str:
    """Lines of 'symbol x y z' with ``h`` and ``CL`` as ``H`` and ``Cl``; labels stay.

    Args:
        atoms: The lines, or the atoms separated by ``;``.
    """

    def spelt(found: re.Match[str]) -> str:
        before = found[0][: -len(found[1])]
        symbol = found[1].capitalize()
        return f"{before}{symbol if symbol in ELEMENTS else found[1]}"

    return _SYMBOL.sub(spelt, atoms)

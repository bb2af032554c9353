"""Masses of nuclei."""

from __future__ import annotations


def isotope_mass(symbol: str) -> float:
    """The mass of an element's most abundant isotope, in unified atomic mass units.

    Args:
        symbol: Symbol of the element.
    """
    from pyscf.data.elements import COMMON_ISOTOPE_MASSES, charge

    return float(COMMON_ISOTOPE_MASSES[charge(symbol)])

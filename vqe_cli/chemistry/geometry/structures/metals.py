"""Which elements are metals, as far as structures are concerned."""

from __future__ import annotations

from typing import Any

MAIN_GROUP = frozenset({3, 4, 11, 12, 13, 19, 20, 31, 37, 38, 49, 50, 55, 56, 81, 82, 83, 87, 88})
TRANSITION = frozenset({*range(21, 31), *range(39, 49), *range(57, 81), *range(89, 113)})
"""With lanthanides and actinides."""

METALS = MAIN_GROUP | TRANSITION

SALT_FORMING = MAIN_GROUP | {30, 47, 48, 80}
"""Metals whose ions stand beside an organic one without being part of it: those of the main groups,
zinc, silver, cadmium and mercury. Of other metals the complex is what is meant."""


def is_metal(atom: Any) -> bool:
    """Whether RDKit's atom is a metal's.

    Args:
        atom: RDKit's.
    """
    return atom.GetAtomicNum() in METALS


def metals_of(molecule: Any) -> tuple[str, ...]:
    """Symbols of all metal atoms, each as often as it occurs.

    Args:
        molecule: RDKit's.
    """
    return tuple(sorted(atom.GetSymbol() for atom in molecule.GetAtoms() if is_metal(atom)))

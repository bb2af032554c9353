"""Atomic numbers of the metals, by their role in structures."""

from __future__ import annotations

from typing import Any

MAIN_GROUP = frozenset({3, 4, 11, 12, 13, 19, 20, 31, 37, 38, 49, 50, 55, 56, 81, 82, 83, 87, 88})
TRANSITION = frozenset({*range(21, 31), *range(39, 49), *range(57, 81), *range(89, 113)})
"""Transition metals, with lanthanides and actinides."""

LANTHANIDES = frozenset(range(57, 72))
ACTINIDES = frozenset(range(89, 104))

METALS = MAIN_GROUP | TRANSITION

SALT_FORMING = MAIN_GROUP | {30, 47, 48, 80}
"""Metals that form salts: those of the main groups, zinc, silver, cadmium and mercury.

Their ions are counter-ions of organic ions; other metals form complexes.
"""


def is_metal(atom: Any) -> bool:
    """Whether an atom is a metal atom.

    Args:
        atom: The RDKit atom.
    """
    return atom.GetAtomicNum() in METALS


def metals_of(molecule: Any) -> tuple[str, ...]:
    """The sorted symbols of all metal atoms, with repetitions.

    Args:
        molecule: The RDKit molecule.
    """
    return tuple(sorted(atom.GetSymbol() for atom in molecule.GetAtoms() if is_metal(atom)))

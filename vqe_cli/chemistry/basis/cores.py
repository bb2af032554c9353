"""The chemical core of atoms."""

from __future__ import annotations

from typing import Any

NOBLE_GASES = (2, 10, 18, 36, 54, 86)

Shells = tuple[int, int, int, int]
"""Numbers of s, p, d and f shells."""

XENON, XENON_AND_4F, HAFNIUM = 54, 68, 72

ORBITALS = (1, 3, 5, 7)
"""Numbers of orbitals in an s, p, d and f shell."""

SHELLS: dict[int, Shells] = {
    0: (0, 0, 0, 0),
    2: (1, 0, 0, 0),
    10: (2, 1, 0, 0),
    18: (3, 2, 0, 0),
    28: (3, 2, 1, 0),
    36: (4, 3, 1, 0),
    46: (4, 3, 2, 0),
    54: (5, 4, 2, 0),
    60: (4, 3, 2, 1),
    68: (5, 4, 2, 1),
    78: (5, 4, 3, 1),
    86: (6, 5, 3, 1),
    92: (5, 4, 3, 2),
}
"""Closed shells of noble gases and of core potentials, by their number of electrons.

Core potentials do not follow the order of noble gases: 60 electrons are those of krypton, 4d and
4f, without 5s and 5p of xenon.
"""


def core_orbitals(mole: Any) -> int:
    """The number of doubly occupied core orbitals.

    The core of an atom is that of the preceding noble gas, and 4f below 5d. Shells that a core
    potential replaces are not counted, and ghosts have no core.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    return sum(_of_atom(mole, atom) for atom in range(mole.natm))


def _of_atom(mole: Any, atom: int) -> int:
    removed = int(mole.atom_nelec_core(atom))
    number = int(mole.atom_charge(atom)) + removed
    core = max((gas for gas in NOBLE_GASES if gas < number), default=0)
    if core == XENON and number >= HAFNIUM:
        core = XENON_AND_4F
    if removed not in SHELLS:
        return max(0, core - removed) // 2
    pairs = zip(SHELLS[core], SHELLS[removed], ORBITALS, strict=True)
    return sum(max(0, there - gone) * orbitals for there, gone, orbitals in pairs)

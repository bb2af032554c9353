"""The chemical core of atoms."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

NOBLE_GASES = (2, 10, 18, 36, 54, 86)


def core_orbitals(mole: Any) -> int:
    """Doubly occupied core orbitals: those of the noble gas before each atom.

    Electrons that a core potential stands for are not counted, and ghosts have none.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    total = 0
    for atom in range(mole.natm):
        removed = int(mole.atom_nelec_core(atom))
        number = int(mole.atom_charge(atom)) + removed
        shells = bisect_left(NOBLE_GASES, number)
        core_electrons = NOBLE_GASES[shells - 1] if shells else 0
        total += max(0, core_electrons - removed) // 2
    return total

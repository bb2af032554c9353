"""Everything but the chemical core."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.integrals import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.mean_field import MeanField

if TYPE_CHECKING:
    from pyscf.gto import Mole

NOBLE_GASES = (2, 10, 18, 36, 54, 86)


class FrozenCore(ActiveSpace):
    """All orbitals but the core of the noble gas before: 1s for Li to Ne, 1s2s2p for Na to Ar.

    Electrons that an effective core potential has already removed are not counted again.

    Reference:
        The convention of Psi4's ``freeze_core`` and qiskit-nature's `FreezeCoreTransformer`.
    """

    def check(self, mole: Mole) -> None:
        """All basis functions but the core's orbitals."""
        refuse_too_many(mole.nao - _core_orbitals(mole))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Freeze the lowest doubly occupied orbitals."""
        doubly_occupied = int((field.mo_occ == 2).sum())
        core = min(_core_orbitals(field.mole), doubly_occupied)
        alpha, beta = field.mole.nelec
        active = tuple(range(core, field.num_orbitals))
        return OrbitalSelection(active, tuple(range(core)), (alpha - core, beta - core))


def _core_orbitals(mole: Any) -> int:
    """Doubly occupied core orbitals that no core potential stands for."""
    total = 0
    for atom in range(mole.natm):
        removed = int(mole.atom_nelec_core(atom))
        number = int(mole.atom_charge(atom)) + removed
        shells = bisect_left(NOBLE_GASES, number)
        core_electrons = NOBLE_GASES[shells - 1] if shells else 0
        total += max(0, core_electrons - removed) // 2
    return total

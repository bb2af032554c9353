"""Everything but the chemical core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.cores import core_orbitals
from vqe_cli.chemistry.integrals import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.mean_field import MeanField

if TYPE_CHECKING:
    from pyscf.gto import Mole


class FrozenCore(ActiveSpace):
    """All orbitals but the core of the noble gas before: 1s for Li to Ne, 1s2s2p for Na to Ar.

    Electrons that an effective core potential has already removed are not counted again.

    Reference:
        The convention of Psi4's ``freeze_core`` and qiskit-nature's `FreezeCoreTransformer`.
    """

    def extent(self, mole: Mole) -> tuple[int, int]:
        """All but the core's."""
        core = core_orbitals(mole)
        return mole.nelectron - 2 * core, mole.nao - core

    def check(self, mole: Mole) -> None:
        """All basis functions but the core's orbitals."""
        refuse_too_many(mole.nao - core_orbitals(mole))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Freeze the lowest doubly occupied orbitals."""
        core = min(core_orbitals(field.mole), field.num_doubly_occupied)
        return OrbitalSelection(
            field=field,
            active=tuple(range(core, field.num_orbitals)),
            inactive=tuple(range(core)),
            method=self.name,
            reason="all but the chemical core",
        )

"""Everything but the chemical core."""

from __future__ import annotations

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.integrals import OrbitalSelection
from vqe_cli.chemistry.mean_field import MeanField


class FrozenCore(ActiveSpace):
    """All orbitals but the chemical core: 1s for Li to Ne, 1s2s2p for Na to Ar, and so on.

    Electrons that an effective core potential has already removed are not counted again.

    Reference:
        The convention of PySCF's ``pyscf.data.elements.chemcore``, which is ORCA's.
    """

    def select(self, field: MeanField) -> OrbitalSelection:
        """Freeze the lowest doubly occupied orbitals."""
        from pyscf.data.elements import chemcore

        doubly_occupied = int((field.mo_occ == 2).sum())
        core = min(int(chemcore(field.mole)), doubly_occupied)
        alpha, beta = field.mole.nelec
        active = tuple(range(core, field.num_orbitals))
        return OrbitalSelection(active, tuple(range(core)), (alpha - core, beta - core))

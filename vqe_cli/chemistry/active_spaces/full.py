"""All orbitals and electrons."""

from __future__ import annotations

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.integrals import OrbitalSelection
from vqe_cli.chemistry.mean_field import MeanField


class Full(ActiveSpace):
    """All orbitals and all electrons of the basis set.

    Reference:
        The full configuration interaction space; Szabo and Ostlund, Modern Quantum Chemistry,
        chapter 4.
    """

    def select(self, field: MeanField) -> OrbitalSelection:
        """Return every orbital."""
        return OrbitalSelection(tuple(range(field.num_orbitals)), (), tuple(field.mole.nelec))

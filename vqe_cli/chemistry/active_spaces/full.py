"""All orbitals and electrons."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.scf.mean_field import MeanField

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory


class Full(ActiveSpace):
    """All orbitals and all electrons of the basis set.

    Reference:
        The full configuration interaction space; Szabo and Ostlund, Modern Quantum Chemistry,
        chapter 4.
    """

    needs_atoms: ClassVar[bool] = False

    by_order: ClassVar[bool] = True

    def extent(self, mole: Mole) -> tuple[int, int]:
        """The numbers of all electrons and orbitals."""
        return mole.nelectron, mole.nao

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse too many orbitals, as many as basis functions."""
        refuse_too_many(mole.nao)

    def select(self, field: MeanField) -> OrbitalSelection:
        """Select every orbital.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        return OrbitalSelection(
            field=field,
            active=tuple(range(field.num_orbitals)),
            inactive=(),
            method=self.name,
            reason="all orbitals and all electrons",
        )

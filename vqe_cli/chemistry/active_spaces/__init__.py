"""Which orbitals are correlated: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from vqe_cli.registry import Entry, Registry

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.chemistry.integrals import OrbitalSelection
    from vqe_cli.chemistry.mean_field import MeanField


class ActiveSpace(Entry):
    """A way to choose active orbitals."""

    def check(self, mole: Mole) -> None:
        """Refuse what is too large whatever the orbitals will be, before they are computed.

        Args:
            mole: The molecule with its basis.

        Raises:
            RefusedError: More active orbitals than integrals can be held for.
        """
        return

    @abstractmethod
    def select(self, field: MeanField) -> OrbitalSelection:
        """Choose orbitals of a mean field.

        Raises:
            InputError: The choice is not possible for this molecule.
        """


ACTIVE_SPACES = Registry("active-space", ActiveSpace, __name__)

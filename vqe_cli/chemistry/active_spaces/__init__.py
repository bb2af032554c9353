"""Which orbitals are correlated: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from vqe_cli._core.registry import Entry, Registry

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.scf.mean_field import MeanField


class ActiveSpace(Entry):
    """A way to choose active orbitals."""

    needs_atoms: ClassVar[bool] = True
    """Whether it must know where the orbitals are; an FCIDUMP file does not tell."""

    def check(self, mole: Mole) -> None:
        """Refuse what is too large whatever the orbitals will be, before they are computed.

        Args:
            mole: The molecule with its basis.

        Raises:
            ResourceLimitError: More active orbitals than integrals can be held for.
        """
        return

    def extent(self, mole: Mole) -> tuple[int, int] | None:
        """Active electrons and orbitals; None where they are known only with the orbitals.

        Args:
            mole: The molecule with its basis.
        """
        return self.size

    @abstractmethod
    def select(self, field: MeanField) -> OrbitalSelection:
        """Choose orbitals of a mean field, which may be rotated for it.

        Args:
            field: The mean field.

        Raises:
            InputError: The choice is not possible for this molecule.
        """

    @property
    def size(self) -> tuple[int, int] | None:
        """Active electrons and spatial orbitals, where the options alone fix them."""
        return None

    def matched(self, electrons: int, orbitals: int = 0) -> ActiveSpace:
        """The same choice for a molecule with other electrons: an ion, a fragment, a product.

        Energies can only be subtracted where the same orbitals are correlated on both sides.
        Choices that follow from the molecule itself, such as all orbitals, those of given atoms
        or those of given numbers, stay as they are.

        Args:
            electrons: How many more electrons are active; negative for fewer.
            orbitals: How many more orbitals are active.

        Raises:
            InputError: No electrons are left, or they do not fit.
        """
        return self


ACTIVE_SPACES = Registry("active-space", ActiveSpace, __name__, beside={"selection"})

"""Active spaces, the choices of correlated orbitals: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from vqe_cli._core.registry import Entry, Family, Registry

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.scf.mean_field import MeanField
    from vqe_cli.chemistry.scf.mean_fields import MeanFields


class ActiveSpace(Entry):
    """A way to choose active orbitals."""

    needs_atoms: ClassVar[bool] = True
    """Whether the choice needs the positions of atoms, which an FCIDUMP file lacks."""

    by_order: ClassVar[bool] = False
    """Whether the lowest orbitals are frozen and the next ones active, so that numbers suffice."""

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse a molecule that is too large whatever its orbitals, before they are computed.

        Args:
            mole: The molecule with its basis.
            memory: What may be used.

        Raises:
            ResourceLimitError: More active orbitals than integrals can be held for.
        """
        return

    def extent(self, mole: Mole) -> tuple[int, int] | None:
        """Numbers of active electrons and orbitals; None if they depend on the orbitals.

        Args:
            mole: The molecule with its basis; the positions of its atoms may be arbitrary.

        Raises:
            InputError: The molecule has no such active space, whatever its orbitals.
        """
        return self.size

    @abstractmethod
    def select(self, field: MeanField) -> OrbitalSelection:
        """Choose orbitals of a mean field, which may be rotated.

        Args:
            field: The mean field.

        Returns:
            The active orbitals, with the reason for their choice.

        Raises:
            InputError: The molecule has no such active space.
        """

    def select_from(self, field: MeanField, known: MeanFields) -> OrbitalSelection:
        """Choose orbitals of a mean field, if necessary by comparison with another molecule's.

        Args:
            field: The mean field.
            known: Mean fields that are already known.

        Returns:
            The active orbitals, with the reason for their choice.

        Raises:
            InputError: The molecule has no such active space.
        """
        return self.select(field)

    @property
    def size(self) -> tuple[int, int] | None:
        """Numbers of active electrons and orbitals; None unless the options alone fix them."""
        return None


SIZES = Family(
    r"(?:cas(?:ci|scf)?)?\s*[(\[]?\s*(?P<electrons>[0-9]+)\s*e?\s*,"
    r"\s*(?P<orbitals>[0-9]+)\s*o?\s*[)\]]?",
    entry="frontier",
    example="cas(4,4) for 4 electrons in 4 orbitals",
)
"""``active_space: cas(2,2)`` is short for ``{name: frontier, electrons: 2, orbitals: 2}``."""

ACTIVE_SPACES = Registry(
    "active-space", ActiveSpace, __name__, SIZES, beside={"candidates", "selection"}
)

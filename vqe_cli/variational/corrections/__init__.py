"""Energies of the correlation that the active space leaves out: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli.errors import ResourceLimitError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection


@dataclass(frozen=True)
class Extent:
    """The size of a molecule and of its active space.

    Args:
        orbitals: Number of all orbitals.
        nelec: Numbers of all alpha and beta electrons.
        active: Numbers of active electrons and orbitals; None if they depend on the orbitals.
    """

    orbitals: int
    nelec: tuple[int, int]
    active: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class CorrectionEnergy:
    """The energy of the correlation outside the active space.

    Args:
        energy: The energy, Hartree.
        checks: Failed checks of the method, for the verdict.
    """

    energy: float
    checks: tuple[Check, ...] = ()


OPERATIONS_PER_SECOND = 1e10
"""Floating-point operations of one core in a second."""


def refuse_if_too_long(what: str, operations: float, allowed: float, hint: str) -> None:
    """Refuse a correction that would take too long.

    Args:
        what: Description for the message.
        operations: Number of floating-point operations.
        allowed: Largest number allowed.
        hint: Advice on an alternative.

    Raises:
        ResourceLimitError: There are more operations than allowed.
    """
    if operations > allowed:
        hours = operations / OPERATIONS_PER_SECOND / 3600.0
        raise ResourceLimitError(
            f"{what} takes about {operations:.0e} floating-point operations,"
            f" {allowed:.0e} are allowed; on one core they take about {hours:,.1f} hours",
            hint=f"{hint}, or raise the option max_operations of the correction",
        )


class Correction(Entry):
    """A method for the correlation that the active space leaves out."""

    label: ClassVar[str]
    """The method's name as it stands behind that of the energy: ``NEVPT2`` in VQE+NEVPT2."""

    needs_state: ClassVar[bool] = False
    """Whether the energy depends on the state of the active electrons."""

    needs_hartree_fock: ClassVar[bool] = False
    """Whether the method builds on the Hartree-Fock determinant."""

    def needs(self, size: Size) -> Iterator[Need]:
        """The needs that depend on the active space alone.

        Args:
            size: Numbers of active electrons and orbitals.
        """
        return iter(())

    def check(self, extent: Extent, memory: Memory) -> None:
        """Refuse a molecule that is too large, before its orbitals are computed and after.

        Args:
            extent: The size of the molecule and of its active space.
            memory: The memory limit.

        Raises:
            ResourceLimitError: The correction would take too long or too much memory.
        """
        return

    def check_orbitals(self, selection: OrbitalSelection) -> None:
        """Refuse orbitals that the method does not apply to.

        Args:
            selection: The active orbitals.

        Raises:
            InputError: The method does not apply.
        """
        return

    @abstractmethod
    def energy(
        self, selection: OrbitalSelection, encoding: Encoding, state: FloatArray | None
    ) -> CorrectionEnergy:
        """The energy of the correlation outside the active space; zero if nothing is outside.

        Args:
            selection: The active orbitals.
            encoding: The problem of the active electrons.
            state: The state of the active electrons over the orbitals of the problem, in PySCF's
                order, shape (alpha strings, beta strings); None if the method needs none.

        Raises:
            NotConvergedError: The method did not converge.
        """


CORRECTIONS = Registry("correction", Correction, __name__)

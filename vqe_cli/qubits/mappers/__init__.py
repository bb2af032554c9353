"""Fermion-to-qubit mappings: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Size
from vqe_cli.fermions.parities import ConservedParity, conserved_parities

if TYPE_CHECKING:
    from vqe_cli.fermions.problem import ElectronicProblem


class Mapper(Entry):
    """A fermion-to-qubit mapping that is linear over GF(2): qubits store sums of occupations."""

    taper: Literal[False, True, "parities"] = Field(
        default=False,
        description="Remove a qubit for each conserved parity: true: those of alpha and beta "
        "electrons and of the point group; parities: those of the electrons only.",
    )

    @abstractmethod
    def sums(self, count: int) -> Sequence[int]:
        """For each qubit, the bit mask of the spin orbitals whose occupations it sums modulo 2.

        Args:
            count: Number of spin orbitals, alpha before beta, and of qubits.
        """

    def num_qubits(self, problem: ElectronicProblem | Size) -> int:
        """The number of qubits of a problem; the smallest possible one for a size."""
        removed = self._num_tapered(problem) if self.taper else len(self.constant_qubits(problem))
        return 2 * problem.norb - removed

    def constant_qubits(self, problem: ElectronicProblem | Size) -> tuple[int, ...]:
        """Indices of the constant qubits of the unreduced mapping, which are removed."""
        return ()

    def parities(self, problem: ElectronicProblem) -> tuple[ConservedParity, ...]:
        """The conserved parities by which qubits are tapered; none without tapering."""
        if not self.taper:
            return ()
        return conserved_parities(problem, point_group=self.taper is True)

    @property
    def stores_occupations(self) -> bool:
        """Whether qubit p is the occupation of spin orbital p, with none left out."""
        return self.name == "jordan-wigner" and not self.taper

    @property
    def untapered(self) -> Mapper:
        """The mapping without tapering."""
        return self.model_copy(update={"taper": False}) if self.taper else self

    @property
    def label(self) -> str:
        """The name for messages: ``jordan-wigner with tapering``."""
        return f"{self.name} with tapering" if self.taper else self.name

    def _num_tapered(self, problem: ElectronicProblem | Size) -> int:
        """The number of conserved parities; the largest possible one for a size."""
        if not isinstance(problem, Size):
            return len(self.parities(problem))
        if problem.norb == 1:
            return 0
        of_irreps = min(problem.irreps.bit_length() - 1, problem.norb - 1)
        return 2 + of_irreps if self.taper is True else 2


MAPPERS = Registry(
    "mapper", Mapper, __name__, aliases={"jw": "jordan-wigner", "bk": "bravyi-kitaev"}
)

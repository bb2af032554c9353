"""Fermion-to-qubit mappings: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from vqe_cli._core.registry import Entry, Registry

if TYPE_CHECKING:
    from vqe_cli._core.sizes import Size
    from vqe_cli.fermions.problem import ElectronicProblem


class Mapper(Entry):
    """A fermion-to-qubit mapping of qiskit-nature."""

    @abstractmethod
    def qiskit(self, problem: ElectronicProblem) -> Any:
        """The `qiskit_nature` mapper for a problem."""

    def unreduced(self, problem: ElectronicProblem) -> Any:
        """The mapper without removal of qubits, for operators that change particle numbers."""
        return self.qiskit(problem)

    def num_qubits(self, problem: ElectronicProblem | Size) -> int:
        """The number of qubits of a problem."""
        return 2 * problem.norb

    def removed_qubits(self, problem: ElectronicProblem | Size) -> tuple[int, ...]:
        """Indices of the qubits of the unreduced mapping that are removed."""
        return ()


MAPPERS = Registry("mapper", Mapper, __name__)

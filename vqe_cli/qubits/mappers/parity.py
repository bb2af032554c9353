"""Parity: qubit p holds the parity of the spin orbitals up to p."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vqe_cli._core.sizes import Size
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.mappers import Mapper


class Parity(Mapper):
    """Qubit p stores the parity of spin orbitals 0 to p; two constant qubits can be removed.

    Reference:
        Bravyi, Gambetta, Mezzacapo and Temme, arXiv:1701.08213 (2017).
    """

    two_qubit_reduction: bool = Field(
        default=True, description="Remove the two qubits of the fixed alpha and total parity."
    )

    def qiskit(self, problem: ElectronicProblem) -> Any:
        """qiskit-nature's `ParityMapper`, with the reduction if it applies."""
        from qiskit_nature.second_q.mappers import ParityMapper

        return ParityMapper(num_particles=problem.nelec if self._reduces(problem) else None)

    def unreduced(self, problem: ElectronicProblem) -> Any:
        """qiskit-nature's `ParityMapper` with all qubits."""
        from qiskit_nature.second_q.mappers import ParityMapper

        return ParityMapper()

    def constant_qubits(self, problem: ElectronicProblem | Size) -> tuple[int, ...]:
        """Indices of the last alpha and the last beta qubit if reduced."""
        return (problem.norb - 1, 2 * problem.norb - 1) if self._reduces(problem) else ()

    def _reduces(self, problem: ElectronicProblem | Size) -> bool:
        """Whether two qubits are removed; with a single orbital no qubit would remain."""
        return self.two_qubit_reduction and problem.norb > 1

"""Parity: qubit p holds the parity of the spin orbitals up to p."""

from __future__ import annotations

from collections.abc import Sequence

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

    def sums(self, count: int) -> Sequence[int]:
        """The occupations up to each spin orbital."""
        return [(1 << place) - 1 for place in range(1, count + 1)]

    def constant_qubits(self, problem: ElectronicProblem | Size) -> tuple[int, ...]:
        """Indices of the last alpha and the last beta qubit if reduced."""
        return (problem.norb - 1, 2 * problem.norb - 1) if self._reduces(problem) else ()

    def _reduces(self, problem: ElectronicProblem | Size) -> bool:
        """Whether two qubits are removed; with a single orbital no qubit would remain."""
        return self.two_qubit_reduction and problem.norb > 1

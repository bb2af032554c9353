"""Jordan-Wigner: qubit p holds the occupation of spin orbital p."""

from __future__ import annotations

from typing import Any

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.mappers import Mapper


class JordanWigner(Mapper):
    """Qubit p stores the occupation of spin orbital p, alpha before beta.

    Reference:
        Jordan and Wigner, Z. Phys. 47, 631 (1928).
    """

    def qiskit(self, problem: ElectronicProblem) -> Any:
        """qiskit-nature's `JordanWignerMapper`."""
        from qiskit_nature.second_q.mappers import JordanWignerMapper

        return JordanWignerMapper()

"""Bravyi-Kitaev: partial parities in a tree, so that operators touch O(log n) qubits."""

from __future__ import annotations

from typing import Any

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.mappers import Mapper


class BravyiKitaev(Mapper):
    """Qubits store partial sums of occupations in a tree; operators act on O(log n) qubits.

    Reference:
        Bravyi and Kitaev, Ann. Phys. 298, 210 (2002); Seeley, Richard and Love,
        J. Chem. Phys. 137, 224109 (2012).
    """

    def qiskit(self, problem: ElectronicProblem) -> Any:
        """qiskit-nature's `BravyiKitaevMapper`."""
        from qiskit_nature.second_q.mappers import BravyiKitaevMapper

        return BravyiKitaevMapper()

"""Symmetry-conserving Bravyi-Kitaev: a tree whose two fixed parities are removed."""

from __future__ import annotations

from typing import Any

from vqe_cli._core.sizes import Size
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.mappers import Mapper
from vqe_cli.qubits.mappers._linear import linear_mapper


class SymmetryConservingBravyiKitaev(Mapper):
    """Qubits store sums over ranges in a Fenwick tree; the two of fixed parity are removed.

    In a binary tree over alpha and beta electrons, one qubit holds the parity of all alpha
    electrons and one that of all electrons, whatever the number of orbitals. Operators act on
    O(log n) qubits.

    Reference:
        Bravyi, Gambetta, Mezzacapo and Temme, arXiv:1701.08213 (2017); the tree of Havlíček,
        Troyer and Whitfield, Phys. Rev. A 95, 032332 (2017).
    """

    def qiskit(self, problem: ElectronicProblem) -> Any:
        """qiskit-nature's `TaperedQubitMapper` of the tree with its two parities."""
        from qiskit.quantum_info import Pauli, Z2Symmetries
        from qiskit_nature.second_q.mappers import TaperedQubitMapper

        alpha, electrons = problem.nelec[0], sum(problem.nelec)
        qubits = self.constant_qubits(problem)
        letters = [Pauli("I" * 2 * problem.norb) for _ in qubits]
        flips = [letter.copy() for letter in letters]
        for qubit, letter, flip in zip(qubits, letters, flips, strict=True):
            letter[qubit], flip[qubit] = Pauli("Z"), Pauli("X")
        signs = [(-1) ** alpha, (-1) ** electrons][: len(qubits)]
        symmetries = Z2Symmetries(letters, flips, list(qubits), signs)
        return TaperedQubitMapper(self.unreduced(problem), symmetries)

    def unreduced(self, problem: ElectronicProblem) -> Any:
        """The linear mapping of the tree's sums."""
        return linear_mapper(fenwick_sums(2 * problem.norb))

    def constant_qubits(self, problem: ElectronicProblem | Size) -> tuple[int, ...]:
        """Indices of the last alpha and the last beta qubit; none for a single orbital."""
        return (problem.norb - 1, 2 * problem.norb - 1) if problem.norb > 1 else ()


def fenwick_sums(count: int) -> list[int]:
    """The spin orbitals whose occupations each qubit of a Fenwick tree sums, as bit masks.

    The last qubit of each half of a range stores the sum over that half, and so on within it.

    Args:
        count: Number of spin orbitals.
    """
    found = [0] * count
    ranges = [(0, count)]
    while ranges:
        first, end = ranges.pop()
        found[end - 1] = found[end - 1] or (1 << end) - (1 << first)
        middle = (first + end) // 2
        if end - first > 1:
            ranges += [(first, middle), (middle, end)]
    return found

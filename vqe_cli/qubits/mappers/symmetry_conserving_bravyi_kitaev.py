"""Symmetry-conserving Bravyi-Kitaev: a tree whose two fixed parities are removed."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.sizes import Size
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.mappers import Mapper


class SymmetryConservingBravyiKitaev(Mapper):
    """Qubits store sums over ranges in a Fenwick tree; the two of fixed parity are removed.

    In a binary tree over alpha and beta electrons, one qubit holds the parity of all alpha
    electrons and one that of all electrons, whatever the number of orbitals. Operators act on
    O(log n) qubits.

    Reference:
        Bravyi, Gambetta, Mezzacapo and Temme, arXiv:1701.08213 (2017); the tree of Havlíček,
        Troyer and Whitfield, Phys. Rev. A 95, 032332 (2017).
    """

    def sums(self, count: int) -> Sequence[int]:
        """The sums of the tree."""
        return fenwick_sums(count)

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

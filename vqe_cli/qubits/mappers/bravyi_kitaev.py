"""Bravyi-Kitaev: partial parities in a tree, so that operators touch O(log n) qubits."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli.qubits.mappers import Mapper


class BravyiKitaev(Mapper):
    """Qubits store partial sums of occupations in a tree; operators act on O(log n) qubits.

    Reference:
        Bravyi and Kitaev, Ann. Phys. 298, 210 (2002); Seeley, Richard and Love,
        J. Chem. Phys. 137, 224109 (2012).
    """

    def sums(self, count: int) -> Sequence[int]:
        """The first nodes of the tree of the next power of two; a node sums what is below it."""
        lowest = [place & -place for place in range(1, count + 1)]
        return [(1 << place) - (1 << place - low) for place, low in enumerate(lowest, 1)]

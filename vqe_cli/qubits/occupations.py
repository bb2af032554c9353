"""Conversion between qubits and occupied orbitals for mappings that are linear over GF(2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import IntArray


@dataclass(frozen=True)
class OccupationMap:
    """The map of occupations to qubits, linear over GF(2).

    A mapping that removes qubits fixes their values, which are `constants`.

    Args:
        flips: Bit mask of the qubits of the whole mapping that an electron flips, for each spin
            orbital, alpha before beta.
        kept: Indices of the qubits that are kept, in order.
        constants: Values of the removed qubits, as a bit mask of the whole mapping.
    """

    flips: tuple[int, ...]
    kept: tuple[int, ...]
    constants: int

    def qubits(self, occupations: IntArray) -> IntArray:
        """Bit strings of qubits with qubit 0 as the lowest bit, shape (outcomes,).

        Args:
            occupations: Bit strings with spin orbital 0 as the lowest bit, shape (outcomes,).
        """
        return _collect(_linear(occupations, self.flips), self.kept)

    def occupations(self, outcomes: IntArray) -> IntArray:
        """Bit strings of occupied spin orbitals, the first as the lowest bit, shape (outcomes,).

        Args:
            outcomes: Bit strings of qubits, shape (outcomes,).
        """
        if self._is_identity:
            return outcomes
        whole = np.full(outcomes.shape, self.constants, dtype=np.int64)
        for place, qubit in enumerate(self.kept):
            whole ^= ((outcomes >> place) & 1) << qubit
        return _linear(whole, self._inverse())

    @property
    def _is_identity(self) -> bool:
        return self.flips == tuple(1 << k for k in range(len(self.kept)))

    def _inverse(self) -> tuple[int, ...]:
        """Columns of the inverse matrix, as bit masks."""
        size = len(self.flips)
        rows = [(column, 1 << place) for place, column in enumerate(self.flips)]
        for qubit in range(size):
            pivot = next(k for k in range(qubit, size) if rows[k][0] >> qubit & 1)
            rows[qubit], rows[pivot] = rows[pivot], rows[qubit]
            head = rows[qubit]
            for k in range(size):
                if k != qubit and rows[k][0] >> qubit & 1:
                    rows[k] = (rows[k][0] ^ head[0], rows[k][1] ^ head[1])
        return tuple(origin for _, origin in rows)


def _linear(bits: IntArray, columns: tuple[int, ...]) -> IntArray:
    """The sum over GF(2) of the columns selected by the bits, shape (outcomes,)."""
    found = np.zeros_like(bits)
    for place, column in enumerate(columns):
        found ^= ((bits >> place) & 1) * column
    return found


def _collect(bits: IntArray, kept: tuple[int, ...]) -> IntArray:
    """The kept bits, moved together, shape (outcomes,)."""
    if kept == tuple(range(len(kept))):
        return bits & ((1 << len(kept)) - 1)
    found = np.zeros_like(bits)
    for place, qubit in enumerate(kept):
        found |= ((bits >> qubit) & 1) << place
    return found

"""Conversion between qubits and occupied orbitals for mappings that are linear over GF(2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        return _linear(whole, inverse_columns(self.flips))

    def holds(self, occupations: IntArray) -> npt.NDArray[np.bool_]:
        """Whether the removed qubits have their constant values, shape (outcomes,).

        Args:
            occupations: Bit strings of occupied spin orbitals, shape (outcomes,).
        """
        removed = sum(1 << qubit for qubit in range(len(self.flips)) if qubit not in self.kept)
        return np.asarray(_linear(occupations, self.flips) & removed == self.constants)

    @property
    def _is_identity(self) -> bool:
        return self.flips == tuple(1 << k for k in range(len(self.kept)))


def inverse_columns(columns: Sequence[int]) -> tuple[int, ...]:
    """Columns of the inverse of a matrix over GF(2), as bit masks.

    Args:
        columns: Columns of the invertible matrix, as bit masks.
    """
    size = len(columns)
    rows = [(column, 1 << place) for place, column in enumerate(columns)]
    for bit in range(size):
        pivot = next(k for k in range(bit, size) if rows[k][0] >> bit & 1)
        rows[bit], rows[pivot] = rows[pivot], rows[bit]
        head = rows[bit]
        for k in range(size):
            if k != bit and rows[k][0] >> bit & 1:
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

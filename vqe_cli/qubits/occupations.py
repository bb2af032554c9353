"""From measured qubits to occupied orbitals and back, for mappings that are linear over GF(2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import IntArray


@dataclass(frozen=True)
class OccupationMap:
    """Qubits as sums over GF(2) of occupations.

    A mapping that leaves qubits out fixes their values; `constants` are those values.

    Args:
        flips: The qubits of the whole mapping that an electron in each spin orbital flips, as bit
            masks; alpha before beta.
        kept: Which of them are there, in order.
        constants: Values of all qubits that are left out, as a bit mask of the whole mapping.
    """

    flips: tuple[int, ...]
    kept: tuple[int, ...]
    constants: int

    def qubits(self, occupations: IntArray) -> IntArray:
        """Bit strings of qubits, qubit 0 the lowest bit.

        Args:
            occupations: Spin orbital 0 the lowest bit; shape (outcomes,).
        """
        return _collect(_linear(occupations, self.flips), self.kept)

    def occupations(self, outcomes: IntArray) -> IntArray:
        """Occupied spin orbitals, the first the lowest bit.

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
        """Columns of the inverse matrix, by elimination."""
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
    """The sum over GF(2) of the columns of the bits that are one."""
    found = np.zeros_like(bits)
    for place, column in enumerate(columns):
        found ^= ((bits >> place) & 1) * column
    return found


def _collect(bits: IntArray, kept: tuple[int, ...]) -> IntArray:
    """The kept bits, moved together."""
    if kept == tuple(range(len(kept))):
        return bits & ((1 << len(kept)) - 1)
    found = np.zeros_like(bits)
    for place, qubit in enumerate(kept):
        found |= ((bits >> qubit) & 1) << place
    return found

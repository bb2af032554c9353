"""Mappings given by the sums of occupations that their qubits store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vqe_cli.qubits.occupations import inverse_columns


def linear_mapper(stored: Sequence[int]) -> Any:
    """The `qiskit_nature` mapper whose qubits store sums of occupations modulo 2.

    It is the Jordan-Wigner mapping followed by CX gates, which map basis states to basis states: a
    ladder operator flips the qubits that store its spin orbital, and its sign is that of the
    electrons before it.

    Args:
        stored: For each qubit, the bit mask of the spin orbitals whose occupations it sums.
    """
    from qiskit_nature.second_q.mappers.fermionic_mapper import FermionicMapper
    from qiskit_nature.second_q.mappers.mode_based_mapper import ModeBasedMapper

    places = range(len(stored))
    table, before = [], 0
    for place, occupation in enumerate(inverse_columns(stored)):
        flips = sum(1 << qubit for qubit in places if stored[qubit] >> place & 1)
        after = before ^ occupation
        table.append((_pauli(flips, before, len(stored)), _pauli(flips, after, len(stored))))
        before = after

    class LinearMapper(FermionicMapper, ModeBasedMapper):  # type: ignore[misc]
        """The mapping of these sums."""

        def pauli_table(self, register_length: int) -> list[tuple[Any, Any]]:
            """Real and imaginary part of each ladder operator."""
            return table

    return LinearMapper()


def _pauli(x: int, z: int, count: int) -> Any:
    """The Hermitian product of X and Z on masks of qubits.

    Letters Y are iXZ; two of them differ from the product of X and Z by a sign.
    """
    from qiskit.quantum_info import Pauli

    bits_x, bits_z = (
        np.array([bool(mask >> qubit & 1) for qubit in range(count)]) for mask in (x, z)
    )
    return Pauli((bits_z, bits_x, 2 * ((x & z).bit_count() // 2 % 2)))

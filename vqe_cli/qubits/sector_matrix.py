"""Matrices of qubit operators over chosen basis states."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import IntArray
from vqe_cli.qubits.symplectic import Strings


def matrix_over(operator: Strings, states: IntArray) -> npt.NDArray[Any]:
    """The operator as a dense matrix over basis states, real if it is, shape (states, states).

    Args:
        operator: An operator on at most 62 qubits.
        states: Distinct basis states, qubit 0 the lowest bit, shape (states,).
    """
    order = np.argsort(states)
    ascending, columns = states[order], np.arange(len(states))
    matrix = np.zeros((len(states),) * 2, dtype=complex)
    flips, signs = operator.x[:, 0].astype(np.int64), operator.z[:, 0].astype(np.int64)
    factors = operator.coeffs * np.array([1, 1j, -1, -1j])[np.bitwise_count(flips & signs) % 4]
    for flip, sign, factor in zip(flips, signs, factors, strict=True):
        moved = states ^ flip
        places = np.minimum(np.searchsorted(ascending, moved), len(states) - 1)
        inside = ascending[places] == moved
        odd = np.bitwise_count(states & sign) & 1
        values = factor * (1.0 - 2.0 * odd)
        matrix[order[places[inside]], columns[inside]] += values[inside]
    return matrix if np.abs(matrix.imag).max(initial=0.0) else matrix.real.copy()

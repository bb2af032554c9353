"""Spin models written out as matrices, the slow and obvious way."""

from __future__ import annotations

from functools import reduce

import numpy as np

PAULI = {
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]).astype(complex),
}


def operator(letters: dict[int, str], count: int) -> np.ndarray:
    """Pauli matrices at some sites, with site 0 as the lowest bit."""
    factors = [PAULI[letters[k]] if k in letters else np.eye(2) for k in reversed(range(count))]
    return reduce(np.kron, factors)


def spin_sum(
    count: int,
    bonds: list[tuple[int, int]],
    coupling: tuple[float, float, float],
    field: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> np.ndarray:
    """``Σ J σσ + Σ h σ`` in Pauli matrices."""
    whole = np.zeros((2**count, 2**count), dtype=complex)
    for a, b in bonds:
        for letter, j in zip("XYZ", coupling, strict=True):
            whole += j * operator({a: letter, b: letter}, count)
    for site in range(count):
        for letter, h in zip("XYZ", field, strict=True):
            whole += h * operator({site: letter}, count)
    return whole


def levels_of(matrix: np.ndarray) -> np.ndarray:
    """Eigenvalues in ascending order."""
    return np.linalg.eigvalsh(matrix)

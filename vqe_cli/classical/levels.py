"""The distance of the two lowest levels, in units of which errors of models are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.qubits.encoding import Encoding, sparse_matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DENSE_UP_TO = 512
"""Largest dimension of a matrix that is diagonalised as a whole."""

LEVELS = (4, 16, 64)
"""Numbers of eigenvalues among which a second level is looked for, one after the other."""

EQUAL = 1e-7
"""Difference of energies of one level, relative to the largest coefficient."""


def gap_of(encoding: Encoding) -> float | None:
    """The distance of the two lowest levels, which may be degenerate, in the problem's unit.

    Args:
        encoding: A problem of qubits.

    Returns:
        The distance; None if there is one level only, or none was found among the lowest states.
    """
    problem = encoding.problem
    assert isinstance(problem, QubitProblem)
    operator = encoding.hamiltonian
    matrix = sparse_matrix(operator, encoding.memory)
    equal = EQUAL * problem.scale
    if not operator.paulis.x.any():
        return _distance(matrix.diagonal().real, equal)
    if matrix.shape[0] <= DENSE_UP_TO:
        return _distance(np.linalg.eigvalsh(matrix.toarray()), equal)
    for count in LEVELS:
        found = _distance(_lowest(matrix, count), equal)
        if found is not None:
            return found
    return None


def _lowest(matrix: csr_matrix, count: int) -> FloatArray:
    from scipy.sparse.linalg import eigsh

    start = guesses().standard_normal(matrix.shape[0])
    found: FloatArray = eigsh(matrix, k=count, which="SA", v0=start, return_eigenvectors=False)
    return found


def _distance(energies: FloatArray, equal: float) -> float | None:
    """The distance of the lowest energy from the next one that is not equal to it."""
    lowest = float(energies.min())
    higher = energies[energies > lowest + equal]
    return float(higher.min()) - lowest if higher.size else None

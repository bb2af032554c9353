"""The lowest levels of many spins by Lanczos' method, without a matrix of all basis states."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli._core.sizes import Need
from vqe_cli._core.wording import counted
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_sum import PauliSum, terms_by_flips

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp
    from scipy.sparse import csr_matrix

DENSE_UP_TO = 512
"""Largest dimension of a matrix that is diagonalised as a whole."""

VECTORS = 24
"""Number of vectors that ARPACK keeps for a few eigenvalues, with its work space."""

PRODUCTS = 160
"""Number of products with a vector that converge a few eigenvalues as a rule."""

SECONDS_PER_AMPLITUDE, SECONDS_PER_ENTRY = 1.2e-7, 8e-9
"""Time of a product: of keeping vectors orthogonal, and for each pair of states it connects."""

TOLERANCE = 1e-9
"""Relative residual of an eigenvector; the error of its energy is about its square."""


@dataclass(frozen=True, eq=False)
class Spins:
    """A Hamiltonian of spins, divided by magnetisation where it is conserved.

    A Hamiltonian that commutes with Σ Z is a sparse matrix for each number of ones; of those that
    are equal by turning all spins over, one is kept. Any other acts on all basis states, term by
    term.

    Reference:
        Lin, Phys. Rev. B 42, 6561 (1990); ARPACK's implicitly restarted Lanczos method.

    Args:
        encoding: The problem.
    """

    encoding: Encoding

    @cached_property
    def conserves_magnetisation(self) -> bool:
        """Whether the number of ones is conserved."""
        operator, total = self.encoding.hamiltonian, _total_z(self.encoding.num_qubits)
        commutator = (operator @ total - total @ operator).simplify(atol=1e-12)
        return not np.abs(commutator.coeffs).max() > 0.0

    @property
    def ones(self) -> range:
        """The numbers of ones whose levels are all levels; empty if they are not conserved."""
        if not self.conserves_magnetisation:
            return range(0)
        turned = (self.encoding.hamiltonian.paulis.z.sum(axis=1) % 2).any()
        qubits = self.encoding.num_qubits
        return range(qubits + 1) if turned else range(qubits // 2 + 1)

    @property
    def need(self) -> Need:
        """Memory and time of a few levels."""
        qubits, flips = self.encoding.num_qubits, len(terms_by_flips(self.encoding.hamiltonian))
        sizes = [math.comb(qubits, count) for count in self.ones]
        if sizes:
            largest, entry = max(sizes), 4 * 12 * (flips + 1)
            what = f"Lanczos' method for {largest:,} states of one magnetisation"
            memory = largest * (entry + 8 * VECTORS) + (2 * 8 << qubits)
        else:
            sizes = [1 << qubits]
            what, memory = f"Lanczos' method on {counted(qubits, 'qubit')}", 16 * VECTORS << qubits
        each = SECONDS_PER_AMPLITUDE + SECONDS_PER_ENTRY * flips
        hint = "choose fewer qubits, or reference: none"
        return Need(what, memory, hint=hint, seconds=PRODUCTS * each * sum(sizes))

    def lowest(self, count: int) -> FloatArray:
        """The lowest energies, in ascending order; all levels up to the highest of them.

        Args:
            count: Number of energies of each magnetisation.

        Raises:
            ResourceLimitError: Vectors or matrix do not fit into memory.
        """
        need = self.need
        self.encoding.memory.refuse_if_larger(need.memory, need.what, need.hint or "")
        if not self.conserves_magnetisation:
            return np.sort(self._of_all(count))
        blocks = [self._of(ones, count) for ones in self.ones]
        known = min((block.max() for block, whole in blocks if not whole), default=math.inf)
        found = np.sort(np.concatenate([block for block, _ in blocks]))
        return np.asarray(found[found <= known], dtype=float)

    def _of(self, ones: int, count: int) -> tuple[FloatArray, bool]:
        """The lowest energies with a number of ones, and whether they are all of them."""
        matrix = _block(self.encoding.hamiltonian, ones)
        if matrix.shape[0] <= DENSE_UP_TO:
            return np.linalg.eigvalsh(matrix.toarray()), True
        return _eigenvalues(matrix, count, matrix.dtype), False

    def _of_all(self, count: int) -> FloatArray:
        from scipy.sparse.linalg import LinearOperator

        operator = PauliSum(self.encoding.hamiltonian, self.encoding.memory)
        kind = float if operator.is_real else complex
        size = 1 << operator.num_qubits

        def times(vector: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return operator.times(np.ascontiguousarray(vector, dtype=kind).reshape(size))

        return _eigenvalues(LinearOperator((size, size), matvec=times, dtype=kind), count, kind)


def _total_z(qubits: int) -> SparsePauliOp:
    from qiskit.quantum_info import SparsePauliOp

    return SparsePauliOp.from_sparse_list([("Z", [k], 1.0) for k in range(qubits)], qubits)


def _eigenvalues(operator: Any, count: int, kind: Any) -> FloatArray:
    from scipy.sparse.linalg import eigsh

    start = guesses().standard_normal(operator.shape[0]).astype(kind)
    found = eigsh(operator, k=count, which="SA", v0=start, tol=TOLERANCE, return_eigenvectors=False)
    return np.asarray(found, dtype=float)


def _block(operator: SparsePauliOp, ones: int) -> csr_matrix:
    """The matrix among the basis states with a number of ones, which the operator conserves."""
    from scipy.sparse import csr_matrix

    states = _states(int(operator.num_qubits), ones)
    rows, columns, values = [], [], []
    for row, column, entries in _entries(operator, states):
        rows.append(row)
        columns.append(column)
        values.append(entries)
    places = (np.concatenate(rows), np.concatenate(columns))
    found = csr_matrix((np.concatenate(values), places), shape=(len(states), len(states)))
    return found if found.data.imag.any() else found.real.tocsr()


def _entries(
    operator: SparsePauliOp, states: npt.NDArray[np.int64]
) -> Iterator[tuple[npt.NDArray[Any], ...]]:
    """Rows, columns and values of the entries that are not zero."""
    for (flip, is_imaginary), terms in terms_by_flips(operator).items():
        values = np.zeros(len(states))
        for mask, coefficient in terms.items():
            values += coefficient * (1.0 - 2.0 * (np.bitwise_count(states & mask) & 1))
        columns = np.flatnonzero(np.abs(values) > 0.0)
        targets = states[columns] ^ flip
        rows = np.searchsorted(states, targets).clip(max=len(states) - 1)
        inside = states[rows] == targets  # what leads outside is round-off
        factor = 1j if is_imaginary else 1.0
        yield rows[inside], columns[inside], factor * values[columns[inside]]


def _states(qubits: int, ones: int) -> npt.NDArray[np.int64]:
    """The basis states with a number of ones, in ascending order."""
    every = np.arange(1 << qubits, dtype=np.int64)
    found: npt.NDArray[np.int64] = every[np.bitwise_count(every) == ones]
    return found

"""Matrix-free products of a sum of Pauli terms with a statevector.

Terms with the same X mask x map k to k ⊕ x with a factor ``d(k) = Σ c (−1)^|k∧z|``. For electrons
most d vanish: if the terms come in pairs z, z ⊕ v with equal or opposite coefficients, d is zero
unless k ∧ v has a certain parity. The others are an affine subspace of basis states over GF(2), and
a walk visits only these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import thread_count

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

Terms = dict[int, float]
"""Coefficients of terms by their Z masks."""

TERMS_AT_ONCE = 8
"""Maximum number of terms in a walk, whose signs are an index into a table of factors."""

DENSE = 6
"""Number of qubits up to which the sum is a dense matrix: the kernels take longer to load."""

EQUAL = 1e-13
"""Largest difference of equal coefficients, relative to the largest coefficient."""


@dataclass(frozen=True)
class _Walk:
    """Terms of one X mask, and the basis states on which they do not cancel.

    Args:
        x: The X mask.
        origin: One of the basis states.
        basis: Differences that span the basis states, one of each pair k, k ⊕ x.
        terms: Z masks and coefficients of the terms.
    """

    x: int
    origin: int
    basis: tuple[int, ...]
    terms: tuple[tuple[int, float], ...]


class PauliSum:
    """A Hermitian operator that acts on statevectors.

    Amplitude k belongs to the basis state whose qubit q is bit q of k.

    Args:
        operator: The Pauli terms, with real coefficients.
        memory: The memory limit.

    Raises:
        ResourceLimitError: The diagonal does not fit into memory.
    """

    def __init__(self, operator: SparsePauliOp, memory: Memory = MACHINE) -> None:
        self.num_qubits = int(operator.num_qubits)
        size = 1 << self.num_qubits
        memory.refuse_if_larger(
            3 * 8 * size,
            f"an operator on {self.num_qubits} qubits",
            "choose a smaller active space",
        )
        groups = terms_by_flips(operator)
        self.is_real = not any(imaginary for _, imaginary in groups)
        """Whether the operator is a real matrix."""
        self._dense = _matrix(groups, self.num_qubits) if self.num_qubits <= DENSE else None
        if self._dense is not None:
            return
        diagonal = groups.pop((0, False), {})
        self._diagonal = _diagonal(diagonal, self.num_qubits)
        largest = max((abs(c) for terms in groups.values() for c in terms.values()), default=0.0)
        tolerance = EQUAL * largest
        real: list[_Walk] = []
        imaginary: list[_Walk] = []
        for (x, is_imaginary), terms in groups.items():
            walks = _walks(x, terms, self.num_qubits, tolerance)
            (imaginary if is_imaginary else real).extend(walks)
        self._tables = [_Tables.of(real, 1.0)]
        if imaginary:
            self._tables.append(_Tables.of(imaginary, 1j))
        self._threads = thread_count(size)
        self._pool = ThreadPoolExecutor(self._threads) if self._threads > 1 else None

    def times(self, psi: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The product with a vector, of the vector's type, shape (2^qubits,).

        Args:
            psi: The vector, complex, or real if the operator is real, shape (2^qubits,).
        """
        if self._dense is not None:
            return np.asarray(self._dense @ psi)
        from vqe_cli.qubits import pauli_kernels

        outs: list[npt.NDArray[Any]] = [self._diagonal * psi]
        outs += [np.zeros_like(psi) for _ in range(self._threads - 1)]
        for tables in self._tables:
            arrays = tables.arrays
            if self._pool is None:
                pauli_kernels.add(psi, outs[0], 0, tables.count, *arrays)
                continue
            running = [
                self._pool.submit(pauli_kernels.add, psi, out, first, last, *arrays)
                for out, (first, last) in zip(outs, tables.shares(self._threads), strict=True)
            ]
            for part in running:
                part.result()
        for other in outs[1:]:
            outs[0] += other
        return outs[0]

    def expectation(self, psi: npt.NDArray[Any]) -> float:
        """The expectation value ``⟨ψ|H|ψ⟩``."""
        return float(np.vdot(psi, self.times(psi)).real)


@dataclass(frozen=True, eq=False)
class _Tables:
    """Walks in flat arrays for the kernels."""

    arrays: tuple[npt.NDArray[Any], ...]
    work: FloatArray

    @property
    def count(self) -> int:
        return len(self.work)

    @classmethod
    def of(cls, walks: list[_Walk], unit: complex) -> _Tables:
        """The tables of walks whose factors are real multiples of a unit, 1 or i."""
        basis: list[int] = []
        flips: list[int] = []
        factors: list[FloatArray] = [np.zeros(0)]
        starts = [(0, 0)]
        origins = []
        for walk in walks:
            basis += [*walk.basis, 0]
            flips += [*(_signs(k, walk.terms) for k in walk.basis), 0]
            factors.append(_factors(walk.terms))
            starts.append((len(basis), starts[-1][1] + factors[-1].size))
            origins.append((walk.x, walk.origin, _signs(walk.origin, walk.terms)))
        head = np.array(origins, dtype=np.uint64).reshape(-1, 3)
        begin, table = zip(*starts, strict=True)
        arrays = (
            np.ascontiguousarray(head.T),
            np.array(begin, dtype=np.int64),
            np.array(table, dtype=np.uint64),
            np.array(basis, dtype=np.uint64),
            np.array(flips, dtype=np.uint64),
            unit * np.concatenate(factors),
        )
        return cls(arrays, np.array([2.0 ** len(walk.basis) for walk in walks]))

    def shares(self, count: int) -> list[tuple[int, int]]:
        """Ranges of walks with approximately equal work."""
        done = np.cumsum(self.work)
        total = done[-1] if done.size else 0.0
        bounds = np.searchsorted(done, [total * k / count for k in range(1, count)])
        return list(pairwise([0, *(int(bound) for bound in bounds), self.count]))


def terms_by_flips(operator: SparsePauliOp) -> dict[tuple[int, bool], Terms]:
    """Coefficients of ``(−1)^|k∧z|`` by X mask, separately for real and imaginary ones."""
    powers = 1 << np.arange(operator.num_qubits, dtype=object)
    masks_x = (operator.paulis.x * powers).sum(axis=1)
    masks_z = (operator.paulis.z * powers).sum(axis=1)
    groups: dict[tuple[int, bool], Terms] = defaultdict(lambda: defaultdict(float))
    for x, z, coefficient in zip(masks_x, masks_z, operator.coeffs.real, strict=True):
        letters_y = (int(x) & int(z)).bit_count()
        sign = -1.0 if letters_y % 4 in (2, 3) else 1.0
        groups[int(x), letters_y % 2 == 1][int(z)] += sign * float(coefficient)
    return groups


def _diagonal(terms: Terms, num_qubits: int) -> FloatArray:
    """The sums ``Σ c (−1)^|k∧z|`` for all k, by a Walsh-Hadamard transform, shape (2^qubits,)."""
    values = np.zeros(1 << num_qubits)
    for z, coefficient in terms.items():
        values[z] = coefficient
    for qubit in range(num_qubits):
        pairs = values.reshape(-1, 2, 1 << qubit)
        low, high = pairs[:, 0].copy(), pairs[:, 1].copy()
        pairs[:, 0], pairs[:, 1] = low + high, low - high
    return values


def _matrix(groups: dict[tuple[int, bool], Terms], num_qubits: int) -> npt.NDArray[Any]:
    """The dense matrix, real if no coefficient is imaginary, shape (2^qubits, 2^qubits)."""
    basis = np.arange(1 << num_qubits)
    found = np.zeros((basis.size, basis.size), dtype=complex)
    for (x, is_imaginary), terms in groups.items():
        found[basis ^ x, basis] += (1j if is_imaginary else 1.0) * _diagonal(terms, num_qubits)
    return found if any(is_imaginary for _, is_imaginary in groups) else found.real.copy()


def _walks(x: int, terms: Terms, num_qubits: int, tolerance: float) -> Iterator[_Walk]:
    """Split the terms of one mask into walks of at most `TERMS_AT_ONCE` terms."""
    conditions, rest = _factored(dict(terms), tolerance)
    subspace = _solutions([*conditions, (1 << (x.bit_length() - 1), 0)], num_qubits)
    if subspace is None:
        return
    origin, basis = subspace
    pieces = list(rest.items())
    for first in range(0, len(pieces), TERMS_AT_ONCE):
        yield _Walk(x, origin, basis, tuple(pieces[first : first + TERMS_AT_ONCE]))


def _factored(terms: Terms, tolerance: float) -> tuple[list[tuple[int, int]], Terms]:
    """Factor out ``1 ± (−1)^|k∧v|``.

    Returns:
        Conditions (v, parity of k ∧ v), and the remaining terms if they hold.
    """
    conditions: list[tuple[int, int]] = []
    found = True
    while found:
        found = False
        first = next(iter(terms))
        for other in terms:
            v = first ^ other
            if v == 0:
                continue
            sign = 1.0 if terms[first] * terms[other] > 0 else -1.0
            if all(
                z ^ v in terms and abs(terms[z ^ v] - sign * c) <= tolerance
                for z, c in terms.items()
            ):
                terms = {z: 2.0 * c for z, c in terms.items() if z < z ^ v}
                conditions.append((v, 0 if sign > 0 else 1))
                found = True
                break
    return conditions, terms


def _solutions(
    conditions: list[tuple[int, int]], num_qubits: int
) -> tuple[int, tuple[int, ...]] | None:
    """Solve ``|k∧v| ≡ parity (mod 2)``: one solution, and a basis of the differences."""
    rows: dict[int, tuple[int, int]] = {}
    for mask, parity in conditions:
        row = (mask, parity)
        for bit, known in rows.items():
            if row[0] >> bit & 1:
                row = (row[0] ^ known[0], row[1] ^ known[1])
        if row[0] == 0:
            if row[1]:
                return None
            continue
        pivot = row[0].bit_length() - 1
        for bit, known in rows.items():
            if known[0] >> pivot & 1:
                rows[bit] = (known[0] ^ row[0], known[1] ^ row[1])
        rows[pivot] = row
    origin = sum(1 << bit for bit, (_, parity) in rows.items() if parity)
    basis = []
    for free in range(num_qubits):
        if free not in rows:
            tied = sum(1 << bit for bit, (mask, _) in rows.items() if mask >> free & 1)
            basis.append(1 << free | tied)
    return origin, tuple(basis)


def _signs(k: int, terms: tuple[tuple[int, float], ...]) -> int:
    """The signs as bits: bit j is the parity of k ∧ z for the Z mask z of term j."""
    return sum(((k & z).bit_count() & 1) << j for j, (z, _) in enumerate(terms))


def _factors(terms: tuple[tuple[int, float], ...]) -> FloatArray:
    """The sums ``Σ ± c`` for all combinations of signs; a set bit j is a minus for term j."""
    values = np.zeros(1)
    for _, coefficient in terms:
        values = np.concatenate([values + coefficient, values - coefficient])
    return values

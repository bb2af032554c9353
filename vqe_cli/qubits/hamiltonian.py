"""The electronic Hamiltonian as Pauli strings, by vectorised products.

In the mappings here a creation operator is two Pauli strings. With ``F_pq`` the sum of the
one-electron excitations from p to q and back, of both spins, which is a few strings,

    H = Σ_(p≤q) (h_pq − ½ Σ_r (pr|rq)) F_pq + ½ Σ_(p≤q) Σ_(r≤s) (pq|rs) F_pq F_rs.

Where beta orbitals differ from the alpha ones, F_pq is that of one spin, and pairs of both are
listed one after the other.

A string is the bit masks x and z of ``i^|x∧z| X^x Z^z``, its letters Y where both are set. Products
are sums of bits modulo 2, and since H is Hermitian, products of strings that anticommute cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

Masks = npt.NDArray[np.uint64]
"""Bit masks in words of 64 qubits, lowest word first, shape (strings, words)."""

NEGLIGIBLE = 1e-14
"""Largest weight of a product that is dropped as round-off, Hartree."""


@dataclass(frozen=True, eq=False)
class Strings:
    """Pauli strings with coefficients.

    Args:
        x: Masks of qubits with X or Y, shape (strings, words).
        z: Masks of qubits with Z or Y, shape (strings, words).
        coeffs: Coefficients, shape (strings,).
    """

    x: Masks
    z: Masks
    coeffs: npt.NDArray[Any]

    def collected(self) -> tuple[Strings, npt.NDArray[np.intp]]:
        """The distinct strings with summed coefficients, and the index of each string in them."""
        masks = np.hstack([self.x, self.z])
        order = np.lexsort(masks.T)
        ordered = masks[order]
        fresh = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
        which = np.empty(len(order), dtype=np.intp)
        which[order] = np.cumsum(fresh) - 1
        words = self.x.shape[1]
        kept = ordered[fresh]
        sums = np.add.reduceat(self.coeffs[order], np.flatnonzero(fresh))
        return Strings(kept[:, :words], kept[:, words:], sums), which

    def operator(self, num_qubits: int) -> SparsePauliOp:
        """The strings as Qiskit's operator.

        Args:
            num_qubits: Number of qubits.
        """
        from qiskit.quantum_info import PauliList, SparsePauliOp

        paulis = PauliList.from_symplectic(_bits(self.z, num_qubits), _bits(self.x, num_qubits))
        return SparsePauliOp(paulis, self.coeffs)


def electronic_hamiltonian(
    problem: ElectronicProblem, creations: Sequence[SparsePauliOp]
) -> SparsePauliOp:
    """The Hamiltonian on all qubits of a mapping, with the core energy as its constant.

    Args:
        problem: The problem with its integrals over spatial orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
    """
    together = ((0, 1),) if problem.beta is None else ((0,), (1,))
    strings, pairs = _excitations(problem.norb, creations, together)
    fields, integrals = _on_pairs(problem)
    single = Strings(strings.x, strings.z, pairs.T @ fields)
    double = _products(strings, pairs.T @ (0.5 * integrals) @ pairs)
    whole = _together([_constant(problem.core_energy, strings), single, double])
    return whole.collected()[0].operator(creations[0].num_qubits)


def _on_pairs(problem: ElectronicProblem) -> tuple[FloatArray, FloatArray]:
    """One-electron terms, shape (pairs,), and repulsion, shape (pairs, pairs), of F_pq with p ≤ q.

    Pairs of alpha orbitals come before those of beta orbitals, if they differ.
    """
    upper = np.triu_indices(problem.norb)
    (h1_a, h1_b), (aa, ab, bb) = problem.spin_h1, problem.spin_h2
    alpha, beta = (
        (h1 - 0.5 * np.einsum("prrq->pq", h2))[upper] for h1, h2 in ((h1_a, aa), (h1_b, bb))
    )
    same_a, mixed, same_b = (h2[upper][:, upper[0], upper[1]] for h2 in (aa, ab, bb))
    if problem.beta is None:
        return alpha, same_a
    return np.concatenate([alpha, beta]), np.block([[same_a, mixed], [mixed.T, same_b]])


def _constant(value: float, like: Strings) -> Strings:
    nothing = np.zeros((1, like.x.shape[1]), dtype=np.uint64)
    return Strings(nothing, nothing, np.array([value]))


def _together(parts: Sequence[Strings]) -> Strings:
    return Strings(
        np.vstack([part.x for part in parts]),
        np.vstack([part.z for part in parts]),
        np.concatenate([part.coeffs for part in parts]),
    )


def _excitations(
    norb: int, creations: Sequence[SparsePauliOp], together: Sequence[Sequence[int]]
) -> tuple[Strings, FloatArray]:
    """The distinct strings in all ``F_pq``, and coefficients, shape (pairs p ≤ q, strings).

    Args:
        norb: Number of spatial orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
        together: Spins that are summed, for each part of the pairs.
    """
    ladder = [_strings(operator) for operator in creations]
    rows, cols = np.triu_indices(norb)
    parts: list[Strings] = []
    owners: list[int] = []
    every_pair = ((spins, p, q) for spins in together for p, q in zip(rows, cols, strict=True))
    for number, (spins, p, q) in enumerate(every_pair):
        for spin in spins:
            up, down = ladder[p + spin * norb], ladder[q + spin * norb]
            # Twice the Hermitian part is the excitation and its adjoint.
            found = _times(up, Strings(down.x, down.z, down.coeffs.conj()))
            parts.append(Strings(found.x, found.z, (2.0 - (p == q)) * found.coeffs.real))
            owners += [number] * len(found.coeffs)
    every = _together(parts)
    strings, which = every.collected()
    pairs = np.zeros((len(together) * len(rows), len(strings.coeffs)))
    np.add.at(pairs, (np.array(owners), which), every.coeffs)
    used = (pairs != 0).any(axis=0)
    return Strings(strings.x[used], strings.z[used], strings.coeffs[used]), pairs[:, used]


def _products(strings: Strings, weights: FloatArray) -> Strings:
    """The sum of products ``Σ_ab w_ab S_a S_b`` for symmetric weights."""
    first, second = np.nonzero(np.triu(np.abs(weights) > NEGLIGIBLE))
    x, z = strings.x, strings.z
    anticommute = _parity(x[first], z[second]) ^ _parity(z[first], x[second])
    first, second = first[~anticommute], second[~anticommute]
    factors = np.where(first == second, 1.0, 2.0) * weights[first, second]
    left = Strings(x[first], z[first], factors)
    right = Strings(x[second], z[second], np.ones(len(second)))
    product = _elementwise(left, right)
    return Strings(product.x, product.z, product.coeffs.real)


def _times(left: Strings, right: Strings) -> Strings:
    """The products of all strings of one sum with all strings of another."""
    first = np.repeat(np.arange(len(left.coeffs)), len(right.coeffs))
    second = np.tile(np.arange(len(right.coeffs)), len(left.coeffs))
    return _elementwise(
        Strings(left.x[first], left.z[first], left.coeffs[first]),
        Strings(right.x[second], right.z[second], right.coeffs[second]),
    )


def _elementwise(left: Strings, right: Strings) -> Strings:
    """The elementwise products of strings; every Z that passes an X changes the sign."""
    x, z = left.x ^ right.x, left.z ^ right.z
    quarters = (
        _count(left.x, left.z)
        + _count(right.x, right.z)
        - _count(x, z)
        + 2 * _count(left.z, right.x)
    )
    phases = np.array([1, 1j, -1, -1j])[quarters % 4]
    return Strings(x, z, phases * left.coeffs * right.coeffs)


def _count(first: Masks, second: Masks) -> npt.NDArray[np.int64]:
    """The number of common bits in each row, shape (strings,)."""
    return np.asarray(np.bitwise_count(first & second).sum(axis=1, dtype=np.int64))


def _parity(first: Masks, second: Masks) -> npt.NDArray[np.bool_]:
    return np.asarray(_count(first, second) % 2 == 1)


def _strings(operator: SparsePauliOp) -> Strings:
    return Strings(_masks(operator.paulis.x), _masks(operator.paulis.z), operator.coeffs)


def _masks(bits: npt.NDArray[np.bool_]) -> Masks:
    """Rows of bits, the first the lowest, packed into words."""
    words = -(-bits.shape[1] // 64)
    padded = np.zeros((len(bits), 64 * words), dtype=bool)
    padded[:, : bits.shape[1]] = bits
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _bits(masks: Masks, count: int) -> npt.NDArray[np.bool_]:
    octets = np.ascontiguousarray(masks).astype("<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=count, bitorder="little").astype(bool)

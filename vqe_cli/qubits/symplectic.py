"""Sums of Pauli strings as bit masks, and their products.

A string is the bit masks x and z of ``i^|x∧z| X^x Z^z``, its letters Y where both are set. Products
are sums of bits modulo 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

BoolArray = npt.NDArray[np.bool_]

ROUND_OFF = 1e-12
"""Largest coefficient that is dropped from an operator as round-off."""

Masks = npt.NDArray[np.uint64]
"""Bit masks in words of 64 qubits, lowest word first, shape (strings, words)."""


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

    @property
    def adjoint(self) -> Strings:
        """The adjoint of the sum."""
        return Strings(self.x, self.z, self.coeffs.conj())

    def scaled(self, factor: complex) -> Strings:
        """The sum times a number.

        Args:
            factor: The number.
        """
        return Strings(self.x, self.z, factor * self.coeffs)

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

    def real_terms(self, num_qubits: int) -> Strings:
        """The distinct strings of a Hermitian operator, in the alphabetical order of their labels.

        Their coefficients are real, and those that are round-off are left out.

        Args:
            num_qubits: Number of qubits.
        """
        terms, _ = self.collected()
        kept = np.flatnonzero(np.abs(terms.coeffs) > ROUND_OFF)
        if not kept.size:
            return identity(0.0, num_qubits)
        x, z = (bits[kept] for bits in terms.bits(num_qubits))
        letters = np.where(z, 3 - x, x)  # I, X, Y, Z; the highest qubit has the first letter
        order = kept[np.lexsort(letters.T)]
        return Strings(terms.x[order], terms.z[order], terms.coeffs[order].real.copy())

    def bits(self, num_qubits: int) -> tuple[BoolArray, BoolArray]:
        """The qubits with X or Y, and those with Z or Y, each of shape (strings, qubits).

        Args:
            num_qubits: Number of qubits.
        """
        return _bits(self.x, num_qubits), _bits(self.z, num_qubits)

    def operator(self, num_qubits: int) -> SparsePauliOp:
        """The strings as Qiskit's operator.

        Args:
            num_qubits: Number of qubits.
        """
        from qiskit.quantum_info import PauliList, SparsePauliOp

        x, z = self.bits(num_qubits)
        return SparsePauliOp(PauliList.from_symplectic(z, x), self.coeffs)


def together(parts: Sequence[Strings]) -> Strings:
    """All strings of several sums, one sum after the other."""
    return Strings(
        np.vstack([part.x for part in parts]),
        np.vstack([part.z for part in parts]),
        np.concatenate([part.coeffs for part in parts]),
    )


def times(left: Strings, right: Strings) -> Strings:
    """The products of all strings of one sum with all strings of another."""
    first = np.repeat(np.arange(len(left.coeffs)), len(right.coeffs))
    second = np.tile(np.arange(len(right.coeffs)), len(left.coeffs))
    return elementwise(
        Strings(left.x[first], left.z[first], left.coeffs[first]),
        Strings(right.x[second], right.z[second], right.coeffs[second]),
    )


def product(factors: Sequence[Strings]) -> Strings:
    """The product of several sums, with equal strings collected."""
    return reduce(lambda left, right: times(left, right).collected()[0], factors)


def elementwise(left: Strings, right: Strings) -> Strings:
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


def parity(first: Masks, second: Masks) -> npt.NDArray[np.bool_]:
    """Whether the number of common bits in each row is odd, shape (strings,)."""
    return np.asarray(_count(first, second) % 2 == 1)


def masks_of(integers: Sequence[int], num_qubits: int) -> Masks:
    """Bit masks of integers of any size, shape (integers, words).

    Args:
        integers: The masks, bit q for qubit q.
        num_qubits: Number of qubits.
    """
    words = -(-num_qubits // 64)
    octets = b"".join(mask.to_bytes(8 * words, "little") for mask in integers)
    return np.frombuffer(octets, dtype="<u8").astype(np.uint64).reshape(len(integers), words)


def identity(value: complex, num_qubits: int) -> Strings:
    """A multiple of the identity.

    Args:
        value: The factor.
        num_qubits: Number of qubits.
    """
    nothing = masks_of([0], num_qubits)
    return Strings(nothing, nothing, np.array([value]))


def strings_of_bits(x: BoolArray, z: BoolArray, coeffs: npt.NDArray[Any]) -> Strings:
    """Strings from the letters on each qubit.

    Args:
        x: The qubits with X or Y, shape (strings, qubits).
        z: The qubits with Z or Y, shape (strings, qubits).
        coeffs: Coefficients, shape (strings,).
    """
    return Strings(_masks(x), _masks(z), coeffs)


def _masks(bits: BoolArray) -> Masks:
    strings, qubits = bits.shape
    octets = np.zeros((strings, 8 * -(-qubits // 64)), dtype=np.uint8)
    packed = np.packbits(bits, axis=1, bitorder="little")
    octets[:, : packed.shape[1]] = packed
    return octets.view("<u8").astype(np.uint64)


def _bits(masks: Masks, count: int) -> BoolArray:
    octets = np.ascontiguousarray(masks).astype("<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=count, bitorder="little").astype(bool)

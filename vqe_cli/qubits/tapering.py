"""Removal of qubits by conserved parities.

In a mapping that is linear over GF(2), a parity of electrons is a product of Z, whose value is that
of the reference determinant. A term with Z on a qubit of the product is multiplied by it, which
changes nothing in this sector and removes the Z; the X that is left on the qubit moves the parity
only together with the others, and the qubit can be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vqe_cli.errors import InputError
from vqe_cli.fermions.parities import ConservedParity
from vqe_cli.qubits.symplectic import Strings, strings_of_bits

BoolArray = npt.NDArray[np.bool_]

NEGLIGIBLE = 1e-8
"""Largest coefficient of a term outside a symmetry that is dropped as round-off, Hartree."""


@dataclass(frozen=True)
class RemovedQubit:
    """A qubit whose value follows from a conserved parity and from other qubits.

    Args:
        qubit: Index of the qubit in the whole mapping.
        parity: Bit mask of the qubits of the parity, this one included.
        is_odd: Whether the parity is odd.
    """

    qubit: int
    parity: int
    is_odd: bool


@dataclass(frozen=True)
class QubitSymmetry:
    """A conserved parity of electrons on the qubits of a mapping.

    Args:
        parity: The parity of electrons.
        qubits: Bit mask of the qubits with Z.
        is_odd: Whether the parity of the reference determinant is odd.
    """

    parity: ConservedParity
    qubits: int
    is_odd: bool

    def label(self, num_qubits: int) -> str:
        """The Pauli string, the rightmost letter for qubit 0.

        Args:
            num_qubits: Number of qubits of the mapping.
        """
        places = reversed(range(num_qubits))
        return "".join("Z" if self.qubits >> place & 1 else "I" for place in places)


def symmetries_on_qubits(
    parities: Sequence[ConservedParity], inverse: Sequence[int], reference: int
) -> tuple[QubitSymmetry, ...]:
    """Conserved parities as products of Z.

    Args:
        parities: The parities of electrons.
        inverse: Bit mask of the spin orbitals whose occupation each qubit changes, that is the
            columns of the inverse of the mapping.
        reference: Bit mask of the occupied spin orbitals of the reference determinant.
    """
    return tuple(
        QubitSymmetry(
            parity,
            sum(1 << qubit for qubit, bits in enumerate(inverse) if parity.is_odd(bits)),
            parity.is_odd(reference),
        )
        for parity in parities
    )


def removed_qubits(symmetries: Sequence[QubitSymmetry]) -> tuple[RemovedQubit, ...]:
    """One qubit for each symmetry, the highest possible, by Gauss-Jordan elimination.

    Args:
        symmetries: Independent symmetries.

    Returns:
        Qubits in ascending order, none of which is in the parity of another.
    """
    rows: list[RemovedQubit] = []
    for symmetry in symmetries:
        mask, is_odd = symmetry.qubits, symmetry.is_odd
        for row in rows:
            if mask >> row.qubit & 1:
                mask, is_odd = mask ^ row.parity, is_odd ^ row.is_odd
        fresh = RemovedQubit(mask.bit_length() - 1, mask, is_odd)
        rows = [*(_without(row, fresh) for row in rows), fresh]
    return tuple(sorted(rows, key=lambda row: row.qubit))


def _without(row: RemovedQubit, other: RemovedQubit) -> RemovedQubit:
    """The row times another symmetry, if it contains that one's qubit."""
    if not row.parity >> other.qubit & 1:
        return row
    return RemovedQubit(row.qubit, row.parity ^ other.parity, row.is_odd ^ other.is_odd)


def storing_parities(qubits: int, removed: Sequence[RemovedQubit]) -> int:
    """The qubits that an electron flips, if the removed qubits stored their parities.

    Args:
        qubits: Bit mask of the qubits that it flips in the whole mapping.
        removed: The removed qubits.
    """
    found = qubits
    for row in removed:
        odd = (qubits & row.parity).bit_count() % 2
        found = found & ~(1 << row.qubit) | odd << row.qubit
    return found


def tapered(strings: Strings, removed: Sequence[RemovedQubit], num_qubits: int) -> Strings:
    """The operator in the sector of the symmetries, without the removed qubits.

    Terms outside a symmetry, which the Hamiltonian and conserved quantities do not have, are
    dropped if they are round-off.

    Args:
        strings: An operator on all qubits of the mapping.
        removed: The removed qubits.
        num_qubits: The number of all qubits of the mapping.

    Raises:
        InputError: The operator does not commute with a symmetry.
    """
    if not removed:
        return strings
    x, z, coeffs = *strings.bits(num_qubits), strings.coeffs.copy()
    parities = list(_letters(removed, num_qubits))
    outside = np.any([_odd(x & letters) for letters in parities], axis=0)
    if np.any(np.abs(coeffs[outside]) > NEGLIGIBLE):
        raise InputError(
            "an operator does not commute with the symmetries by which qubits are removed",
            path=("mapper", "taper"),
            hint="taper: parities, which keeps the qubits of the point group",
        )
    x, z, coeffs = x[~outside], z[~outside], coeffs[~outside]
    quarters = _ones(x & z)
    for row, letters in zip(removed, parities, strict=True):
        holders = z[:, row.qubit].copy()
        z[holders] ^= letters
        coeffs[holders] *= -1.0 if row.is_odd else 1.0
    places = [row.qubit for row in removed]
    x, z = np.delete(x, places, axis=1), np.delete(z, places, axis=1)
    # A term is i^|x∧z| X^x Z^z; letters Y that come or go in pairs change the sign.
    signs = 1.0 - 2.0 * ((quarters - _ones(x & z)) // 2 % 2)
    return strings_of_bits(x, z, signs * coeffs)


def _letters(removed: Sequence[RemovedQubit], num_qubits: int) -> Iterator[BoolArray]:
    """The qubits of each parity, shape (qubits,)."""
    for row in removed:
        yield np.array([bool(row.parity >> qubit & 1) for qubit in range(num_qubits)])


def _ones(bits: BoolArray) -> npt.NDArray[np.int64]:
    return np.asarray(bits.sum(axis=1, dtype=np.int64))


def _odd(bits: BoolArray) -> BoolArray:
    return np.asarray(_ones(bits) % 2 == 1)

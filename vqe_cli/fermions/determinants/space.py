"""The determinants of a sector, stored block by block of point-group irreps.

A state is a vector. Alpha strings are sorted by irrep; those of irrep h are combined with the beta
strings of irrep h ⊗ target only, and each such block is a matrix in row-major order. Without a
point group there is one block. This is the packed layout of PySCF's `direct_spin1_symm`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.fermions.determinants.strings import Strings

IrrepArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SectorSpace:
    """All determinants with given numbers of electrons and of one irrep.

    Args:
        norb: Number of spatial orbitals.
        nelec: Numbers of alpha and beta electrons.
        orbsym: Irreps of the orbitals in D2h numbering, multiplied by exclusive or; zeros without
            symmetry.
        target: The irrep of the state.
    """

    norb: int
    nelec: tuple[int, int]
    orbsym: tuple[int, ...]
    target: int

    @cached_property
    def strings(self) -> tuple[Strings, Strings]:
        """Alpha and beta strings in ascending order."""
        return Strings(self.norb, self.nelec[0]), Strings(self.norb, self.nelec[1])

    @cached_property
    def irreps(self) -> tuple[IrrepArray, IrrepArray]:
        """Irreps of all alpha and of all beta strings."""
        alpha, beta = self.strings
        return _irreps(alpha.values, self.orbsym), _irreps(beta.values, self.orbsym)

    @cached_property
    def num_irreps(self) -> int:
        """The number of irreps, 1, 2, 4 or 8, by the highest irrep of an orbital as in PySCF."""
        return 1 << int(max(self.orbsym)).bit_length()

    @cached_property
    def _sizes(self) -> tuple[IntArray, IntArray]:
        """Numbers of alpha and beta strings of each irrep."""
        counts = [np.bincount(irreps, minlength=self.num_irreps) for irreps in self.irreps]
        return counts[0], counts[1]

    @cached_property
    def columns(self) -> IntArray:
        """Row length of the block of each alpha irrep, shape (num_irreps,)."""
        return np.asarray(self._sizes[1][np.arange(self.num_irreps) ^ self.target])

    @cached_property
    def row_start(self) -> IntArray:
        """Start of each alpha string's row in the vector, shape (alpha strings,)."""
        offsets = np.concatenate([[0], np.cumsum(self._sizes[0] * self.columns)])[:-1]
        irreps = self.irreps[0]
        starts: IntArray = offsets[irreps] + rank_in_irrep(irreps) * self.columns[irreps]
        return starts

    @cached_property
    def column(self) -> IntArray:
        """Position of each beta string in its rows, shape (beta strings,)."""
        return rank_in_irrep(self.irreps[1])

    @cached_property
    def dimension(self) -> int:
        """The number of determinants."""
        return int((self._sizes[0] * self.columns).sum())

    def pack(self, full: FloatArray) -> FloatArray:
        """The vector of a matrix over all alpha and beta strings, without forbidden elements.

        Args:
            full: The matrix, shape (alpha strings, beta strings).
        """
        members = [
            [np.flatnonzero(irreps == irrep) for irrep in range(self.num_irreps)]
            for irreps in self.irreps
        ]
        blocks = [
            full[np.ix_(rows, members[1][irrep ^ self.target])].ravel()
            for irrep, rows in enumerate(members[0])
        ]
        return np.concatenate(blocks)

    def unpack(self, psi: FloatArray) -> FloatArray:
        """The matrix of a vector over all alpha and beta strings, zero for forbidden elements.

        Args:
            psi: The vector, shape (dimension,).
        """
        rows, columns = self.row_start[:, None], self.column[None, :]
        allowed = self.irreps[0][:, None] ^ self.irreps[1][None, :] == self.target
        full = np.zeros(allowed.shape)
        full[allowed] = psi[(rows + columns)[allowed]]
        return full


def _irreps(strings: IntArray, orbsym: tuple[int, ...]) -> IrrepArray:
    """Products of the irreps of the occupied orbitals, shape (strings,)."""
    found = np.zeros(strings.size, dtype=np.int64)
    for orbital, irrep in enumerate(orbsym):
        found ^= ((strings >> orbital) & 1) * irrep
    return found


def rank_in_irrep(irreps: IrrepArray) -> IntArray:
    """The number of earlier strings of the same irrep, for each string."""
    rank = np.empty(irreps.size, dtype=np.int64)
    for irrep in np.unique(irreps):
        members = np.flatnonzero(irreps == irrep)
        rank[members] = np.arange(members.size)
    return rank

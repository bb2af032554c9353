"""The determinants of a sector, stored block by block of point-group irreps.

The state is a vector. Alpha strings are sorted by irrep; those of irrep h meet the beta strings
of irrep h ⊗ target and no others, and each such block is a matrix, rows before columns. Without
a point group there is one block. This is the packed layout of PySCF's `direct_spin1_symm`.
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
    """All determinants of given electron numbers and one irrep.

    Args:
        norb: Number of spatial orbitals.
        nelec: Alpha and beta electrons.
        orbsym: Irrep of each orbital in D2h numbering, product by exclusive or; zeros for none.
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
        """Irrep of every alpha and every beta string."""
        alpha, beta = self.strings
        return _irreps(alpha.values, self.orbsym), _irreps(beta.values, self.orbsym)

    @cached_property
    def num_irreps(self) -> int:
        """1, 2, 4 or 8: as PySCF counts them, by the highest irrep among the orbitals."""
        return 1 << int(max(self.orbsym)).bit_length()

    @cached_property
    def _sizes(self) -> tuple[IntArray, IntArray]:
        """Strings of each irrep."""
        counts = [np.bincount(irreps, minlength=self.num_irreps) for irreps in self.irreps]
        return counts[0], counts[1]

    @cached_property
    def columns(self) -> IntArray:
        """Row length of the block of each alpha irrep."""
        return np.asarray(self._sizes[1][np.arange(self.num_irreps) ^ self.target])

    @cached_property
    def row_start(self) -> IntArray:
        """Where the row of each alpha string begins in the vector."""
        offsets = np.concatenate([[0], np.cumsum(self._sizes[0] * self.columns)])[:-1]
        irreps = self.irreps[0]
        starts: IntArray = offsets[irreps] + rank_in_irrep(irreps) * self.columns[irreps]
        return starts

    @cached_property
    def column(self) -> IntArray:
        """Place of each beta string in its rows."""
        return rank_in_irrep(self.irreps[1])

    @cached_property
    def dimension(self) -> int:
        """Number of determinants."""
        return int((self._sizes[0] * self.columns).sum())

    def pack(self, full: FloatArray) -> FloatArray:
        """The vector of a matrix over all alpha and beta strings, forbidden elements left out.

        Args:
            full: Shape (alpha strings, beta strings).
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
        """The vector as a matrix over all alpha and beta strings, zero where irreps forbid.

        Args:
            psi: Shape (dimension,).
        """
        rows, columns = self.row_start[:, None], self.column[None, :]
        allowed = self.irreps[0][:, None] ^ self.irreps[1][None, :] == self.target
        full = np.zeros(allowed.shape)
        full[allowed] = psi[(rows + columns)[allowed]]
        return full


def _irreps(strings: IntArray, orbsym: tuple[int, ...]) -> IrrepArray:
    """Product of the irreps of the occupied orbitals."""
    found = np.zeros(strings.size, dtype=np.int64)
    for orbital, irrep in enumerate(orbsym):
        found ^= ((strings >> orbital) & 1) * irrep
    return found


def rank_in_irrep(irreps: IrrepArray) -> IntArray:
    """How many strings of the same irrep stand before each."""
    rank = np.empty(irreps.size, dtype=np.int64)
    for irrep in np.unique(irreps):
        members = np.flatnonzero(irreps == irrep)
        rank[members] = np.arange(members.size)
    return rank

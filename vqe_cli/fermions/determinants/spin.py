"""S² on packed vectors."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.determinants import kernels
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.tables import GridPairs, PairTables
from vqe_cli.fermions.excitations import Excitation


class SpinSquared:
    """The operator ``S² = Sz(Sz + 1) + N_β − Σ_pq E_pq^α E_qp^β`` (Szabo and Ostlund, 2.5).

    The terms p = q count doubly occupied orbitals; those of pq and qp are adjoint.

    Args:
        space: The space of determinants.
    """

    def __init__(self, space: SectorSpace) -> None:
        tables = PairTables(space)
        self._space = space
        self._exchanges: list[tuple[Any, ...]] = []
        for q in range(space.norb):
            for p in range(q):
                excitation = Excitation(((p, 0), (q, 1)), ((q, 0), (p, 1)))
                pairs = tables.of(excitation)
                assert isinstance(pairs, GridPairs)
                self._exchanges.append(pairs.arrays)

    @cached_property
    def _doubly_occupied(self) -> npt.NDArray[np.uint8]:
        """The number of doubly occupied orbitals of every determinant, shape (dimension,)."""
        space = self._space
        alpha, beta = (strings.values for strings in space.strings)
        found = np.empty(space.dimension, dtype=np.uint8)
        columns = [beta[space.irreps[1] == irrep] for irrep in range(space.num_irreps)]
        for string, irrep, start in zip(alpha, space.irreps[0], space.row_start, strict=True):
            row = columns[irrep ^ space.target]
            found[start : start + row.size] = np.bitwise_count(string & row)
        return found

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``S²ψ``, a new vector, shape (dimension,).

        Args:
            psi: Amplitudes in the packed layout, shape (dimension,).
        """
        alpha, beta = self._space.nelec
        sz = (alpha - beta) / 2
        exchanged = self._doubly_occupied * psi
        grid_add = kernels.grid_add.for_steps(self._space.dimension)
        for arrays in self._exchanges:
            grid_add(psi, exchanged, 0, len(arrays[0]), *arrays)
        product: FloatArray = (sz * (sz + 1) + beta) * psi - exchanged
        return product

    def expectation(self, psi: FloatArray) -> float:
        """The expectation value ``⟨ψ|S²|ψ⟩`` of a normalised vector."""
        return float(psi @ self.times(psi))

"""Rotations of a whole product applied to a vector, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.backends.exact import kernels
from vqe_cli.fermions.determinants.tables import GridPairs, PairTables, RowPairs, listed
from vqe_cli.fermions.excitations import Excitation


class Sweep(Protocol):
    """All rotations of a product; angles are given for each rotation."""

    def forward(self, psi: FloatArray, angles: FloatArray) -> None:
        """Apply all rotations in order, in place."""
        ...

    def backward(self, psi: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Undo all rotations on both vectors, and compute the slope of each.

        Returns:
            ``2⟨bra|T − T†|psi⟩`` of every rotation, shape (rotations,).
        """
        ...


class Places(Protocol):
    """Tables that list the determinants that an excitation connects."""

    def places(self, excitation: Excitation) -> tuple[IntArray, IntArray]:
        """The places p and q with ``T|p⟩ = |q⟩``; a negative sign exchanges the two."""
        ...


class GridSweep:
    """Rotations from tables of strings, one kernel call for each; for large sectors.

    Args:
        tables: Tables of the determinants' pairs.
        excitations: T of every rotation, in order; all of the totally symmetric irrep.
        threads: Number of threads, each of which works on a range of rows.
    """

    def __init__(
        self, tables: PairTables, excitations: Sequence[Excitation], threads: int = 1
    ) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._gates = [tables.of(excitation) for excitation in excitations]

    def forward(self, psi: FloatArray, angles: FloatArray) -> None:
        """Apply all rotations in order, in place."""
        for gate, angle in zip(self._gates, angles, strict=True):
            kernel, tables = _forward_kernel(gate)
            cosine, sine = float(np.cos(angle)), float(np.sin(angle))
            self._ranges(kernel, (psi,), (*tables, cosine, sine), len(tables[0]))

    def backward(self, psi: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Undo all rotations on both vectors, and compute the slope of each.

        Returns:
            ``2⟨bra|T − T†|psi⟩`` of every rotation, shape (rotations,).
        """
        slopes = np.zeros(len(self._gates))
        for index in range(len(self._gates) - 1, -1, -1):
            kernel, tables = _backward_kernel(self._gates[index])
            cosine, sine = float(np.cos(angles[index])), float(np.sin(angles[index]))
            parts = self._ranges(kernel, (psi, bra), (*tables, cosine, sine), len(tables[0]))
            slopes[index] = 2.0 * sum(parts)
        return slopes

    def _ranges(
        self, kernel: Any, vectors: tuple[Any, ...], tables: tuple[Any, ...], count: int
    ) -> list[Any]:
        """The results of a kernel on ranges of rows, in order; parallel with threads."""
        if self._pool is None:
            return [kernel(*vectors, 0, count, *tables)]
        bounds = [count * k // self._threads for k in range(self._threads + 1)]
        calls = [partial(kernel, *vectors, a, b, *tables) for a, b in pairwise(bounds)]
        running = [self._pool.submit(call) for call in calls]
        return [part.result() for part in running]


def _forward_kernel(gate: RowPairs | GridPairs) -> tuple[Any, tuple[Any, ...]]:
    kernel = kernels.rows_forward if isinstance(gate, RowPairs) else kernels.grid_forward
    return kernel.compiled, gate.arrays


def _backward_kernel(gate: RowPairs | GridPairs) -> tuple[Any, tuple[Any, ...]]:
    kernel = kernels.rows_backward if isinstance(gate, RowPairs) else kernels.grid_backward
    return kernel.compiled, gate.arrays


class FlatSweep:
    """Rotations from one list of all pairs, one kernel call for all; for small sectors.

    Args:
        tables: Tables of the determinants' pairs.
        excitations: T of every rotation, in order; all of the totally symmetric irrep.
    """

    def __init__(self, tables: Places, excitations: Sequence[Excitation]) -> None:
        pairs = [tables.places(excitation) for excitation in excitations]
        self._start, self.source, self.target = listed(pairs)
        self._forward = kernels.flat_forward.for_steps(self.source.size)
        self._backward = kernels.flat_backward.for_steps(self.source.size)

    def forward(self, psi: FloatArray, angles: FloatArray) -> None:
        """Apply all rotations in order, in place."""
        cosines, sines = np.cos(angles), np.sin(angles)
        self._forward(psi, self._start, self.source, self.target, cosines, sines)

    def backward(self, psi: FloatArray, bra: FloatArray, angles: FloatArray) -> FloatArray:
        """Undo all rotations on both vectors, and compute the slope of each.

        Returns:
            ``2⟨bra|T − T†|psi⟩`` of every rotation, shape (rotations,).
        """
        slopes = np.empty(angles.size)
        cosines, sines = np.cos(angles), np.sin(angles)
        self._backward(psi, bra, slopes, self._start, self.source, self.target, cosines, sines)
        return slopes

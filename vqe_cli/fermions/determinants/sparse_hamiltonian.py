"""The Hamiltonian of a small sector as a sparse matrix, by Slater's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.fermions.determinants import kernels
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.problem import ElectronicProblem


@dataclass(frozen=True, eq=False)
class SparseHamiltonian:
    """The Hamiltonian without the core energy in compressed sparse rows.

    Args:
        data: Matrix elements, Hartree, shape (elements,).
        indices: Columns of the elements, shape (elements,).
        start: Start of each row in `data`, shape (dimension + 1,).
    """

    data: FloatArray
    indices: npt.NDArray[np.uint32]
    start: IntArray


@dataclass(frozen=True, eq=False)
class _Spin:
    """The strings of one spin, with their matrix elements and single excitations.

    Args:
        own: Matrix elements between the strings of this spin alone, Hartree, shape (strings,
            strings).
        target: Strings reached by single excitations of each string, shape (strings, singles).
        pair: Packed index p(p+1)/2+q of the orbitals of each excitation, shape (strings, singles).
        sign: Sign ±1 of each excitation, shape (strings, singles).
        occupied: Occupied orbitals of each string, shape (strings, electrons).
    """

    own: FloatArray
    target: IntArray
    pair: IntArray
    sign: FloatArray
    occupied: IntArray

    @property
    def reached(self) -> tuple[Any, ...]:
        """The strings that one or two electrons reach, in ascending order for each string.

        Returns:
            Starts, strings, matrix elements of this spin alone, packed indices of the orbitals that
            one electron changes (-1 for none or two electrons), and its signs.
        """
        size = len(self.own)
        pair = np.full((size, size), -1, dtype=np.int64)
        sign = np.zeros((size, size))
        rows = np.arange(size)[:, None]
        pair[rows, self.target], sign[rows, self.target] = self.pair, self.sign
        connected = (self.own != 0.0) | (pair >= 0)
        np.fill_diagonal(connected, True)
        places = np.nonzero(connected)
        first = np.concatenate([[0], np.cumsum(connected.sum(axis=1))])
        return first, places[1], self.own[places], pair[places], sign[places]


def sparse_hamiltonian(problem: ElectronicProblem, space: SectorSpace) -> SparseHamiltonian:
    """The sparse matrix, built in two passes: count, then fill.

    Args:
        problem: The integrals.
        space: The determinants.
    """
    alpha, beta = _spins(problem, space)
    pairs = np.tril_indices(problem.norb)
    orbitals = np.arange(problem.norb)
    (_, mixed), (transposed, _) = problem.h2_of_spins
    on_alpha, on_beta = (h2[:, :, orbitals, orbitals][pairs] for h2 in (mixed, transposed))
    field_a, field_b = (
        on_beta[:, alpha.occupied].sum(axis=2),
        on_alpha[:, beta.occupied].sum(axis=2),
    )
    diagonal_pairs = orbitals * (orbitals + 1) // 2 + orbitals
    repulsion = field_b[diagonal_pairs][alpha.occupied].sum(axis=1)
    tables = (
        (alpha.target, alpha.pair, alpha.sign, field_a, np.diag(alpha.own).copy(), alpha.reached),
        (beta.target, beta.pair, beta.sign, field_b, np.diag(beta.own).copy(), beta.reached),
        repulsion,
        np.ascontiguousarray(mixed[pairs][:, pairs[0], pairs[1]]),
    )
    places = (space.row_start, space.column, space.irreps, space.target)
    counts = np.zeros(space.dimension, dtype=np.int64)
    nothing = (np.zeros(0), np.zeros(0, dtype=np.uint32))
    slater_rules = kernels.slater_rules.for_steps(space.dimension**2)
    slater_rules(*places, *tables, counts, *nothing, False)
    start = np.concatenate([[0], np.cumsum(counts)])
    data, indices = np.zeros(start[-1]), np.zeros(start[-1], dtype=np.uint32)
    slater_rules(*places, *tables, start[:-1].copy(), data, indices, True)
    return SparseHamiltonian(data, indices, start)


def _spins(problem: ElectronicProblem, space: SectorSpace) -> tuple[_Spin, _Spin]:
    """Tables of both spins, which are the same for equal numbers of electrons and orbitals."""
    (h1_a, h1_b), (h2_a, _, h2_b) = problem.spin_h1, problem.spin_h2
    alpha = _spin(h1_a, h2_a, space.strings[0])
    if problem.beta is None and space.nelec[0] == space.nelec[1]:
        return alpha, alpha
    return alpha, _spin(h1_b, h2_b, space.strings[1])


def _spin(h1: FloatArray, h2: FloatArray, strings: Strings) -> _Spin:
    """Tables of one spin; its own matrix is PySCF's with the other spin empty."""
    from pyscf.fci import cistring, direct_spin1

    norb, count = len(h1), strings.count
    size = strings.values.size
    if count == 0:
        none = np.zeros((1, 0))
        return _Spin(
            np.zeros((1, 1)),
            none.astype(np.int64),
            none.astype(np.int64),
            none,
            none.astype(np.int64),
        )
    eri = direct_spin1.absorb_h1e(h1, h2, norb, (count, 0), 0.5)
    links = (
        cistring.gen_linkstr_index_trilidx(range(norb), count),
        cistring.gen_linkstr_index_trilidx(range(norb), 0),
    )
    own = np.empty((size, size))
    for index in range(size):
        unit = np.zeros((size, 1))
        unit[index] = 1.0
        column = direct_spin1.contract_2e(eri, unit, norb, (count, 0), links)
        own[:, index] = np.asarray(column).ravel()
    table = links[0]
    moves = table[:, :, 2] != np.arange(size)[:, None]
    singles = moves.sum(axis=1)[0]
    chosen = table[moves].reshape(size, singles, table.shape[2])
    occupied = np.array([np.flatnonzero((s >> np.arange(norb)) & 1) for s in strings.values])
    return _Spin(
        own,
        np.ascontiguousarray(chosen[:, :, 2], dtype=np.int64),
        np.ascontiguousarray(chosen[:, :, 0], dtype=np.int64),
        np.ascontiguousarray(chosen[:, :, 3], dtype=np.float64),
        occupied.reshape(size, count).astype(np.int64),
    )

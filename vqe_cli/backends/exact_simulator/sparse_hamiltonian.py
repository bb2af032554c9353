"""The Hamiltonian of a small sector as a sparse matrix, by Slater's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from vqe_cli.backends.exact_simulator.space import SectorSpace
from vqe_cli.backends.exact_simulator.strings import IntArray, Strings
from vqe_cli.chemistry.problem import ElectronicProblem, FloatArray

ZERO = 1e-14


@dataclass(frozen=True, eq=False)
class SparseHamiltonian:
    """Compressed rows of H without the core energy.

    Args:
        data: Matrix elements.
        indices: Their columns.
        start: Where each row begins; shape (dimension + 1,).
    """

    data: FloatArray
    indices: IntArray
    start: IntArray


@dataclass(frozen=True, eq=False)
class _Spin:
    """One spin's strings and what connects them.

    Args:
        own: Matrix elements among the strings of this spin alone, shape (strings, strings).
        target: Single excitations of each string, shape (strings, singles).
        pair: Packed index p(p+1)/2+q of the orbitals of each.
        sign: ±1 of each.
        occupied: Occupied orbitals of each string, shape (strings, electrons).
    """

    own: FloatArray
    target: IntArray
    pair: IntArray
    sign: FloatArray
    occupied: IntArray


def sparse_hamiltonian(problem: ElectronicProblem, space: SectorSpace) -> SparseHamiltonian:
    """Build the matrix in two passes: count, then fill.

    Args:
        problem: The integrals.
        space: The determinants.
    """
    alpha, beta = (_spin(problem, strings) for strings in space.strings)
    pairs = np.tril_indices(problem.norb)
    packed = problem.h2[pairs][:, pairs[0], pairs[1]]
    orbitals = np.arange(problem.norb)
    diagonal = problem.h2[:, :, orbitals, orbitals][pairs]
    fields = tuple(diagonal[:, spin.occupied].sum(axis=2) for spin in (alpha, beta))
    places = (space.row_start, space.column, *space.irreps, space.target)
    tables = tuple(
        table
        for spin in (alpha, beta)
        for table in (spin.own, spin.target, spin.pair, spin.sign, spin.occupied)
    )
    start = np.zeros(space.dimension + 1, dtype=np.int64)
    empty = (np.zeros(0), np.zeros(0, dtype=np.int64))
    _visit(*places, *tables, *fields, packed, start, *empty, False)
    start = np.concatenate([[0], np.cumsum(start[:-1])])
    data, indices = np.zeros(start[-1]), np.zeros(start[-1], dtype=np.int64)
    _visit(*places, *tables, *fields, packed, start.copy(), data, indices, True)
    return SparseHamiltonian(data, indices.astype(np.int32), start)


def _spin(problem: ElectronicProblem, strings: Strings) -> _Spin:
    """Tables of one spin; its own matrix comes from PySCF with the other spin empty."""
    from pyscf.fci import cistring, direct_spin1

    norb, count = problem.norb, strings.count
    size = strings.values.size
    if count == 0:
        none = np.zeros((1, 0))
        return _Spin(np.zeros((1, 1)), none.astype(np.int64), none.astype(np.int64), none, none.astype(np.int64))
    eri = direct_spin1.absorb_h1e(problem.h1, problem.h2, norb, (count, 0), 0.5)
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


@numba.njit(cache=True)
def _visit(
    row_start, column, irrep_a, irrep_b, wanted,
    own_a, target_a, pair_a, sign_a, occupied_a,
    own_b, target_b, pair_b, sign_b, occupied_b,
    field_a, field_b, eri, start, data, indices, fill,
):  # fmt: skip
    """Go through all matrix elements; count them in `start`, or write them."""
    num_a, num_b = irrep_a.size, irrep_b.size
    for i in range(num_a):
        work_a = own_a[i].copy()
        for k in range(num_b):
            if irrep_a[i] ^ irrep_b[k] != wanted:
                continue
            row = row_start[i] + column[k]
            # alpha moves, beta stays: own elements and the field of the beta electrons
            for t in range(target_a.shape[1]):
                j = target_a[i, t]
                work_a[j] = own_a[i, j] + sign_a[i, t] * field_b[pair_a[i, t], k]
            repulsion = 0.0
            for t in range(occupied_a.shape[1]):
                p = occupied_a[i, t]
                repulsion += field_b[p * (p + 1) // 2 + p, k]
            for j in range(num_a):
                if irrep_a[j] != irrep_a[i]:
                    continue
                value = work_a[j]
                if j == i:
                    value = own_a[i, i] + own_b[k, k] + repulsion
                if abs(value) > ZERO:
                    if fill:
                        data[start[row]] = value
                        indices[start[row]] = row_start[j] + column[k]
                    start[row] += 1
            # beta moves, alpha stays
            for m in range(num_b):
                if m == k or irrep_b[m] != irrep_b[k]:
                    continue
                value = own_b[k, m]
                for t in range(target_b.shape[1]):
                    if target_b[k, t] == m:
                        value += sign_b[k, t] * field_a[pair_b[k, t], i]
                if abs(value) > ZERO:
                    if fill:
                        data[start[row]] = value
                        indices[start[row]] = row_start[i] + column[m]
                    start[row] += 1
            # both move
            for t in range(target_a.shape[1]):
                j = target_a[i, t]
                for u in range(target_b.shape[1]):
                    m = target_b[k, u]
                    if irrep_a[j] ^ irrep_b[m] != wanted:
                        continue
                    value = sign_a[i, t] * sign_b[k, u] * eri[pair_a[i, t], pair_b[k, u]]
                    if abs(value) > ZERO:
                        if fill:
                            data[start[row]] = value
                            indices[start[row]] = row_start[j] + column[m]
                        start[row] += 1

"""Compiled loops over affine subspaces of basis states (see `pauli_sum`)."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.numba_jit import compiled

RUN = 8
"""Log2 of the number of steps that are tabulated once for each walk."""


@compiled
def _tabulate(basis, flips, first, dimension, places, signs):
    """Tabulate all sums of the first basis vectors, and their changes of the signs."""
    places[0], signs[0] = 0, 0
    for i in range(dimension):
        for j in range(1 << i):
            places[(1 << i) + j] = places[j] ^ basis[first + i]
            signs[(1 << i) + j] = signs[j] ^ flips[first + i]


@compiled
def _trailing_zeros(number):
    count = 0
    while number & 1 == 0:
        number >>= 1
        count += 1
    return count


@compiled
def add(psi, out, first, last, head, begin, tables, basis, flips, factors):
    """Add ``d(k)`` from k to k ⊕ x and its conjugate back, for walks `first` to `last`."""
    places, signs = np.empty(1 << RUN, np.uint64), np.empty(1 << RUN, np.uint64)
    for walk in range(first, last):
        x, k, sign = head[0, walk], head[1, walk], head[2, walk]
        table = tables[walk]
        dimension = begin[walk + 1] - begin[walk] - 1
        run = min(RUN, dimension)
        _tabulate(basis, flips, begin[walk], run, places, signs)
        for step in range(1, (1 << (dimension - run)) + 1):
            for j in range(1 << run):
                p = k ^ places[j]
                q = p ^ x
                d = factors[table + (sign ^ signs[j])]
                a, b = psi[p], psi[q]
                out[p] += np.conj(d) * b
                out[q] += d * a
            place = begin[walk] + run + _trailing_zeros(step)
            k ^= basis[place]
            sign ^= flips[place]

"""Compiled loops over determinants of pairs: products with H, and what H does outside them."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.numba_jit import compiled


@compiled
def exchange(psi, out, start, source, target, integral):
    """Add the products with ``K_ia (P†_a P_i + P†_i P_a)`` of all moves to `out`."""
    for move in range(integral.size):
        value = integral[move]
        for k in range(start[move], start[move + 1]):
            p, q = source[k], target[k]
            out[p] += value * psi[q]
            out[q] += value * psi[p]


@compiled
def amplitude(string, psi, low_bits, low_rank, high_start):
    """The amplitude of a string, whose place is the sum of those of its two halves."""
    mask = (np.int64(1) << low_bits) - np.int64(1)
    return psi[high_start[string >> low_bits] + low_rank[string & mask]]


@compiled
def split(string, norb, inside, outside):
    """Write the occupied and the empty orbitals of a string; returns the number of the former."""
    occupied, empty = 0, 0
    for orbital in range(norb):
        if string >> orbital & 1:
            inside[occupied] = orbital
            occupied += 1
        else:
            outside[empty] = orbital
            empty += 1
    return occupied


@compiled
def one_broken_pair(strings, psi, ranks, h1, coulomb, exchange):
    """The squared norm of ``Hψ`` where one pair is broken into a singlet of two orbitals.

    `strings` are those of the other pairs, `coulomb[p, q, k]` is (pq|kk), `exchange[p, q, k]`
    (pk|qk).
    """
    norb = h1.shape[0]
    inside, outside = np.empty(norb, np.int64), np.empty(norb, np.int64)
    values = np.empty(norb)
    total = 0.0
    low_bits, low_rank, high_start = ranks
    for string in strings:
        occupied = split(string, norb, inside, outside)
        empty = norb - occupied
        for x in range(empty):
            bit = np.int64(1) << outside[x]
            values[x] = amplitude(string | bit, psi, low_bits, low_rank, high_start)
        for x in range(empty):
            for y in range(x):
                p, q = outside[x], outside[y]
                both = np.int64(1) << p | np.int64(1) << q
                mean_field, other = h1[p, q], 0.0
                for k in range(occupied):
                    s = inside[k]
                    mean_field += 2.0 * coulomb[p, q, s] - exchange[p, q, s]
                    moved = string ^ (np.int64(1) << s) | both
                    other -= exchange[p, q, s] * amplitude(
                        moved, psi, low_bits, low_rank, high_start
                    )
                for r in range(empty):
                    other += exchange[p, q, outside[r]] * values[r]
                value = (values[x] + values[y]) * mean_field + other
                total += 2.0 * value * value
    return total


@compiled
def two_broken_pairs(strings, psi, ranks, h2):
    """The squared norm of ``Hψ`` where two pairs are broken into singlets of four orbitals.

    Two of the three pairings of four orbitals into singlets have the overlap −1/2. `strings` are
    those of the other pairs.
    """
    norb = h2.shape[0]
    inside, outside = np.empty(norb, np.int64), np.empty(norb, np.int64)
    pair = np.empty((norb, norb))
    total = 0.0
    low_bits, low_rank, high_start = ranks
    for string in strings:
        empty = norb - split(string, norb, inside, outside)
        for x in range(empty):
            for y in range(x):
                both = np.int64(1) << outside[x] | np.int64(1) << outside[y]
                pair[x, y] = amplitude(string | both, psi, low_bits, low_rank, high_start)
        for i in range(empty):
            for j in range(i):
                for k in range(j):
                    for m in range(k):
                        a, b, c, d = outside[i], outside[j], outside[k], outside[m]
                        one, other = pair[i, j] + pair[k, m], pair[i, k] + pair[j, m]
                        third = pair[i, m] + pair[j, k]
                        first = h2[a, b, c, d] * (other + third)
                        second = h2[a, c, b, d] * (one + third)
                        last = h2[a, d, b, c] * (one + other)
                        total += 4.0 * (first * first + second * second + last * last)
                        total -= 4.0 * (first * second + first * last + second * last)
    return total

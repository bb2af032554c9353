"""Compiled sweeps over pairs of determinants.

A rotation ``exp(θ(T − T†))`` takes each pair (p, q) with ``T|p⟩ = s|q⟩`` to
``(c·p − s·sinθ·q, c·q + s·sinθ·p)``. Backward sweeps undo it on the state and on ``λ = Hψ`` in the
same pass that sums ``s(λ_q ψ_p − λ_p ψ_q)``, half the slope. All pairs of one rotation are
disjoint, so that ranges of them may be worked on at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

ZERO = 1e-14
"""Matrix elements smaller than this (Hartree) are left out."""


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile without Python's lock, and keep the result on disk."""
    relaxed = {"contract", "reassoc", "nsz"}
    return numba.njit(cache=True, nogil=True, fastmath=relaxed)(function)


@_compiled
def rows_forward(psi, first, last, source, target, sign, length, cosine, sine):
    """Alpha excitations: pairs of whole rows, number `first` to `last`."""
    for pair in range(first, last):
        p, q, s = source[pair], target[pair], sign[pair] * sine
        for k in range(length[pair]):
            a, b = psi[p + k], psi[q + k]
            psi[p + k] = cosine * a - s * b
            psi[q + k] = cosine * b + s * a


@_compiled
def rows_backward(psi, bra, first, last, source, target, sign, length, cosine, sine):
    """The same backward; returns half the slope."""
    total = 0.0
    for pair in range(first, last):
        p, q, s = source[pair], target[pair], sign[pair] * sine
        partial = 0.0
        for k in range(length[pair]):
            a, b, x, y = psi[p + k], psi[q + k], bra[p + k], bra[q + k]
            partial += y * a - x * b
            psi[p + k] = cosine * a + s * b
            psi[q + k] = cosine * b - s * a
            bra[p + k] = cosine * x + s * y
            bra[q + k] = cosine * y - s * x
        total += sign[pair] * partial
    return total


@_compiled
def grid_forward(
    psi, first, last, rows_p, rows_q, row_sign, begin, end, cols_p, cols_q, col_sign, cosine, sine
):
    """Pairs of rows times pairs of columns; a row paired with itself does beta excitations."""
    for row in range(first, last):
        base_p, base_q, s_row = rows_p[row], rows_q[row], row_sign[row] * sine
        for k in range(begin[row], end[row]):
            p, q, s = base_p + cols_p[k], base_q + cols_q[k], s_row * col_sign[k]
            a, b = psi[p], psi[q]
            psi[p] = cosine * a - s * b
            psi[q] = cosine * b + s * a


@_compiled
def grid_backward(
    psi,
    bra,
    first,
    last,
    rows_p,
    rows_q,
    row_sign,
    begin,
    end,
    cols_p,
    cols_q,
    col_sign,
    cosine,
    sine,
):
    """The same backward; returns half the slope."""
    total = 0.0
    for row in range(first, last):
        base_p, base_q, s_row = rows_p[row], rows_q[row], row_sign[row] * sine
        partial = 0.0
        for k in range(begin[row], end[row]):
            p, q, s = base_p + cols_p[k], base_q + cols_q[k], s_row * col_sign[k]
            a, b, x, y = psi[p], psi[q], bra[p], bra[q]
            partial += col_sign[k] * (y * a - x * b)
            psi[p] = cosine * a + s * b
            psi[q] = cosine * b - s * a
            bra[p] = cosine * x + s * y
            bra[q] = cosine * y - s * x
        total += row_sign[row] * partial
    return total


@_compiled
def flat_forward(psi, start, source, target, cosines, sines):
    """All rotations of a small sector from one list of pairs, signs folded into their order."""
    for gate in range(cosines.size):
        cosine, sine = cosines[gate], sines[gate]
        for pair in range(start[gate], start[gate + 1]):
            p, q = source[pair], target[pair]
            a, b = psi[p], psi[q]
            psi[p] = cosine * a - sine * b
            psi[q] = cosine * b + sine * a


@_compiled
def flat_backward(psi, bra, slopes, start, source, target, cosines, sines):
    """The same backward; writes the slope of every rotation."""
    for gate in range(cosines.size - 1, -1, -1):
        cosine, sine, total = cosines[gate], sines[gate], 0.0
        for pair in range(start[gate], start[gate + 1]):
            p, q = source[pair], target[pair]
            a, b, x, y = psi[p], psi[q], bra[p], bra[q]
            total += y * a - x * b
            psi[p] = cosine * a + sine * b
            psi[q] = cosine * b - sine * a
            bra[p] = cosine * x + sine * y
            bra[q] = cosine * y - sine * x
        slopes[gate] = 2.0 * total


@_compiled
def sparse_times(data, indices, start, vector, out):
    """``out = H·vector`` for a sparse H in compressed rows; returns ``vector·out``."""
    energy = 0.0
    for row in range(out.size):
        total = 0.0
        for k in range(start[row], start[row + 1]):
            total += data[k] * vector[indices[k]]
        out[row] = total
        energy += total * vector[row]
    return energy


@_compiled
def exchange(psi, row_start, column, irreps, target, alpha, beta):
    """``Σ_pq ⟨E_pq^α E_qp^β⟩``; `alpha` and `beta` are tables of targets and signs of pq."""
    target_a, sign_a = alpha
    target_b, sign_b = beta
    total, norb = 0.0, target_a.shape[1]
    for i in range(irreps[0].size):
        for pq in range(norb * norb):
            p, q = pq // norb, pq % norb
            j = target_a[i, p, q]
            if j < 0:
                continue
            partial = 0.0
            for k in range(irreps[1].size):
                m = target_b[k, q, p]
                if m >= 0 and irreps[0][i] ^ irreps[1][k] == target:
                    product = psi[row_start[j] + column[m]] * psi[row_start[i] + column[k]]
                    partial += sign_b[k, q, p] * product
            total += sign_a[i, p, q] * partial
    return total


@_compiled
def overlaps(panel, source, target, place, sign, out):
    """Add ``sign · ⟨row source, row target⟩`` of every pair of rows to ``out[place]``."""
    for pair in range(source.size):
        p, q, partial = source[pair], target[pair], 0.0
        for k in range(panel.shape[1]):
            partial += panel[p, k] * panel[q, k]
        out[place[pair]] += sign[pair] * partial


@_compiled
def _put(row, place, value, start, data, indices, fill):
    """Count a matrix element, or write it."""
    if abs(value) > ZERO:
        if fill:
            data[start[row]] = value
            indices[start[row]] = place
        start[row] += 1


@_compiled
def slater_rules(
    row_start, column, irreps, target, alpha, beta, repulsion, eri, start, data, indices, fill
):
    """Go through all matrix elements of a sector; count them in `start`, or write them.

    `alpha` and `beta` hold, for each string: matrix elements within its own spin, single
    excitations (string, packed orbital pair, sign), and the field of its electrons on a pair;
    `repulsion` is that of an alpha string and a beta string.
    """
    own_a, target_a, pair_a, sign_a, field_a = alpha
    own_b, target_b, pair_b, sign_b, field_b = beta
    irrep_a, irrep_b = irreps
    for i in range(irrep_a.size):
        for k in range(irrep_b.size):
            if irrep_a[i] ^ irrep_b[k] != target:
                continue
            row = row_start[i] + column[k]
            for j in range(irrep_a.size):
                if irrep_a[j] == irrep_a[i]:
                    value = own_a[i, j] + (own_b[k, k] + repulsion[i, k] if j == i else 0.0)
                    for t in range(target_a.shape[1]):
                        if target_a[i, t] == j:
                            value += sign_a[i, t] * field_b[pair_a[i, t], k]
                    _put(row, row_start[j] + column[k], value, start, data, indices, fill)
            for m in range(irrep_b.size):
                if m != k and irrep_b[m] == irrep_b[k]:
                    value = own_b[k, m]
                    for t in range(target_b.shape[1]):
                        if target_b[k, t] == m:
                            value += sign_b[k, t] * field_a[pair_b[k, t], i]
                    _put(row, row_start[i] + column[m], value, start, data, indices, fill)
            for t in range(target_a.shape[1]):
                j = target_a[i, t]
                for u in range(target_b.shape[1]):
                    m = target_b[k, u]
                    if irrep_a[j] ^ irrep_b[m] == target:
                        value = sign_a[i, t] * sign_b[k, u] * eri[pair_a[i, t], pair_b[k, u]]
                        _put(row, row_start[j] + column[m], value, start, data, indices, fill)

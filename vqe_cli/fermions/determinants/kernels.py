"""Compiled loops over determinants: products with H and S², and matrix elements."""

from __future__ import annotations

from vqe_cli._core.numba_jit import Kernel

ZERO = 1e-14
"""Largest matrix element that is omitted, Hartree."""


@Kernel
def sparse_times(data, indices, start, vector, out):
    """Set ``out = H·vector`` for H in compressed sparse rows."""
    for row in range(out.size):
        total = 0.0
        for k in range(start[row], start[row + 1]):
            total += data[k] * vector[indices[k]]
        out[row] = total


@Kernel
def overlaps(panel, source, target, place, sign, out):
    """Add ``sign · ⟨row source, row target⟩`` for every pair of rows to ``out[place]``."""
    for pair in range(source.size):
        p, q, partial = source[pair], target[pair], 0.0
        for k in range(panel.shape[1]):
            partial += panel[p, k] * panel[q, k]
        out[place[pair]] += sign[pair] * partial


@Kernel
def grid_add(psi, out, first, last, rows_p, rows_q, row_sign, begin, end, cols_p, cols_q, col_sign):
    """Add ``(T + T†)·psi`` to `out` for an excitation of both spins, rows `first` to `last`."""
    for row in range(first, last):
        base_p, base_q, s_row = rows_p[row], rows_q[row], row_sign[row]
        for k in range(begin[row], end[row]):
            p, q, s = base_p + cols_p[k], base_q + cols_q[k], s_row * col_sign[k]
            out[p] += s * psi[q]
            out[q] += s * psi[p]


@Kernel
def slater_rules(
    row_start, column, irreps, target, alpha, beta, repulsion, eri, start, data, indices, fill
):
    """Count all matrix elements of a sector in `start`, or write them.

    `alpha` and `beta` have, for each string, single excitations (string, packed orbital pair,
    sign), the field of its electrons on a pair, its own matrix element, and the list of strings
    that one or two electrons of its spin reach: starts, strings, matrix elements, pairs (-1 for
    none or two electrons) and signs. `repulsion` is that between an alpha and a beta string.
    """
    target_a, pair_a, sign_a, field_a, _, list_a = alpha
    target_b, pair_b, sign_b, field_b, own_b, list_b = beta
    first_a, other_a, value_a, move_a, turn_a = list_a
    first_b, other_b, value_b, move_b, turn_b = list_b
    irrep_a, irrep_b = irreps
    for i in range(irrep_a.size):
        for k in range(irrep_b.size):
            if irrep_a[i] ^ irrep_b[k] != target:
                continue
            row = row_start[i] + column[k]
            at = start[row]
            for e in range(first_a[i], first_a[i + 1]):
                j = other_a[e]
                if irrep_a[j] == irrep_a[i]:
                    value = value_a[e] + (own_b[k] + repulsion[i, k] if j == i else 0.0)
                    if move_a[e] >= 0:
                        value += turn_a[e] * field_b[move_a[e], k]
                    if abs(value) > ZERO:
                        if fill:
                            data[at], indices[at] = value, row_start[j] + column[k]
                        at += 1
            for e in range(first_b[k], first_b[k + 1]):
                m = other_b[e]
                if m != k and irrep_b[m] == irrep_b[k]:
                    value = value_b[e]
                    if move_b[e] >= 0:
                        value += turn_b[e] * field_a[move_b[e], i]
                    if abs(value) > ZERO:
                        if fill:
                            data[at], indices[at] = value, row_start[i] + column[m]
                        at += 1
            for t in range(target_a.shape[1]):
                j, first = target_a[i, t], pair_a[i, t]
                for u in range(target_b.shape[1]):
                    m = target_b[k, u]
                    if irrep_a[j] ^ irrep_b[m] == target:
                        value = sign_a[i, t] * sign_b[k, u] * eri[first, pair_b[k, u]]
                        if abs(value) > ZERO:
                            if fill:
                                data[at], indices[at] = value, row_start[j] + column[m]
                            at += 1
            start[row] = at

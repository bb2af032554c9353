"""Compiled loops over determinants: products with H and S², and matrix elements."""

from __future__ import annotations

from vqe_cli._core.numba_jit import compiled

ZERO = 1e-14
"""Largest matrix element that is omitted, Hartree."""


@compiled
def sparse_times(data, indices, start, vector, out):
    """Set ``out = H·vector`` for H in compressed sparse rows."""
    for row in range(out.size):
        total = 0.0
        for k in range(start[row], start[row + 1]):
            total += data[k] * vector[indices[k]]
        out[row] = total


@compiled
def overlaps(panel, source, target, place, sign, out):
    """Add ``sign · ⟨row source, row target⟩`` for every pair of rows to ``out[place]``."""
    for pair in range(source.size):
        p, q, partial = source[pair], target[pair], 0.0
        for k in range(panel.shape[1]):
            partial += panel[p, k] * panel[q, k]
        out[place[pair]] += sign[pair] * partial


@compiled
def grid_add(psi, out, first, last, rows_p, rows_q, row_sign, begin, end, cols_p, cols_q, col_sign):
    """Add ``(T + T†)·psi`` to `out` for an excitation of both spins, rows `first` to `last`."""
    for row in range(first, last):
        base_p, base_q, s_row = rows_p[row], rows_q[row], row_sign[row]
        for k in range(begin[row], end[row]):
            p, q, s = base_p + cols_p[k], base_q + cols_q[k], s_row * col_sign[k]
            out[p] += s * psi[q]
            out[q] += s * psi[p]


@compiled
def _put(row, place, value, start, data, indices, fill):
    """Count or write a matrix element."""
    if abs(value) > ZERO:
        if fill:
            data[start[row]] = value
            indices[start[row]] = place
        start[row] += 1


@compiled
def slater_rules(
    row_start, column, irreps, target, alpha, beta, repulsion, eri, start, data, indices, fill
):
    """Count all matrix elements of a sector in `start`, or write them.

    `alpha` and `beta` have, for each string, the matrix elements within its own spin, single
    excitations (string, packed orbital pair, sign), and the field of its electrons on a pair;
    `repulsion` is that between an alpha string and a beta string.
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

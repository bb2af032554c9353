"""Compiled sweeps over pairs of determinants.

A rotation ``exp(θ(T − T†))`` takes each pair (p, q) with ``T|p⟩ = s|q⟩`` to
``(c·p − s·sinθ·q, c·q + s·sinθ·p)``. Backward sweeps undo it on the state and on ``λ = Hψ`` in the
same pass that sums ``s(λ_q ψ_p − λ_p ψ_q)``, half the slope. All pairs of one rotation are
disjoint, so that ranges of them can run in parallel.
"""

from __future__ import annotations

from vqe_cli._core.numba_jit import Kernel


@Kernel
def rows_forward(psi, first, last, source, target, sign, length, cosine, sine):
    """Alpha excitations: pairs of whole rows, number `first` to `last`."""
    for pair in range(first, last):
        p, q, s = source[pair], target[pair], sign[pair] * sine
        for k in range(length[pair]):
            a, b = psi[p + k], psi[q + k]
            psi[p + k] = cosine * a - s * b
            psi[q + k] = cosine * b + s * a


@Kernel
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


@Kernel
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


@Kernel
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


@Kernel
def flat_forward(psi, start, source, target, cosines, sines):
    """All rotations of a small sector from one list of pairs, signs folded into their order."""
    for gate in range(cosines.size):
        cosine, sine = cosines[gate], sines[gate]
        for pair in range(start[gate], start[gate + 1]):
            p, q = source[pair], target[pair]
            a, b = psi[p], psi[q]
            psi[p] = cosine * a - sine * b
            psi[q] = cosine * b + sine * a


@Kernel
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

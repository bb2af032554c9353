"""Compiled sweeps over the blocks of a gate program (see `program`).

Vectors are complex, or real where the whole program is. A sweep needs one scratch vector: a
permutation writes into it and the two are swapped, so that a sweep returns the vectors that
hold its result.
"""

from __future__ import annotations

import numpy as np

from vqe_cli._core.numba_jit import compiled
from vqe_cli.backends.exact.gate_kinds import LOCAL, PAIR, PERMUTE


@compiled
def block_matrices(sizes, first, pauli, is_rotation, angles):
    """Each block's matrix: the product of its gates, the last one leftmost."""
    found = np.zeros((sizes.size, 4, 4), np.complex128)
    gate = np.empty((4, 4), np.complex128)
    product = np.empty((4, 4), np.complex128)
    for block in range(sizes.size):
        d = sizes[block]
        for i in range(d):
            found[block, i, i] = 1.0
        for g in range(first[block], first[block + 1]):
            _gate(pauli[g], is_rotation[g], angles[g], d, gate)
            for i in range(d):
                for j in range(d):
                    total = 0.0j
                    for k in range(d):
                        total += gate[i, k] * found[block, k, j]
                    product[i, j] = total
            for i in range(d):  # slices would have Numba compile the texts of errors for seconds
                for j in range(d):
                    found[block, i, j] = product[i, j]
    return found


@compiled
def _gate(pauli, is_rotation, angle, d, out):
    """``exp(-iφP/2)``, or the matrix itself."""
    cosine, sine = np.cos(0.5 * angle), np.sin(0.5 * angle)
    for i in range(d):
        for j in range(d):
            if is_rotation:
                out[i, j] = -1j * sine * pauli[i, j] + (cosine if i == j else 0.0)
            else:
                out[i, j] = pauli[i, j]


@compiled
def slopes_of_blocks(sizes, first, pauli, is_rotation, angles, transitions):
    """``Im⟨λ|P|ψ⟩`` after every rotation, from ``Σ ψ_i λ_j*`` after its block."""
    slopes = np.zeros(angles.size)
    gate = np.empty((4, 4), np.complex128)
    half = np.empty((4, 4), np.complex128)
    for block in range(sizes.size):
        d = sizes[block]
        m = transitions[block].copy()
        for g in range(first[block + 1] - 1, first[block] - 1, -1):
            if is_rotation[g]:
                total = 0.0j
                for i in range(d):
                    for j in range(d):
                        total += pauli[g, i, j] * m[j, i]
                slopes[g] = total.imag
            _gate(pauli[g], is_rotation[g], angles[g], d, gate)
            for i in range(d):
                for j in range(d):
                    total = 0.0j
                    for k in range(d):
                        total += np.conj(gate[k, i]) * m[k, j]
                    half[i, j] = total
            for i in range(d):
                for j in range(d):
                    total = 0.0j
                    for k in range(d):
                        total += half[i, k] * gate[k, j]
                    m[i, j] = total
    return slopes


@compiled
def _local(psi, qubit, u):
    stride, size = np.uint64(1) << np.uint64(qubit), np.uint64(psi.size)
    u00, u01, u10, u11 = u[0, 0], u[0, 1], u[1, 0], u[1, 1]
    for base in range(np.uint64(0), size, stride + stride):
        for p in range(base, base + stride):
            a, b = psi[p], psi[p + stride]
            psi[p] = u00 * a + u01 * b
            psi[p + stride] = u10 * a + u11 * b


@compiled
def _local_back(psi, bra, qubit, u, m):
    """Undo on both vectors; add up ``ψ_i λ_j*`` from before."""
    stride, size = np.uint64(1) << np.uint64(qubit), np.uint64(psi.size)
    v00, v01 = np.conj(u[0, 0]), np.conj(u[1, 0])
    v10, v11 = np.conj(u[0, 1]), np.conj(u[1, 1])
    m00, m01, m10, m11 = 0.0 * v00, 0.0 * v00, 0.0 * v00, 0.0 * v00
    for base in range(np.uint64(0), size, stride + stride):
        for p in range(base, base + stride):
            a, b, x, y = psi[p], psi[p + stride], bra[p], bra[p + stride]
            m00 += a * np.conj(x)
            m01 += a * np.conj(y)
            m10 += b * np.conj(x)
            m11 += b * np.conj(y)
            psi[p] = v00 * a + v01 * b
            psi[p + stride] = v10 * a + v11 * b
            bra[p] = v00 * x + v01 * y
            bra[p + stride] = v10 * x + v11 * y
    m[0, 0], m[0, 1], m[1, 0], m[1, 1] = m00, m01, m10, m11


@compiled
def _four(index, low, high):
    """Insert zero bits at two places, the lower first."""
    one = np.uint64(1)
    index = ((index >> low) << (low + one)) | (index & ((one << low) - one))
    return ((index >> high) << (high + one)) | (index & ((one << high) - one))


@compiled
def _pair(psi, first, second, u):
    """Four amplitudes at a time; `first` is the lower bit of the matrix's index."""
    low, high = np.uint64(min(first, second)), np.uint64(max(first, second))
    p, q = np.uint64(1) << np.uint64(first), np.uint64(1) << np.uint64(second)
    for index in range(np.uint64(psi.size >> 2)):
        k = _four(index, low, high)
        a, b, c, d = psi[k], psi[k + p], psi[k + q], psi[k + p + q]
        psi[k] = u[0, 0] * a + u[0, 1] * b + u[0, 2] * c + u[0, 3] * d
        psi[k + p] = u[1, 0] * a + u[1, 1] * b + u[1, 2] * c + u[1, 3] * d
        psi[k + q] = u[2, 0] * a + u[2, 1] * b + u[2, 2] * c + u[2, 3] * d
        psi[k + p + q] = u[3, 0] * a + u[3, 1] * b + u[3, 2] * c + u[3, 3] * d


@compiled
def _pair_transitions(psi, bra, first, second, m):
    low, high = np.uint64(min(first, second)), np.uint64(max(first, second))
    p, q = np.uint64(1) << np.uint64(first), np.uint64(1) << np.uint64(second)
    offsets = (np.uint64(0), p, q, p + q)
    m[:, :] = 0.0
    for index in range(np.uint64(psi.size >> 2)):
        k = _four(index, low, high)
        for i in range(4):
            a = psi[k + offsets[i]]
            for j in range(4):
                m[i, j] += a * np.conj(bra[k + offsets[j]])


@compiled
def _permute(psi, source, out):
    for k in range(psi.size):
        out[k] = psi[source[k]]


@compiled
def _permute_back(psi, source, out):
    for k in range(psi.size):
        out[source[k]] = psi[k]


@compiled
def forward(psi, scratch, kinds, places, matrices, permutations, phases):
    """Apply all blocks; returns the state and the scratch vector."""
    for block in range(kinds.size):
        kind, first, second = kinds[block], places[block, 0], places[block, 1]
        if kind == LOCAL:
            _local(psi, first, matrices[block])
        elif kind == PAIR:
            _pair(psi, first, second, matrices[block])
        elif kind == PERMUTE:
            _permute(psi, permutations[first], scratch)
            psi, scratch = scratch, psi
        else:
            for k in range(psi.size):
                psi[k] *= phases[first, k]
    return psi, scratch


@compiled
def backward(psi, bra, scratch, kinds, places, matrices, permutations, phases, transitions):
    """Undo all blocks on both vectors; writes the transitions of every block."""
    for block in range(kinds.size - 1, -1, -1):
        kind, first, second = kinds[block], places[block, 0], places[block, 1]
        if kind == LOCAL:
            _local_back(psi, bra, first, matrices[block], transitions[block])
        elif kind == PAIR:
            _pair_transitions(psi, bra, first, second, transitions[block])
            inverse = np.conj(matrices[block].T)
            _pair(psi, first, second, inverse)
            _pair(bra, first, second, inverse)
        elif kind == PERMUTE:
            _permute_back(psi, permutations[first], scratch)
            psi, scratch = scratch, psi
            _permute_back(bra, permutations[first], scratch)
            bra, scratch = scratch, bra
        else:
            for k in range(psi.size):
                factor = np.conj(phases[first, k])
                psi[k] *= factor
                bra[k] *= factor

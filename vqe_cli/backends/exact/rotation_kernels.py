"""Compiled loops of orbital rotations on complex states of alpha strings times beta strings.

A state has its real and its imaginary part in one array of shape (2, alpha strings, beta strings).
Rotations of one spin work on panels of the other spin's strings, which stay in the cache while all
of them are applied.
"""

from __future__ import annotations

import numpy as np

from vqe_cli._core.numba_jit import compiled

PANEL = 16
"""Number of strings of the other spin in a panel."""


@compiled
def _load(psi, panel, first, width, spin):
    """Copy a panel: strings of the rotated spin by strings of the other one."""
    for part in range(2):
        if spin == 0:
            for row in range(psi.shape[1]):
                for k in range(width):
                    panel[part, row, k] = psi[part, row, first + k]
        else:
            for k in range(width):
                for row in range(psi.shape[2]):
                    panel[part, row, k] = psi[part, first + k, row]


@compiled
def _store(psi, panel, first, width, spin):
    """Copy a panel back."""
    for part in range(2):
        if spin == 0:
            for row in range(psi.shape[1]):
                for k in range(width):
                    psi[part, row, first + k] = panel[part, row, k]
        else:
            for k in range(width):
                for row in range(psi.shape[2]):
                    psi[part, first + k, row] = panel[part, row, k]


@compiled
def _givens(panel, start, source, target, place, cosine, sine_real, sine_imag):
    """Take (x, y) to (c x + s y, c y − s* x) for strings with one of two neighbouring orbitals."""
    for pair in range(start[place], start[place + 1]):
        p, q = source[pair], target[pair]
        for k in range(panel.shape[2]):
            x, xi, y, yi = panel[0, p, k], panel[1, p, k], panel[0, q, k], panel[1, q, k]
            panel[0, p, k] = cosine * x + sine_real * y - sine_imag * yi
            panel[1, p, k] = cosine * xi + sine_real * yi + sine_imag * y
            panel[0, q, k] = cosine * y - sine_real * x - sine_imag * xi
            panel[1, q, k] = cosine * yi - sine_real * xi + sine_imag * x


@compiled
def _phases(panel, phases):
    """Multiply every string of the rotated spin by its phase."""
    for row in range(phases.shape[1]):
        c, s = phases[0, row], phases[1, row]
        for k in range(panel.shape[2]):
            x, y = panel[0, row, k], panel[1, row, k]
            panel[0, row, k] = c * x - s * y
            panel[1, row, k] = c * y + s * x


@compiled
def rotate(psi, spin, first, last, pairs, places, cosines, sines_real, sines_imag, phases, inverse):
    """Apply a network of Givens rotations and phases to one spin, or undo it.

    Args:
        psi: The state, shape (2, alpha strings, beta strings); it is changed.
        spin: The rotated spin.
        first: First string of the other spin.
        last: End of the other spin's strings.
        pairs: Starts, sources and targets of the strings that a rotation of neighbours mixes.
        places: Lower orbital of each rotation, in the order in which they act.
        cosines: Cosine of each rotation.
        sines_real: Real part of each rotation's complex sine.
        sines_imag: Imaginary part of each rotation's complex sine.
        phases: Phases of the rotated spin's strings after the rotations, shape (2, strings), or
            (2, 0) for none.
        inverse: Whether the network is undone.
    """
    start, source, target = pairs
    panel = np.zeros((2, psi.shape[1 + spin], min(PANEL, last - first)))
    count = places.size
    for begin in range(first, last, PANEL):
        width = min(PANEL, last - begin)
        _load(psi, panel, begin, width, spin)
        if inverse:
            _phases(panel, phases)
            for g in range(count - 1, -1, -1):
                c, s, t = cosines[g], -sines_real[g], -sines_imag[g]
                _givens(panel, start, source, target, places[g], c, s, t)
        else:
            for g in range(count):
                c, s, t = cosines[g], sines_real[g], sines_imag[g]
                _givens(panel, start, source, target, places[g], c, s, t)
            _phases(panel, phases)
        _store(psi, panel, begin, width, spin)


@compiled
def transitions(bra, psi, spin, first, last, moves, found):
    """Add ``⟨bra|a†_p a_q|psi⟩`` of one spin to `found`, shape (2, norb, norb).

    `moves` are, for p > q, sources, targets, p, q and signs of ``a†_p a_q``; and the occupied
    orbitals of every string.
    """
    source, target, upper, lower, sign, occupied = moves
    shape = (2, psi.shape[1 + spin], min(PANEL, last - first))
    ket_panel, bra_panel = np.zeros(shape), np.zeros(shape)
    for begin in range(first, last, PANEL):
        width = min(PANEL, last - begin)
        _load(psi, ket_panel, begin, width, spin)
        _load(bra, bra_panel, begin, width, spin)
        for move in range(source.size):
            p, q, s = source[move], target[move], sign[move]
            up, up_imag, down, down_imag = 0.0, 0.0, 0.0, 0.0
            for k in range(width):
                x, xi, y, yi = (
                    ket_panel[0, p, k],
                    ket_panel[1, p, k],
                    ket_panel[0, q, k],
                    ket_panel[1, q, k],
                )
                a, ai, b, bi = (
                    bra_panel[0, p, k],
                    bra_panel[1, p, k],
                    bra_panel[0, q, k],
                    bra_panel[1, q, k],
                )
                up += b * x + bi * xi
                up_imag += b * xi - bi * x
                down += a * y + ai * yi
                down_imag += a * yi - ai * y
            found[0, upper[move], lower[move]] += s * up
            found[1, upper[move], lower[move]] += s * up_imag
            found[0, lower[move], upper[move]] += s * down
            found[1, lower[move], upper[move]] += s * down_imag
        for row in range(occupied.shape[0]):
            up, up_imag = 0.0, 0.0
            for k in range(width):
                x, xi = ket_panel[0, row, k], ket_panel[1, row, k]
                a, ai = bra_panel[0, row, k], bra_panel[1, row, k]
                up += a * x + ai * xi
                up_imag += a * xi - ai * x
            for j in range(occupied.shape[1]):
                p = occupied[row, j]
                found[0, p, p] += up
                found[1, p, p] += up_imag


@compiled
def network_slopes(places, thetas, phis, phases, transition, slopes):
    """Write the derivatives ``2 Re⟨bra|∂U|psi⟩`` by the angles of a network.

    The generator of a rotation, carried to the end of the network, is a one-body operator, so that
    all derivatives follow from the transition density there. It is carried back instead: by a
    similarity transformation with one rotation after another.

    Args:
        places: Lower orbital of each rotation, in the order in which they act.
        thetas: Angles θ of the rotations.
        phis: Angles φ of the rotations.
        phases: Phases of the orbitals after the rotations, the first of which is zero.
        transition: ``⟨bra|a†_p a_q|psi⟩`` after the network, shape (norb, norb); it is changed.
        slopes: The derivatives by θ, φ and the phases but the first, to be written.
    """
    norb, count = transition.shape[0], places.size
    for p in range(1, slopes.size - 2 * count + 1):
        slopes[2 * count + p - 1] = -2.0 * transition[p, p].imag
    s = np.empty_like(transition)
    for p in range(norb):
        for q in range(norb):
            s[p, q] = transition[q, p] * np.exp(1j * (phases[q] - phases[p]))
    for g in range(count - 1, -1, -1):
        i, c, sine = places[g], np.cos(thetas[g]), np.sin(thetas[g])
        j, e = places[g] + 1, np.exp(1j * phis[g])
        slopes[g] = 2.0 * (np.conj(e) * s[j, i] - e * s[i, j]).real
        turned = sine * (s[j, j] - s[i, i]) - c * (np.conj(e) * s[j, i] + e * s[i, j])
        slopes[count + g] = -2.0 * (sine * turned).imag
        for k in range(norb):
            x, y = s[k, i], s[k, j]
            s[k, i], s[k, j] = c * x - sine * e * y, sine * np.conj(e) * x + c * y
        for k in range(norb):
            x, y = s[i, k], s[j, k]
            s[i, k], s[j, k] = c * x - sine * np.conj(e) * y, sine * e * x + c * y


@compiled
def rephase(psi, rows, columns, mixed, sign):
    """Multiply all amplitudes by ``exp(i sign (rows + columns + mixed))``."""
    for a in range(psi.shape[1]):
        for b in range(psi.shape[2]):
            angle = sign * (rows[a] + columns[b] + mixed[a, b])
            c, s = np.cos(angle), np.sin(angle)
            x, y = psi[0, a, b], psi[1, a, b]
            psi[0, a, b] = c * x - s * y
            psi[1, a, b] = c * y + s * x


@compiled
def phase_slopes(bra, psi, out):
    """Write ``Im(bra* psi)``, shape (alpha strings, beta strings)."""
    for a in range(psi.shape[1]):
        for b in range(psi.shape[2]):
            out[a, b] = bra[0, a, b] * psi[1, a, b] - bra[1, a, b] * psi[0, a, b]

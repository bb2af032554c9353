"""Compiled loops of rotations by Pauli strings on statevectors.

A string P with an odd number of Y has ``−iP|k⟩ = c (−1)^|k∧z| |k ⊕ x⟩`` with c = ±1, the flips x
and the signs z; ``exp(−iθP)`` mixes the amplitudes of k and k ⊕ x.
"""

from __future__ import annotations

import numpy as np

from vqe_cli._core.numba_jit import compiled


@compiled
def _sign(k, z):
    """``(−1)^|k∧z|``."""
    bits = k & z
    bits ^= bits >> np.uint64(32)
    bits ^= bits >> np.uint64(16)
    bits ^= bits >> np.uint64(8)
    bits ^= bits >> np.uint64(4)
    bits ^= bits >> np.uint64(2)
    bits ^= bits >> np.uint64(1)
    return 1.0 - 2.0 * np.float64(bits & np.uint64(1))


@compiled
def _pair(half, top):
    """The basis state without the qubit `top` that is the given one of them in order."""
    low = half & (top - np.uint64(1))
    return ((half - low) << np.uint64(1)) | low


@compiled
def rotate(psi, x, z, top, factor, angle):
    """Apply ``exp(−iθP)`` in place.

    Args:
        psi: Amplitudes, shape (2^qubits,).
        x: Flips of the string.
        z: Signs of the string.
        top: The highest bit of x.
        factor: The factor c.
        angle: The angle θ.
    """
    cosine, sine = np.cos(angle), factor * np.sin(angle)
    for half in range(psi.size // 2):
        k = _pair(np.uint64(half), top)
        other = k ^ x
        a, b = psi[k], psi[other]
        psi[k] = cosine * a + sine * _sign(other, z) * b
        psi[other] = cosine * b + sine * _sign(k, z) * a


@compiled
def slope(psi, bra, x, z, top, factor):
    """``2 Re⟨bra|−iP|psi⟩``."""
    total = 0.0
    for half in range(psi.size // 2):
        k = _pair(np.uint64(half), top)
        other = k ^ x
        total += _sign(k, z) * (np.conj(bra[other]) * psi[k]).real
        total += _sign(other, z) * (np.conj(bra[k]) * psi[other]).real
    return 2.0 * factor * total


@compiled
def forward(psi, x, z, top, factor, angles):
    """Apply all rotations in order, in place."""
    for place in range(x.size):
        rotate(psi, x[place], z[place], top[place], factor[place], angles[place])


@compiled
def backward(psi, bra, x, z, top, factor, angles, slopes):
    """Undo all rotations of two vectors in place, and find the slope of each."""
    for place in range(x.size - 1, -1, -1):
        slopes[place] = slope(psi, bra, x[place], z[place], top[place], factor[place])
        rotate(psi, x[place], z[place], top[place], factor[place], -angles[place])
        rotate(bra, x[place], z[place], top[place], factor[place], -angles[place])


@compiled
def all_slopes(psi, bra, x, z, top, factor, slopes):
    """The slopes of strings that would act next."""
    for place in range(x.size):
        slopes[place] = slope(psi, bra, x[place], z[place], top[place], factor[place])

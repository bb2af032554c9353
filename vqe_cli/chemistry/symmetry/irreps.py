"""Irreps of orbitals, told only where orbitals and integrals have them without remainder.

Methods that work irrep by irrep leave out what symmetry forbids. Whatever is not zero there would
be lost without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray

ROUND_OFF = 1e-10
"""Share of an orbital outside its irrep that is removed; its energy changes by as much."""

NEGLIGIBLE = 1e-6
"""Hartree: forbidden integrals up to here, from geometries symmetric to 1e-5 bohr, are set to zero,
which changes energies by their squares."""

Irreps = tuple[int, ...]


def adapted(mole: Any, coefficients: FloatArray) -> tuple[FloatArray, Irreps | None]:
    """Orbitals freed from what round-off left outside their irreps, and those irreps.

    Args:
        mole: A built `pyscf.gto.Mole`.
        coefficients: Orthonormal orbitals, shape (nao, n).

    Returns:
        The orbitals and their irreps by PySCF's numbering; the orbitals as they were and None if
        one of them mixes irreps, or without a point group.
    """
    if not mole.symmetry:
        return coefficients, None
    overlap = mole.intor_symmetric("int1e_ovlp")
    parts = np.array([_part(basis, overlap, coefficients) for basis in mole.symm_orb])
    shares = np.einsum("kpi,pq,kqi->ki", parts, overlap, parts, optimize=True)
    if (shares.max(axis=0) < 1.0 - ROUND_OFF).any():
        return coefficients, None
    own = shares.argmax(axis=0)
    pure = parts[own, :, np.arange(coefficients.shape[1])].T
    return _orthonormal(pure, overlap), tuple(int(mole.irrep_id[index]) for index in own)


def _part(basis: FloatArray, overlap: FloatArray, coefficients: FloatArray) -> FloatArray:
    """What of some orbitals lies within one irrep, shape (nao, n)."""
    if basis.shape[1] == 0:
        return np.zeros_like(coefficients)
    left = basis.T @ overlap
    return np.asarray(basis @ np.linalg.solve(left @ basis, left @ coefficients))


def _orthonormal(coefficients: FloatArray, overlap: FloatArray) -> FloatArray:
    """The nearest orthonormal orbitals (Löwdin)."""
    values, vectors = np.linalg.eigh(coefficients.T @ overlap @ coefficients)
    return np.asarray(coefficients @ (vectors / np.sqrt(values)) @ vectors.T)


def symmetric_integrals(
    h1: FloatArray, h2: FloatArray, irreps: Sequence[int] | None
) -> tuple[FloatArray, FloatArray, Irreps | None]:
    """Integrals that vanish where irreps say so, or no irreps.

    Args:
        h1: One-electron integrals in Hartree, shape (norb, norb).
        h2: Two-electron integrals in chemists' order, shape (norb,)*4.
        irreps: Of the orbitals by PySCF's numbering, in an abelian group.

    Returns:
        The integrals and the irreps; the integrals as they were and None where forbidden elements
        are too large to be round-off.
    """
    if irreps is None:
        return h1, h2, None
    own = np.asarray(irreps) % 10
    pairs = own[:, None] ^ own
    one, two = pairs == 0, pairs[:, :, None, None] == pairs
    largest = max(np.abs(h1[~one]).max(initial=0.0), np.abs(h2[~two]).max(initial=0.0))
    if largest > NEGLIGIBLE:
        return h1, h2, None
    return np.where(one, h1, 0.0), np.where(two, h2, 0.0), tuple(irreps)

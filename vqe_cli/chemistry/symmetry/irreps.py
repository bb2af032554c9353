"""Irreps of orbitals, assigned only if orbitals and integrals have them exactly.

Methods that work irrep by irrep omit what symmetry forbids, and would silently lose elements that
are not zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray

ROUND_OFF = 1e-10
"""Largest share of an orbital outside its irrep that is removed as round-off."""

NEGLIGIBLE = 1e-6
"""Largest symmetry-forbidden integral that is set to zero, Hartree.

Geometries symmetric to 1e-5 bohr have such integrals. Energies change by their squares.
"""

Irreps = tuple[int, ...]


def adapted(mole: Any, coefficients: FloatArray) -> tuple[FloatArray, Irreps | None]:
    """Remove round-off outside of the orbitals' irreps.

    Args:
        mole: A built `pyscf.gto.Mole`.
        coefficients: Orthonormal orbitals, shape (nao, n).

    Returns:
        The orbitals, shape (nao, n), and their irreps in PySCF's numbering; the given orbitals
        and None if one of them mixes irreps, or without a point group.
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
    """The parts of some orbitals within one irrep, shape (nao, n)."""
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
    """Set symmetry-forbidden integrals to zero, or drop the irreps.

    Args:
        h1: One-electron integrals, Hartree, shape (norb, norb).
        h2: Two-electron integrals in chemists' order, Hartree, shape (norb,)*4.
        irreps: Irreps of the orbitals in an abelian group, in PySCF's numbering; None without
            symmetry.

    Returns:
        The integrals and the irreps; the given integrals and None if forbidden elements are too
        large for round-off.
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

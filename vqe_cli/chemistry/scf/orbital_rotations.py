"""Rotations among orbitals of equal occupation, which keep the determinant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.mean_field import MeanField, with_fixed_signs
from vqe_cli.chemistry.symmetry.irreps import adapted

NO_COUPLING = 1e-6
"""Largest matrix element between irreps that counts as round-off."""

PURE = 1.0 - 1e-8
"""Share of an orbital within one irrep from which the orbital belongs to it."""


def diagonalised(
    vectors: FloatArray, matrix: FloatArray, irreps: Sequence[int] | None
) -> tuple[FloatArray, FloatArray]:
    """Rotate orbitals among themselves to diagonalise a matrix.

    If the matrix does not couple irreps, the rotation does not either, even for equal eigenvalues
    of several irreps.

    Args:
        vectors: Orthonormal columns over the molecular orbitals, shape (nmo, n).
        matrix: Symmetric matrix over the molecular orbitals, shape (nmo, nmo).
        irreps: Irreps of the molecular orbitals; None without symmetry.

    Returns:
        Eigenvalues in ascending order, shape (n,), and the rotated columns, shape (nmo, n).
    """
    values, columns = [np.zeros(0)], [vectors[:, :0]]
    for group in _uncoupled(vectors, matrix, irreps):
        chosen = vectors[:, group]
        eigenvalues, rotation = np.linalg.eigh(chosen.T @ matrix @ chosen)
        values.append(eigenvalues)
        columns.append(chosen @ rotation)
    found = np.concatenate(values)
    order = np.argsort(found, kind="stable")
    return found[order], np.hstack(columns)[:, order]


def semicanonical(field: MeanField, blocks: Sequence[FloatArray]) -> tuple[MeanField, FloatArray]:
    """Rotate orbitals to make the Fock operator diagonal within each block.

    Args:
        field: The mean field.
        blocks: Blocks of orthonormal columns over the field's orbitals, each of one occupation,
            doubly occupied before singly occupied and empty ones; together all orbitals.

    Returns:
        The mean field over the rotated orbitals, in the order of the blocks and by energy within
        each, and the rotation, shape (nmo, nmo). Irreps are dropped if a rotated orbital mixes
        them.
    """
    fock = np.diag(field.mo_energy)
    rotated = [diagonalised(block, fock, field.orbsym) for block in blocks]
    rotation = np.hstack([vectors for _, vectors in rotated])
    coefficients = field.mo_coeff @ rotation
    irreps = None
    if field.orbsym is not None:
        coefficients, irreps = adapted(field.mole, coefficients)
    changed = replace(
        field,
        mo_coeff=with_fixed_signs(coefficients),
        mo_energy=np.concatenate([energies for energies, _ in rotated]),
        mo_occ=np.rint((rotation**2).T @ field.mo_occ),
        orbsym=irreps,
    )
    return changed, rotation


def _uncoupled(
    vectors: FloatArray, matrix: FloatArray, irreps: Sequence[int] | None
) -> list[npt.NDArray[np.intp]]:
    """Indices of columns by irrep; of all columns if one of them, or the matrix, mixes irreps."""
    together = [np.arange(vectors.shape[1])]
    if irreps is None:
        return together
    names = np.unique(irreps)
    shares = np.array([(vectors[np.equal(irreps, name)] ** 2).sum(axis=0) for name in names])
    if not (shares.max(axis=0) > PURE).all():
        return together
    own = shares.argmax(axis=0)
    between = np.abs(vectors.T @ matrix @ vectors)[own[:, None] != own[None, :]]
    if between.size and between.max() > NO_COUPLING:
        return together
    return [np.flatnonzero(own == index) for index in range(len(names))]

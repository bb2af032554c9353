"""Canonical orbitals over given integrals, in an order independent of round-off."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.repulsion import exchange_integrals, skewness
from vqe_cli.chemistry.symmetry.sign_symmetries import DEGENERATE, by_irreps, transformed


def canonical(
    scf: Any, h1: FloatArray, eri: FloatArray, irreps: Any
) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
    """Orbitals that diagonalise the spin-averaged Fock operator within each occupation.

    Args:
        scf: A converged `pyscf.scf.RHF` or `ROHF` over orthonormal orbitals.
        h1: One-electron integrals over these orbitals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.
        irreps: Irreps of the orbitals of the integrals, shape (norb,).

    Returns:
        The orbitals as columns, shape (norb, norb); their energies in Hartree, shape (norb,); and
        their irreps.
    """
    fock = np.asarray(scf.get_fock(dm=scf.make_rdm1()))  # for ROHF these blocks are the mean
    occupations = np.asarray(scf.mo_occ)
    coefficients, energies = [], []
    for occupation in (2, 1, 0):
        block = np.asarray(scf.mo_coeff)[:, occupations == occupation]
        levels, rotation = by_irreps(block.T @ fock @ block, _labels(irreps, block))
        coefficients.append(block @ rotation)
        energies.append(levels)
    orbitals, levels = np.hstack(coefficients), np.concatenate(energies)
    order = _order_of_degenerate(h1, eri, orbitals, levels, -np.sort(-occupations))
    orbitals = orbitals[:, order]
    found = tuple(int(irrep) for irrep in _labels(irreps, orbitals))
    return orbitals, levels[order], found


def _order_of_degenerate(
    h1: FloatArray,
    eri: FloatArray,
    orbitals: FloatArray,
    levels: FloatArray,
    occupations: FloatArray,
) -> list[int]:
    """An order of degenerate orbitals that is independent of round-off.

    They are distinguished by their densities, otherwise by exchange with the orbitals before them:
    π and π* orbitals then have the same order of x and y. Products of excitations depend on it.
    """
    _, turned = transformed(h1, eri, orbitals)
    norb = len(levels)
    marks = np.column_stack([skewness(turned, norb), exchange_integrals(turned, norb)])
    steps = (np.diff(levels) > DEGENERATE) | (np.diff(occupations) != 0)
    order: list[int] = []
    for group in np.split(np.arange(len(levels)), np.flatnonzero(steps) + 1):
        columns = [0, *(1 + orbital for orbital in order)]
        told = [(marks[orbital, columns], int(orbital)) for orbital in group]
        order += [orbital for _, orbital in sorted(told, key=cmp_to_key(_compare))]
    return order


def _compare(one: tuple[FloatArray, int], other: tuple[FloatArray, int]) -> int:
    """Order by the first marks that differ beyond round-off, the larger one first."""
    apart = other[0] - one[0]
    different = np.flatnonzero(np.abs(apart) > DEGENERATE)
    return int(np.sign(apart[different[0]])) if different.size else 0


def _labels(irreps: Any, orbitals: FloatArray) -> Any:
    """The irrep of each column, which is zero in the rows of other irreps."""
    if not orbitals.size:
        return np.zeros(0, dtype=int)
    return irreps[np.argmax(np.abs(orbitals), axis=0)]

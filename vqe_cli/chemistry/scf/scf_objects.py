"""PySCF's objects over the orbitals of a mean field, for PySCF's correlated methods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.molecule import without_symmetry
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_field_of_integrals import scf_over


def restricted_scf(field: MeanField) -> Any:
    """An RHF or ROHF object with the orbitals, which may be Kohn-Sham's, without iterations.

    It has no point group, which PySCF's correlated methods do not use. A solvent is a constant
    potential, polarised as `field.reaction_field` tells; `field.method.new(field.mole)` makes the
    object with PySCF's model of it.

    Args:
        field: The mean field.
    """
    if field.mole.natm:
        hartree_fock = field.method.without_solvent.without_functional
        method = hartree_fock.new(without_symmetry(field.mole))
        if field.fitting is not None:
            method.with_df = field.fitting
        if field.reaction_field is not None:
            method.get_hcore = lambda *_: field.fixed_hcore.copy()
            method.energy_nuc = lambda *_: field.fixed_energy
    else:
        assert field.eri is not None
        method = scf_over(field.mole, field.hcore, field.eri)
    method.mo_coeff, method.mo_energy = field.mo_coeff, field.mo_energy
    method.mo_occ, method.e_tot = field.mo_occ, field.report.energy
    method.converged, method._eri = True, field.eri
    return method


def canonical_scf(field: MeanField) -> Any:
    """An RHF object of a closed shell with a Fock operator that is diagonal in both blocks.

    Args:
        field: The mean field, whose orbitals may have been rotated among those of equal occupation.
    """
    method = restricted_scf(field)
    bounds = [0, field.num_occupied, field.num_orbitals]
    method.mo_coeff, method.mo_energy = _block_diagonal(field.mo_coeff, method.get_fock(), bounds)
    return method


def semicanonical_scf(field: MeanField, core: int, kept: int | None = None) -> Any:
    """A UHF object with Fock operators of both spins that are diagonal within blocks.

    The blocks are the core, the other occupied, and the empty orbitals that are kept or left out:
    the reference of perturbation theory and coupled cluster on ROHF orbitals (Lauderdale et al.,
    Chem. Phys. Lett. 187, 21 (1991)).

    Args:
        field: The mean field.
        core: Number of core orbitals, which are the first ones.
        kept: Number of orbitals that are kept, which are the first ones; None for all.
    """
    method = restricted_scf(field).to_uhf()
    coefficients, energies = [], []
    for fock, occupied in zip(method.get_fock(), field.mole.nelec, strict=True):
        bounds = [0, core, occupied, kept or field.num_orbitals, field.num_orbitals]
        rotated, levels = _block_diagonal(field.mo_coeff, fock, bounds)
        coefficients.append(rotated)
        energies.append(levels)
    method.mo_coeff, method.mo_energy = np.array(coefficients), np.array(energies)
    method.e_tot, method.converged = field.report.energy, True
    return method


def rotations_of(field: MeanField, unrestricted: Any) -> tuple[FloatArray, FloatArray]:
    """The orbitals of a UHF object over those of a mean field, for both spins.

    Args:
        field: The mean field.
        unrestricted: A UHF object by `semicanonical_scf`.

    Returns:
        Two orthogonal matrices with orbitals as columns, each of shape (nmo, nmo).
    """
    overlap = unrestricted.get_ovlp()
    alpha, beta = (field.mo_coeff.T @ overlap @ orbitals for orbitals in unrestricted.mo_coeff)
    return alpha, beta


def _block_diagonal(
    coefficients: FloatArray, fock: FloatArray, bounds: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    columns, levels = [], []
    for start, stop in pairwise(bounds):
        block = coefficients[:, start:stop]
        energies, rotation = np.linalg.eigh(block.T @ fock @ block)
        columns.append(block @ rotation)
        levels.append(energies)
    return np.hstack(columns), np.concatenate(levels)

"""PySCF mean-field objects over the integrals of a problem, for PySCF's correlated methods."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.absent_attributes import with_absent_attributes
from vqe_cli.chemistry.scf.extrapolation import extrapolation
from vqe_cli.fermions.problem import ElectronicProblem


def mole_without_atoms(norb: int, nelec: tuple[int, int], core_energy: float) -> Any:
    """A `pyscf.gto.Mole` with electrons, size and core energy but without atoms.

    Args:
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.
        core_energy: Energy of the nuclei and frozen electrons, Hartree.
    """
    from pyscf import gto

    mole = gto.M(verbose=0)
    mole.nelectron = sum(nelec)
    mole.spin = nelec[0] - nelec[1]
    mole.incore_anyway = True
    mole.energy_nuc = lambda *_: core_energy
    mole.nao_nr = lambda *_: norb
    return mole


def scf_over(mole: Any, h1: FloatArray, eri: FloatArray) -> Any:
    """An RHF (closed shell) or ROHF object over integrals of orthonormal orbitals, not yet run.

    Args:
        mole: A molecule by `mole_without_atoms`.
        h1: One-electron integrals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.
    """
    from pyscf import scf

    field = with_absent_attributes(scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole))
    field.verbose, field.chkfile = 0, None
    field.DIIS = extrapolation()
    field.get_hcore = lambda *_: h1
    field.get_ovlp = lambda *_: np.eye(len(h1))
    field._eri = eri
    return field


def restricted(problem: ElectronicProblem) -> Any:
    """An RHF (closed shell) or ROHF object with the problem's own orbitals.

    No SCF is run: the orbitals are the unit matrix, the occupation that of the reference
    determinant, and the energy its energy.

    Raises:
        ValueError: Alpha and beta orbitals differ.
    """
    from pyscf import ao2mo

    if problem.beta is not None:
        raise ValueError("a restricted determinant has one set of orbitals.")
    mole = mole_without_atoms(problem.norb, problem.nelec, problem.core_energy)
    field = scf_over(mole, problem.h1, ao2mo.restore(8, problem.h2, problem.norb))
    field.mo_coeff = np.eye(problem.norb)
    orbitals = np.arange(problem.norb)
    field.mo_occ = (orbitals < problem.nelec[0]).astype(float) + (orbitals < problem.nelec[1])
    fock_a, fock_b = problem.fock
    field.mo_energy = 0.5 * (np.diag(fock_a) + np.diag(fock_b))
    field.e_tot = problem.hartree_fock_energy
    field.converged = True
    return field


def canonical(problem: ElectronicProblem) -> Any:
    """An RHF object of a closed shell with a Fock matrix that is diagonal in both blocks."""
    field, count = restricted(problem), problem.nelec[0]
    field.mo_coeff, field.mo_energy = _block_diagonal(problem.fock[0], count)
    return field


def unrestricted(problem: ElectronicProblem) -> Any:
    """A UHF object with the problem's own orbitals.

    If beta orbitals differ from the alpha ones, both stand side by side in a basis of twice as
    many functions, in which overlaps between them are zero.
    """
    field = restricted(problem).to_uhf() if problem.beta is None else _side_by_side(problem)
    fock_a, fock_b = problem.fock
    field.mo_energy = np.array([np.diag(fock_a), np.diag(fock_b)])
    field.e_tot = problem.hartree_fock_energy
    field.converged = True
    return field


def _side_by_side(problem: ElectronicProblem) -> Any:
    """A UHF object in a basis of the alpha orbitals and, after them, the beta orbitals."""
    from pyscf import ao2mo, scf

    norb, unit = problem.norb, np.eye(2 * problem.norb)
    h1, eri = joined_integrals(problem.spin_h1, problem.spin_h2)
    mole = mole_without_atoms(2 * norb, problem.nelec, problem.core_energy)
    field = with_absent_attributes(scf.UHF(mole))
    field.verbose, field.chkfile = 0, None
    field.get_hcore = lambda *_: h1
    field.get_ovlp = lambda *_: unit
    field._eri = ao2mo.restore(8, eri, 2 * norb)
    field.mo_coeff = np.array([unit[:, :norb], unit[:, norb:]])
    field.mo_occ = np.array([(np.arange(norb) < count).astype(float) for count in problem.nelec])
    return field


def joined_integrals(
    h1: tuple[FloatArray, FloatArray], h2: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Integrals over alpha orbitals followed by beta orbitals, zero where a pair mixes them.

    Args:
        h1: One-electron integrals of alpha and beta, each (norb, norb).
        h2: Two-electron integrals αα, αβ and ββ, each (norb, norb, norb, norb).

    Returns:
        Integrals of shape (2 norb, 2 norb) and (2 norb,) * 4.
    """
    norb = len(h1[0])
    alpha, beta = slice(0, norb), slice(norb, 2 * norb)
    one, two = np.zeros((2 * norb,) * 2), np.zeros((2 * norb,) * 4)
    one[alpha, alpha], one[beta, beta] = h1
    two[alpha, alpha, alpha, alpha], two[alpha, alpha, beta, beta], two[beta, beta, beta, beta] = h2
    two[beta, beta, alpha, alpha] = h2[1].transpose(2, 3, 0, 1)
    return one, two


def semicanonical(problem: ElectronicProblem) -> Any:
    """A UHF object with Fock matrices that are diagonal in the occupied and the empty block."""
    field = unrestricted(problem)
    blocks = [
        _block_diagonal(fock, count)
        for fock, count in zip(problem.fock, problem.nelec, strict=True)
    ]
    own = field.mo_coeff
    field.mo_coeff = np.array([c @ rotation for c, (rotation, _) in zip(own, blocks, strict=True)])
    field.mo_energy = np.array([energies for _, energies in blocks])
    return field


def _block_diagonal(fock: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Orbitals and energies of the two diagonal blocks of a Fock matrix."""
    low, occupied = np.linalg.eigh(fock[:count, :count])
    high, empty = np.linalg.eigh(fock[count:, count:])
    rotation = np.zeros_like(fock)
    rotation[:count, :count], rotation[count:, count:] = occupied, empty
    return rotation, np.concatenate([low, high])

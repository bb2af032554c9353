"""PySCF mean-field objects over the integrals of a problem, for PySCF's correlated methods."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli.chemistry.problem import ElectronicProblem


def restricted(problem: ElectronicProblem) -> Any:
    """An RHF (closed shell) or ROHF object whose orbitals are the problem's own.

    No SCF is run: the orbitals are the unit matrix, the occupation that of the reference
    determinant, and the energy its energy.
    """
    from pyscf import ao2mo, gto, scf

    mole = gto.M(verbose=0)
    mole.nelectron = sum(problem.nelec)
    mole.spin = problem.nelec[0] - problem.nelec[1]
    mole.incore_anyway = True
    mole.energy_nuc = lambda *_: problem.core_energy
    mole.nao_nr = lambda *_: problem.norb
    field = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
    field.get_hcore = lambda *_: problem.h1
    field.get_ovlp = lambda *_: np.eye(problem.norb)
    field._eri = ao2mo.restore(8, problem.h2, problem.norb)
    field.mo_coeff = np.eye(problem.norb)
    orbitals = np.arange(problem.norb)
    field.mo_occ = (orbitals < problem.nelec[0]).astype(float) + (orbitals < problem.nelec[1])
    fock_a, fock_b = problem.fock
    field.mo_energy = 0.5 * (np.diag(fock_a) + np.diag(fock_b))
    field.e_tot = problem.hartree_fock_energy
    field.converged = True
    return field


def unrestricted(problem: ElectronicProblem) -> Any:
    """The same as a UHF object."""
    field = restricted(problem).to_uhf()
    fock_a, fock_b = problem.fock
    field.mo_energy = np.array([np.diag(fock_a), np.diag(fock_b)])
    field.e_tot = problem.hartree_fock_energy
    field.converged = True
    return field


def semicanonical(problem: ElectronicProblem) -> Any:
    """A UHF object whose orbitals make the occupied and the empty block of each Fock diagonal."""
    field = unrestricted(problem)
    coefficients, energies = [], []
    for fock, count in zip(problem.fock, problem.nelec, strict=True):
        low, occupied = np.linalg.eigh(fock[:count, :count])
        high, empty = np.linalg.eigh(fock[count:, count:])
        rotation = np.zeros_like(fock)
        rotation[:count, :count], rotation[count:, count:] = occupied, empty
        coefficients.append(rotation)
        energies.append(np.concatenate([low, high]))
    field.mo_coeff, field.mo_energy = np.array(coefficients), np.array(energies)
    return field

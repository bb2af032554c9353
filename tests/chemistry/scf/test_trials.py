"""Trials in part of a basis are determinants of the whole one, and lead to its states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, scf

from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.trials import Trials, held

FORMAMIDE = """
    C -0.16064 0.38840 0.00023; O -1.19552 -0.24636 -0.00020; N 1.08311 -0.15856 -0.00031
    H -0.14460 1.49217 0.00120; H 1.19142 -1.16056 0.00035; H 1.91106 0.41516 0.00206
"""


def molecule(basis: str, atoms: str = FORMAMIDE, **options: Any) -> Any:
    return gto.M(atom=atoms, basis=basis, verbose=0, **options)


def trials_of(mole: Any) -> Trials:
    return Trials.of(HartreeFock(), HartreeFock().new(mole))


def test_functions_that_are_left_out_are_d_of_heavy_atoms_and_p_of_hydrogen() -> None:
    mole = molecule("def2-svp")
    left_out = np.array(mole.ao_labels(fmt=False), dtype=object)[~trials_of(mole).kept]
    assert {(symbol, shell[-1]) for _, symbol, shell, _ in left_out} == {
        ("C", "d"),
        ("N", "d"),
        ("O", "d"),
        ("H", "p"),
    }


def test_d_functions_of_the_third_row_are_kept() -> None:
    mole = molecule("def2-tzvp", "S 0 0 0; O 0 0 1.48")
    kept = trials_of(mole).kept
    shells = [shell for _, symbol, shell, _ in mole.ao_labels(fmt=False) if symbol == "S"]
    assert all(kept[place] == (shell[-1] != "f") for place, shell in enumerate(shells))


def test_metals_are_tried_in_the_whole_basis() -> None:
    assert trials_of(molecule("def2-tzvp", "Fe 0 0 0; O 0 0 1.6")).are_whole


@pytest.mark.parametrize("basis", ["sto-3g", "6-31g"])
def test_a_small_basis_is_used_whole(basis: str) -> None:
    assert trials_of(molecule(basis)).are_whole


def test_orbitals_of_a_trial_are_orthonormal_in_the_whole_basis_with_the_same_energy() -> None:
    mole = molecule("def2-svp")
    trials = trials_of(mole)
    found = trials.from_guess("minao")
    orbitals = trials.over_basis(found.mo_coeff)
    overlap = orbitals.T @ mole.intor("int1e_ovlp") @ orbitals
    np.testing.assert_allclose(overlap, np.eye(orbitals.shape[1]), atol=1e-9)
    density = 2.0 * orbitals[:, found.mo_occ > 0] @ orbitals[:, found.mo_occ > 0].T
    assert scf.RHF(mole).energy_tot(density) == pytest.approx(found.e_tot, abs=1e-8)


def test_iterations_that_are_held_stay_in_an_excited_determinant() -> None:
    """The hydroxyl radical with its hole in the bond, a Σ state."""
    mole = molecule("6-31g", "O 0 0 0; H 0 0 0.97", spin=1)
    ground = scf.ROHF(mole).run(conv_tol=1e-10)
    excited = ground.mo_occ.copy()
    excited[[2, 4]] = excited[[4, 2]]
    found = held(HartreeFock().new(mole), ground.mo_coeff, excited)
    assert found.converged
    assert found.e_tot > ground.e_tot + 0.1
    initial = ground.mo_coeff[:, excited == 1]
    overlap = initial.T @ mole.intor("int1e_ovlp") @ found.mo_coeff[:, found.mo_occ == 1]
    assert abs(float(overlap[0, 0])) > 0.9

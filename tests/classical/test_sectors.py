"""The exact methods find the lowest state with the right electrons and spin, and no other."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pyscf import fci

from tests.problems import (
    H2O,
    H3,
    H4,
    LIH,
    encoding_of,
    frontier,
    problem_of,
    pyscf_mean_field,
    random_problem,
)
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem

EXACT_METHODS = ("numpy", "fci", "auto")
NH = {"geometry": "N 0 0 0\nH 0 0 1.04"}
O2 = {"geometry": "O 0 0 0\nO 0 0 1.21"}


def lowest_of_spin(
    h1: np.ndarray, h2: np.ndarray, nelec: tuple[int, int], spin_squared: float
) -> float:
    """The lowest electronic eigenvalue with this S², by diagonalising the whole sector."""
    norb = h1.shape[0]
    shape = tuple(fci.cistring.num_strings(norb, count) for count in nelec)
    size = shape[0] * shape[1]
    _, hamiltonian = fci.direct_spin1.pspace(h1, h2, norb, nelec, np=size)
    spin = np.array(
        [fci.spin_op.contract_ss(row.reshape(shape), norb, nelec).ravel() for row in np.eye(size)]
    )
    _, vectors = np.linalg.eigh(hamiltonian + 1e-7 * spin)
    found = np.einsum("ik,ij,jk->k", vectors, spin, vectors)
    right = np.abs(found - spin_squared) < 1e-3
    energies = np.einsum("ik,ij,jk->k", vectors, hamiltonian, vectors)
    return float(energies[right].min())


@cache
def lowest_from_molecule(case: str) -> float:
    """From PySCF's own orbitals, all of them; full CI does not depend on them."""
    from pyscf import ao2mo

    method = pyscf_mean_field(CASES[case])
    c = method.mo_coeff
    h1 = c.T @ method.get_hcore() @ c
    h2 = ao2mo.restore(1, ao2mo.kernel(method.mol, c), c.shape[1])
    spin = method.mol.spin / 2
    electronic = lowest_of_spin(h1, h2, method.mol.nelec, spin * (spin + 1))
    return electronic + float(method.energy_nuc())


CASES = {
    "lih-cation": {**LIH, "charge": 1, "multiplicity": 2},
    "h3-cation": {**H3, "charge": 1, "multiplicity": 1},
    "h3-anion": {**H3, "charge": -1, "multiplicity": 1},
    "h4-singlet": H4,
    "h4-triplet": {**H4, "multiplicity": 3},
    "h4-quintet": {**H4, "multiplicity": 5},
    "nh-triplet": {**NH, "multiplicity": 3},
    "nh-singlet-above-the-triplet": {**NH, "multiplicity": 1},
}
TWELVE_QUBITS = ("lih-cation", "nh-triplet", "nh-singlet-above-the-triplet")
"""Too many for an eigensolver on qubits to be quick; NH also for the whole matrix of the sector."""


def is_slow(name: str, case: str) -> bool:
    """Whether a smaller molecule of the same kind stands for this one by default."""
    return case in TWELVE_QUBITS and (name == "numpy" or case != "lih-cation")


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, marks=pytest.mark.slow if is_slow(name, case) else ())
        for name in EXACT_METHODS
        for case in CASES
    ],
)
def test_lowest_state_of_the_sector_is_found(name: str, case: str) -> None:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(problem_of(CASES[case])))
    assert found.exact
    assert found.energy == pytest.approx(lowest_from_molecule(case), abs=1e-8)


def test_triplet_of_nh_is_below_its_singlet() -> None:
    triplet, singlet = (
        CLASSICAL_METHODS.create("fci")
        .solve(encoding_of(problem_of({**NH, "multiplicity": m})))
        .energy
        for m in (3, 1)
    )
    assert triplet < singlet - 0.02


@pytest.mark.parametrize("name", EXACT_METHODS)
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
def test_singlet_of_oxygen_is_found_though_the_triplet_is_lower(name: str, mapper: str) -> None:
    problem = problem_of(O2, active_space=frontier(2, 2))
    expected = problem.core_energy + lowest_of_spin(problem.h1, problem.h2, problem.nelec, 0.0)
    triplet = problem.core_energy + lowest_of_spin(problem.h1, problem.h2, problem.nelec, 2.0)
    assert triplet < expected - 0.01
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(problem, mapper))
    assert found.energy == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("nelec", "multiplicity"),
    [((1, 1), 1), ((1, 1), 3), ((2, 1), 2), ((2, 1), 4), ((1, 2), 2), ((2, 2), 3), ((3, 0), 4)],
)
def test_any_multiplet_with_the_given_projection_is_found_on_qubits(
    nelec: tuple[int, int], multiplicity: int
) -> None:
    problem = replace(random_problem(4, nelec, seed=9), multiplicity=multiplicity)
    expected = lowest_of_spin(problem.h1, problem.h2, nelec, problem.spin_squared)
    found = CLASSICAL_METHODS.create("numpy").solve(encoding_of(problem))
    assert found.energy == pytest.approx(expected + problem.core_energy, abs=1e-8)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["numpy", "fci"])
def test_lowest_state_of_random_integrals_is_found(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    norb = 3
    alpha = int(rng.integers(1, norb + 1))
    beta = int(rng.integers(0, alpha + 1))
    problem = random_problem(norb, (alpha, beta), seed=seed)
    expected = lowest_of_spin(problem.h1, problem.h2, problem.nelec, problem.spin_squared)
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(problem))
    assert found.energy == pytest.approx(expected + problem.core_energy, abs=1e-8)


@pytest.mark.parametrize("name", EXACT_METHODS)
def test_multiplicity_that_the_space_does_not_have_is_said_so(name: str) -> None:
    """One orbital cannot hold a triplet."""
    problem: ElectronicProblem = replace(random_problem(1, (1, 1), seed=1), multiplicity=3)
    with pytest.raises(NotConvergedError):
        CLASSICAL_METHODS.create(name).solve(encoding_of(problem))


def test_degenerate_irreps_of_water_do_not_hide_the_ground_state() -> None:
    problem = problem_of({**H2O, "charge": 1, "multiplicity": 2}, active_space="frozen-core")
    expected = lowest_of_spin(problem.h1, problem.h2, problem.nelec, 0.75) + problem.core_energy
    found = CLASSICAL_METHODS.create("fci").solve(encoding_of(problem))
    assert found.energy == pytest.approx(expected, abs=1e-8)

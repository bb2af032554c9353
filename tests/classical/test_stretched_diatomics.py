"""Stretched diatomics, where a dozen states lie within a millihartree of the lowest.

Every number is from the whole matrix that PySCF fills, by LAPACK, and S² by PySCF.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from pyscf.fci import cistring, direct_spin1, spin_op
from scipy.linalg import eigh

from tests.problems import encoding_of, frontier, problem_of
from vqe_cli.classical import CLASSICAL_METHODS, fci
from vqe_cli.classical._davidson import lowest_eigenpair
from vqe_cli.fermions.problem import ElectronicProblem

SMALL = ["C C 2.0", "C C 3.0", "B N 3.0", "Si Si 3.0"]
"""1,225 determinants: six electrons in seven orbitals."""

LARGE = ["C C 2.0", "B N 2.0", "C Si 2.0"]
"""4,900 determinants: eight electrons in eight orbitals."""

MANY = [
    f"{pair} {distance}"
    for pair, distance in product(
        ("C C", "B N", "Si Si", "B B", "C Si", "Be O", "Al Al", "Al N", "Be Be", "B Al",
         "Mg O", "Li Li", "Mg Mg", "C N", "B O", "Al P", "Li F", "Al C"),
        (1.6, 2.0, 3.0),
    )
]  # fmt: skip
NEARLY_EQUAL = 1e-7


def stretched(name: str, electrons: int, orbitals: int) -> ElectronicProblem:
    first, second, distance = name.split()
    odd = name[:3] in ("C N", "B O", "Al C")
    molecule = {"geometry": f"{first} 0 0 0\n{second} 0 0 {distance}", "charge": int(odd)}
    if name.startswith("Al C"):
        molecule["charge"] = -1
    return problem_of(molecule, active_space=frontier(electrons, orbitals))


def lowest_of_spin(problem: ElectronicProblem, looked_at: int = 40) -> float:
    """The lowest total energy of the right multiplicity, from the whole matrix."""
    norb, nelec, size = problem.norb, problem.nelec, problem.sector_dimension
    diagonal = direct_spin1.make_hdiag(problem.h1, problem.h2, norb, nelec)
    places, matrix = direct_spin1.pspace(problem.h1, problem.h2, norb, nelec, diagonal, size)
    values, columns = eigh(matrix, subset_by_index=(0, looked_at - 1), driver="evr")
    vectors = np.zeros((looked_at, size))
    vectors[:, places] = columns.T
    shape = [cistring.num_strings(norb, count) for count in nelec]
    first = 0
    while first < looked_at:
        last = first
        while last < looked_at and values[last] - values[first] < NEARLY_EQUAL:
            last += 1
        group = vectors[first:last]  # they may be mixtures of spins
        images = [spin_op.contract_ss(v.reshape(shape), norb, nelec).ravel() for v in group]
        spins = np.linalg.eigvalsh(group @ np.array(images).T)
        if np.any(np.abs(spins - problem.spin_squared) < 1e-3):
            return float(values[first]) + problem.core_energy
        first = last
    raise AssertionError("no state of this spin among those looked at")


def by_fci(problem: ElectronicProblem) -> Any:
    return CLASSICAL_METHODS.create("fci").solve(encoding_of(problem))


@pytest.mark.parametrize(
    "name",
    [name if name == "B N 3.0" else pytest.param(name, marks=pytest.mark.slow) for name in SMALL],
)
def test_lowest_singlet_by_the_whole_matrix_and_by_iterations(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = stretched(name, 6, 7)
    expected = lowest_of_spin(problem)
    assert by_fci(problem).energy == pytest.approx(expected, abs=1e-8)
    monkeypatch.setattr(fci, "DENSE_UP_TO", 1)
    assert by_fci(problem).energy == pytest.approx(expected, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_lowest_singlet_of_some_thousand_determinants(name: str) -> None:
    problem = stretched(name, 8, 8)
    assert by_fci(problem).energy == pytest.approx(lowest_of_spin(problem), abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("name", MANY)
def test_many_diatomics_by_iterations(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fci, "DENSE_UP_TO", 1)
    problem = stretched(name, 6, 7)
    if problem.point_group is not None:
        pytest.skip("irreps restrict the matrix; test_stretched has its blocks")
    assert by_fci(problem).energy == pytest.approx(lowest_of_spin(problem), abs=1e-8)


def symmetric(size: int, seed: int, crowded: bool) -> np.ndarray:
    """A matrix with a dominant diagonal; crowded: a dozen eigenvalues near the lowest."""
    rng = np.random.default_rng(seed)
    values = np.sort(rng.uniform(0.0, 10.0, size))
    if crowded:
        values[:12] = values[0] + 1e-4 * np.arange(12)
    rotation = np.linalg.qr(np.eye(size) + 0.05 * rng.normal(size=(size, size)))[0]
    return np.asarray(rotation @ np.diag(values) @ rotation.T)


@pytest.mark.parametrize("crowded", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_davidson_against_lapack(seed: int, crowded: bool) -> None:
    matrix = symmetric(300, seed, crowded)
    rng = np.random.default_rng(seed)
    found = lowest_eigenpair(
        lambda vector: matrix @ vector,
        np.diag(matrix),
        rng.normal(size=(4, 300)),
        tolerance=1e-11,
        max_space=40,
        max_products=2000,
    )
    values, _ = np.linalg.eigh(matrix)
    assert found.converged
    assert found.value == pytest.approx(values[0], abs=1e-10)
    residual = np.linalg.norm(matrix @ found.vector - found.value * found.vector)
    assert residual**2 < 1e-11


def test_davidson_says_how_far_it_came() -> None:
    matrix = symmetric(300, 1, crowded=True)
    found = lowest_eigenpair(
        lambda vector: matrix @ vector,
        np.diag(matrix),
        [np.ones(300)],
        tolerance=1e-11,
        max_space=12,
        max_products=30,
    )
    assert not found.converged
    assert found.error > 1e-11
    assert found.value >= np.linalg.eigvalsh(matrix)[0]


def test_whole_space_of_fewer_vectors_than_room() -> None:
    matrix = symmetric(5, 2, crowded=False)
    found = lowest_eigenpair(
        lambda vector: matrix @ vector,
        np.diag(matrix),
        [np.ones(5)],
        tolerance=1e-12,
        max_space=40,
        max_products=100,
    )
    assert found.value == pytest.approx(np.linalg.eigvalsh(matrix)[0], abs=1e-12)

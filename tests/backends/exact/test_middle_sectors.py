"""Sectors between those that fit into the cache and those that need direct methods."""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import H2O, problem_of, random_problem
from vqe_cli._core.sizes import Size
from vqe_cli.ansatz.uccsd import Uccsd
from vqe_cli.backends.exact import sector
from vqe_cli.backends.exact.sector import Sector, SectorObjective
from vqe_cli.backends.exact.sweeps import FlatSweep, GridSweep
from vqe_cli.fermions.determinants import hamiltonian as forms
from vqe_cli.fermions.determinants.hamiltonian import (
    Direct,
    Sparse,
    elements,
    is_sparse,
    occurring_irreps,
)
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.sparse_hamiltonian import sparse_hamiltonian
from vqe_cli.fermions.problem import ElectronicProblem


@pytest.mark.parametrize(
    ("problem", "irreps"), [(random_problem(6, (3, 2), 1), 1), (problem_of(H2O), 4)]
)
def test_elements_are_estimated_within_a_factor_of_two(
    problem: ElectronicProblem, irreps: int
) -> None:
    orbsym = problem.orbital_irreps or (0,) * problem.norb
    assert occurring_irreps(orbsym) == irreps
    space = SectorSpace(problem.norb, problem.nelec, orbsym, 0)
    found = sparse_hamiltonian(problem, space).data.size
    assert 0.5 < elements(problem.size, space.dimension, irreps) / found < 2.0


def test_irreps_are_counted_from_products_of_pairs_of_orbitals() -> None:
    """Sigma orbitals of a linear molecule in D2h are of A1g and B1u, 0 and 5."""
    assert [occurring_irreps(found) for found in ((0, 5, 0, 5), (0, 2, 3, 1), (3, 3))] == [2, 4, 1]


def test_the_middle_is_sparse_and_larger_sectors_are_direct() -> None:
    assert is_sparse(Size(10, (7, 7)), 1_832, 8)  # N2 in STO-3G
    assert is_sparse(Size(10, (5, 5)), 8_072, 8)  # N2 cc-pVDZ (10e,10o)
    assert not is_sparse(Size(10, (5, 5)), 31_752, 2)  # H10
    assert not is_sparse(Size(12, (5, 5)), 78_840, 8)


def test_every_form_gives_the_same_energy_and_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """3,024 determinants, once sparse with listed pairs, once direct with tables."""
    problem = random_problem(9, (2, 3), 1)
    product = Uccsd().excitations(problem)
    x = np.random.default_rng(1).uniform(-0.5, 0.5, product.num_parameters)
    excitations = [rotation.excitation for rotation in product.rotations]
    found = []
    for most in (10**9, 0):
        monkeypatch.setattr(sector, "MOST_LISTED", most)
        monkeypatch.setattr(sector, "FLAT_UP_TO", 0)
        monkeypatch.setattr(forms, "MOST_ELEMENTS", most)
        monkeypatch.setattr(forms, "SPARSE_UP_TO", 0)
        prepared = Sector(problem, excitations)
        assert isinstance(prepared.sweep(excitations), FlatSweep if most else GridSweep)
        assert isinstance(prepared.hamiltonian, Sparse if most else Direct)
        found.append(SectorObjective(problem, product, prepared).energy_and_gradient(x))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-10)
    np.testing.assert_allclose(found[0][1], found[1][1], atol=1e-10)

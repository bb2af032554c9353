"""Conserved parities of electron numbers, against PySCF's irreps."""

from __future__ import annotations

import pytest

from tests.problems import H2O, N2, frontier, problem_of, random_problem
from vqe_cli.fermions.excitations import Excitation, generalized
from vqe_cli.fermions.parities import conserved_parities

pytestmark = pytest.mark.quick


def test_water_keeps_two_parities_of_its_point_group() -> None:
    problem = problem_of(H2O)
    found = conserved_parities(problem, point_group=True)
    assert [parity.label for parity in found[:2]] == ["alpha electrons", "beta electrons"]
    # Orbitals of water in STO-3G: a1, a1, b2, a1, b1, a1, b2, one of them of b1.
    sizes = sorted(parity.spin_orbitals.bit_count() for parity in found[2:])
    assert len(sizes) == 2
    assert set(sizes) <= {2, 4, 6}
    assert all(not parity.is_odd((1 << 5) - 1 | ((1 << 5) - 1) << 7) for parity in found[2:])


def test_excitations_that_keep_the_irrep_keep_all_parities() -> None:
    problem = problem_of(N2, active_space=frontier(6, 6))
    parities = conserved_parities(problem, point_group=True)
    irreps = problem.orbital_irreps
    assert irreps is not None
    assert len(parities) == 5
    for excitation in generalized(problem.norb):
        kept = all(parity.is_conserved_by(excitation, problem.norb) for parity in parities)
        assert kept == (excitation.irrep(irreps) == 0)


def test_without_irreps_only_the_spins_count() -> None:
    problem = random_problem(3, (2, 1), seed=1)
    found = conserved_parities(problem, point_group=True)
    assert [parity.spin_orbitals for parity in found] == [0b000111, 0b111000]
    flip = Excitation(((2, 0),), ((0, 0),))
    assert all(parity.is_conserved_by(flip, 3) for parity in found)


def test_a_single_orbital_has_none() -> None:
    assert conserved_parities(random_problem(1, (1, 0), seed=1), point_group=True) == ()

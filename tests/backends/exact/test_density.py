"""Density matrices of the sector simulator against PySCF's and against dense operators."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyscf.fci import direct_spin1

from tests.families import slow_but
from tests.problems import (
    SMALL_PROBLEMS,
    DenseFermions,
    encoding_of,
    named_problem,
    objective_of,
    random_problem,
)
from vqe_cli._core import resources as machine
from vqe_cli.errors import ResourceLimitError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.determinants.density import one_body_density, two_body_density
from vqe_cli.fermions.determinants.space import SectorSpace

DENSE = {norb: DenseFermions(norb) for norb in (1, 2, 3, 4)}


@st.composite
def states(draw: st.DrawFn, max_norb: int) -> tuple[SectorSpace, np.ndarray]:
    """A random normalised vector of any sector and irrep that has determinants."""
    norb = draw(st.integers(1, max_norb))
    nelec = (draw(st.integers(0, norb)), draw(st.integers(0, norb)))
    orbsym = tuple(draw(st.integers(0, draw(st.sampled_from([0, 1, 3, 7])))) for _ in range(norb))
    spaces = [SectorSpace(norb, nelec, orbsym, target) for target in range(8)]
    fitting = [s for s in spaces if s.target < s.num_irreps and s.dimension]
    space = draw(st.sampled_from(fitting))
    psi = np.random.default_rng(draw(st.integers(0, 99))).normal(size=space.dimension)
    return space, psi / np.linalg.norm(psi)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(states(max_norb=6))
def test_densities_are_those_of_pyscf(drawn: tuple[SectorSpace, np.ndarray]) -> None:
    space, psi = drawn
    one, two = direct_spin1.make_rdm12s(space.unpack(psi), space.norb, space.nelec)
    mixed = two[1] + two[1].transpose(2, 3, 0, 1)
    np.testing.assert_allclose(one_body_density(space, psi), one, atol=1e-12)
    np.testing.assert_allclose(two_body_density(space, psi), two[0] + mixed + two[2], atol=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(states(max_norb=4))
def test_one_body_density_is_the_expectation_value_of_ladder_operators(
    drawn: tuple[SectorSpace, np.ndarray],
) -> None:
    space, psi = drawn
    dense, full = DENSE[space.norb], np.zeros(4**space.norb)
    full[DENSE[space.norb].sector(space.nelec)] = space.unpack(psi)
    found = one_body_density(space, psi)
    for spin in (0, 1):
        for p in range(space.norb):
            for q in range(space.norb):
                expected = full @ dense.hop(p, q, spin) @ full
                assert found[spin, p, q] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("norb", "nelec"), [(9, (4, 5)), (10, (9, 1)), (8, (4, 0))])
@pytest.mark.parametrize("irreps", [1, 4])
def test_panels_cover_all_columns(norb: int, nelec: tuple[int, int], irreps: int) -> None:
    """More strings than one panel is wide."""
    space = SectorSpace(norb, nelec, tuple(k % irreps for k in range(norb)), 1 % irreps)
    psi = np.random.default_rng(1).normal(size=space.dimension)
    expected = direct_spin1.make_rdm1s(space.unpack(psi), norb, nelec)
    np.testing.assert_allclose(one_body_density(space, psi), expected, atol=1e-10)


QUICK = ("h2", "lih-3-orbitals", "h3-doublet", "he2", "random-3-1-2")


@pytest.mark.parametrize("name", slow_but(QUICK, SMALL_PROBLEMS))
def test_densities_give_the_energy(name: str) -> None:
    problem, objective = named_problem(name), objective_of(encoding_of(name))
    x = np.random.default_rng(4).uniform(-1, 1, objective.traits.num_parameters)
    density = objective.density(x, two_body=True)
    energy = problem.core_energy + np.vdot(problem.h1, density.spin_summed)
    energy += 0.5 * np.vdot(problem.h2, density.two_body)
    assert energy == pytest.approx(objective.energy(x, 0).value, abs=1e-11)
    assert objective.density(x).two_body is None


def test_two_body_density_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = objective_of(encoding_of(random_problem(4, (2, 2), seed=1)))
    x = np.zeros(objective.traits.num_parameters)
    monkeypatch.setattr(machine, "available_bytes", lambda: 1000)
    with pytest.raises(ResourceLimitError, match="36 determinants"):
        objective.density(x, two_body=True)
    assert np.trace(objective.density(x).spin_summed) == pytest.approx(4.0)


def test_densities_of_a_wrong_shape_are_refused() -> None:
    right = Density(np.zeros((2, 3, 3)), np.zeros((3,) * 4))
    for wrong in ({"one_body": np.zeros((3, 3))}, {"two_body": np.zeros((2,) * 4)}):
        with pytest.raises(ValueError, match="should have shape"):
            replace(right, **wrong)

"""Lower bounds lie below full CI by PySCF, whatever the optimiser finds."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lower_bounds import MOLECULES, exact_energy, measured, problem_of, random_problem

from tests.families import slow_but
from tests.problems import H2, TWO_QUBIT_MODEL
from tests.problems import problem_of as named
from tests.problems import random_problem as dense_problem
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.verification import lower_bound as lower_bounds
from vqe_cli.verification.lower_bound import certified, improved, lower_bound
from vqe_cli.verification.pair_conditions import PairSpace
from vqe_cli.verification.semidefinite import Multipliers, better_multipliers

ROUND_OFF = 1e-9
"""Error of PySCF's energies, Hartree."""

SECONDS = 10.0


@pytest.mark.parametrize("place", slow_but((0, 3), range(len(MOLECULES))))
def test_bounds_of_molecules_lie_below_full_ci_and_not_far(place: int) -> None:
    found = measured(MOLECULES[place][0], problem_of(MOLECULES[place]), SECONDS)
    assert found.bound.energy <= found.exact + ROUND_OFF
    assert found.gap < 300


@pytest.mark.parametrize("seed", slow_but(range(6), range(200)))
def test_bounds_of_random_hamiltonians_lie_below_full_ci(seed: int) -> None:
    found = measured("random", random_problem(seed), SECONDS)
    assert found.bound.energy <= found.exact + ROUND_OFF


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(1e-3, 10))
def test_any_multipliers_give_a_bound(seed: int, scale: float) -> None:
    """Those of an optimiser that found nothing at all, or something wrong."""
    rng = np.random.default_rng(seed)
    problem = dense_problem(3, (2, 1), seed % 7)
    space = PairSpace(3, 3, 0.5)
    weights = [scale * rng.normal(size=(one.dimension,) * 2) for one in space.conditions]
    multipliers = Multipliers(
        [weight + weight.T for weight in weights], rng.normal(size=space.equalities.shape[0])
    )
    operator = space.hamiltonian(problem.h1, problem.h2)
    bound = certified(space, operator, multipliers) + problem.core_energy
    assert bound <= exact_energy(problem) + ROUND_OFF


def test_any_factors_of_the_equations_of_singlets_give_a_bound() -> None:
    problem, space = dense_problem(3, (2, 2), 1), PairSpace(3, 4, 0.0)
    rng = np.random.default_rng(1)
    *_, good = better_multipliers(space, space.hamiltonian(problem.h1, problem.h2), SECONDS)
    wrong = good.factors + rng.normal(size=good.factors.size)
    bound = certified(
        space, space.hamiltonian(problem.h1, problem.h2), Multipliers(good.weights, wrong)
    )
    assert bound + problem.core_energy <= exact_energy(problem) + ROUND_OFF


def test_an_optimiser_that_is_stopped_at_once_gives_a_bound() -> None:
    problem = problem_of(MOLECULES[4])
    found = lower_bound(problem, 1e-3)
    assert found is not None
    assert found.energy <= exact_energy(problem) + ROUND_OFF


def test_an_optimiser_goes_on_where_its_first_piece_ended() -> None:
    problem = problem_of(MOLECULES[4])
    exact = exact_energy(problem)
    found = list(improved(problem, 0.2))
    bounds = [bound for bound, _ in found]
    assert bounds == sorted(bounds)
    assert all(bound <= exact + ROUND_OFF for bound in bounds)
    (_, converged), *_ = improved(problem, SECONDS)
    assert converged


def test_two_electrons_are_exact() -> None:
    problem = named({**H2, "basis": "6-31g"})
    found = lower_bound(problem, SECONDS)
    assert found is not None
    assert found.energy == pytest.approx(exact_energy(problem), abs=1e-8)


def test_irreps_change_no_bound() -> None:
    """Blocks of irreps make it quicker; the bound itself is that of the whole matrices."""
    problem = problem_of(MOLECULES[4])
    assert problem.orbital_irreps is not None
    operator = PairSpace(4, 4, 0.0).hamiltonian(problem.h1, problem.h2)
    spaces = (PairSpace(4, 4, 0.0, problem.orbital_irreps), PairSpace(4, 4, 0.0))
    found = ([*better_multipliers(space, operator, 30)][-1] for space in spaces)
    one, other = (
        certified(space, operator, best) for space, best in zip(spaces, found, strict=True)
    )
    assert one == pytest.approx(other, abs=2e-5)


def test_without_scs_there_is_the_bound_of_d(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = builtins.__import__

    def without_scs(name: str, *rest: Any, **more: Any) -> Any:
        if name == "scs":
            raise ImportError(name)
        return ordinary(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_scs)
    problem = problem_of(MOLECULES[4])
    found = lower_bound(problem, SECONDS)
    assert found is not None
    assert found.conditions == "D"
    assert found.note is not None
    assert "vqe-cli[bounds]" in found.note
    assert found.energy <= exact_energy(problem)


def test_larger_problems_have_the_bound_of_d_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(MOLECULES[4])
    monkeypatch.setattr(lower_bounds, "MOST_PAIRS", 3)
    found = lower_bound(problem, SECONDS)
    assert found is not None
    assert found.conditions == "D"
    monkeypatch.setattr(lower_bounds, "MOST_ORBITALS_OF_D", 3)
    assert lower_bound(problem, SECONDS) is None


def test_one_electron_has_its_lowest_orbital() -> None:
    problem = dense_problem(3, (1, 0), 2)
    found = lower_bound(problem, SECONDS)
    assert found is not None
    expected = float(np.linalg.eigvalsh(problem.h1)[0]) + problem.core_energy
    assert found.energy == pytest.approx(expected, abs=1e-12)


def test_anticommuting_terms_bound_a_qubit_hamiltonian() -> None:
    """X and Z on one qubit have the energies ±√(a² + b²)."""
    found = lower_bound(QubitProblem((("X", 3.0), ("Z", 4.0), ("I", 1.0))), SECONDS)
    assert found is not None
    assert found.energy == pytest.approx(-4.0, abs=1e-9)
    model = lower_bound(QubitProblem(tuple(TWO_QUBIT_MODEL["paulis"].items())), SECONDS)
    assert model is not None
    assert model.energy <= -1 - np.sqrt(1.04)

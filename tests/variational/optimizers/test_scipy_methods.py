"""Gradients and options that SciPy's methods get."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.functions import CosineObjective
from tests.searching import solve
from vqe_cli.variational.optimizers import OPTIMIZERS
from vqe_cli.variational.solution import Solution

pytestmark = pytest.mark.quick

WITH_GRADIENTS = ("l-bfgs-b", "bfgs", "slsqp")
WITHOUT = ("cobyla", "cobyqa", "nelder-mead", "powell")


def minimised(selection: object, count: int = 3) -> Solution:
    optimizer = OPTIMIZERS.create(selection)  # type: ignore[arg-type]
    return solve(CosineObjective(count=count), optimizer, [np.linspace(-0.5, 0.8, count)], 7)


@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_analytic_gradients_are_used_and_recorded(name: str) -> None:
    solution = minimised(name)
    assert solution.evaluations.gradient == solution.evaluations.energy
    norms = [step.gradient_norm for step in solution.history]
    assert all(norm is not None for norm in norms)
    assert solution.gradient_norm == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("name", WITHOUT)
def test_other_methods_ask_for_energies_only(name: str) -> None:
    solution = minimised(name)
    assert solution.evaluations.gradient <= 1
    assert solution.evaluations.energy > 10


@pytest.mark.parametrize("name", [*WITH_GRADIENTS, *WITHOUT])
def test_tighter_tolerance_comes_closer(name: str) -> None:
    loose, tight = (
        minimised({"name": name, "tolerance": tolerance}).energy.value + 3
        for tolerance in (1e-2, 1e-9)
    )
    assert tight <= loose + 1e-12
    assert tight < 1e-7


@pytest.mark.parametrize("name", [*WITH_GRADIENTS, *WITHOUT])
def test_one_parameter_is_enough(name: str) -> None:
    assert minimised(name, count=1).energy.value == pytest.approx(-1.0, abs=1e-6)


def test_round_off_in_the_line_search_of_bfgs_counts_as_converged() -> None:
    solution = minimised({"name": "bfgs", "tolerance": 1e-15})
    assert solution.outcome.converged
    assert solution.energy.value == pytest.approx(-3.0, abs=1e-12)


@pytest.mark.parametrize("name", ["cobyla", "cobyqa"])
def test_more_parameters_than_evaluations_still_run(name: str) -> None:
    solution = minimised({"name": name, "maxiter": 1}, count=12)
    assert not solution.outcome.converged
    assert solution.evaluations.energy < 200


def test_scaled_parameters_keep_the_norm_of_the_real_gradient_in_the_history() -> None:
    """The energy is -Σ cos(x - 1), so its gradient is sin(x - 1) for any scale of x."""
    objective = CosineObjective(count=3)
    objective.traits = replace(objective.traits, curvature=(4.0, 9.0, 0.25))
    optimizer = OPTIMIZERS.create({"name": "l-bfgs-b", "maxiter": 1})
    solution = solve(objective, optimizer, [np.linspace(-0.5, 0.8, 3)], 7)
    assert solution.history[-1].gradient_norm == pytest.approx(
        float(np.linalg.norm(np.sin(solution.x - 1))), rel=1e-9
    )
    assert all(step.gradient_norm is not None for step in solution.history)

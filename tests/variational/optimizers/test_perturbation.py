"""Slopes and curvatures from pairs of energies of quadratic functions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.functions import FunctionEvaluator, ScatteringEvaluator
from vqe_cli.backends.objective import Traits
from vqe_cli.variational.optimizers._perturbation import (
    LONGEST_STEP,
    adapted_gain,
    measured_curvature,
    measured_slopes,
    random_directions,
    remaining,
)
from vqe_cli.variational.optimizers._remaining import Remaining, ShotMultiplier

pytestmark = pytest.mark.quick

CURVATURES = np.array([1.0, 2.0, 5.0])
TRACE = 8.0


def parabola(x: np.ndarray) -> float:
    return float(0.5 * CURVATURES @ x**2)


def scattering(sigma: float, seed: int = 1) -> ScatteringEvaluator:
    return ScatteringEvaluator(parabola, 3, sigma, seed)


def test_curvature_of_a_parabola_is_its_trace() -> None:
    found = measured_curvature(scattering(0.0), np.zeros(3), np.random.default_rng(1))
    assert found.trace == pytest.approx(TRACE)
    assert found.gain == pytest.approx(1 / TRACE)
    assert found.rise == pytest.approx(0.02)
    assert 0.5 * TRACE * found.perturbation**2 == pytest.approx(0.02)


def test_error_of_the_curvature_is_that_of_repeated_measurements() -> None:
    found = [
        measured_curvature(scattering(1e-3, seed), np.zeros(3), np.random.default_rng(seed))
        for seed in range(200)
    ]
    traces = np.array([one.trace for one in found])
    assert traces.mean() == pytest.approx(TRACE, abs=4 * traces.std() / np.sqrt(200))
    assert traces.std() == pytest.approx(np.mean([one.standard_error for one in found]), rel=0.2)


def test_more_scatter_makes_wider_pairs() -> None:
    widths = [
        measured_curvature(scattering(sigma), np.zeros(3), np.random.default_rng(2)).perturbation
        for sigma in (0.0, 5e-3, 2e-2)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


@pytest.mark.parametrize("function", [lambda _: 1.0, lambda x: float(-x @ x)])
def test_without_upward_curvature_the_first_step_has_the_largest_length(function: object) -> None:
    evaluator = FunctionEvaluator(function, Traits(2, False, False, True, ()))
    found = measured_curvature(evaluator, np.array([0.0, 0.5]), np.random.default_rng(3))
    assert not found.is_visible
    expected = LONGEST_STEP / found.slope if found.slope else LONGEST_STEP
    assert found.gain == pytest.approx(expected)


@pytest.mark.parametrize("sigma", [0.0, 0.02])
def test_remaining_energy_is_that_of_the_mean_curvature(sigma: float) -> None:
    """``|g|² / 2h`` with ``g = (1, 2, 5)·x`` and ``h = 8/3``."""
    rng, evaluator, x = np.random.default_rng(4), scattering(sigma), np.array([0.1, 0.0, 0.1])
    recent = [
        measured_slopes(evaluator, x, 0.1, random_directions(rng, 1, 3), 1.0) for _ in range(4000)
    ]
    left = remaining(recent, 1 / TRACE)
    expected = (0.1**2 + 0.5**2) / (2 * TRACE / 3)
    assert left.value == pytest.approx(expected, abs=4 * left.standard_error)
    assert left.is_significant


def test_scatter_alone_is_nothing_that_remains() -> None:
    evaluator, rng = scattering(0.02), np.random.default_rng(5)
    looks = []
    for _ in range(300):
        recent = [
            measured_slopes(evaluator, np.zeros(3), 0.1, random_directions(rng, 1, 3), 1.0)
            for _ in range(20)
        ]
        looks.append(remaining(recent, 1 / TRACE))
    values = np.array([one.value for one in looks])
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(values.size)
    assert np.mean([one.is_significant for one in looks]) < 0.08


@pytest.mark.parametrize("start", [0.3, 1.0, 3.0], ids=["too-small", "right", "too-large"])
def test_gain_is_corrected_towards_one_over_the_trace(start: float) -> None:
    rng, evaluator = np.random.default_rng(6), scattering(0.0)
    gain, x = start / TRACE, np.array([2.0, 2.0, 2.0])
    recent = []
    for _ in range(10):
        recent.append(measured_slopes(evaluator, x, 0.01, random_directions(rng, 1, 3), 1.0))
        x = x - gain * recent[-1].gradient
    corrected = adapted_gain(gain, recent)
    assert abs(np.log(corrected * TRACE)) <= max(abs(np.log(start)), 0.4)
    assert 0.5 * gain <= corrected <= 1.5 * gain


def test_effort_grows_as_the_standard_error_asks_and_has_an_end() -> None:
    shot_multiplier = ShotMultiplier(16.0)
    assert shot_multiplier.grow(Remaining(0.0, 1.5e-3), 1e-3)
    assert shot_multiplier.value == 3.0
    assert shot_multiplier.grow(Remaining(0.0, 1.0), 1e-3)
    assert shot_multiplier.value == 12.0
    assert shot_multiplier.grow(Remaining(0.0, 1.0), 1e-3)
    assert shot_multiplier.value == 16.0
    assert not shot_multiplier.grow(Remaining(0.0, 1.0), 1e-3)

"""Polynomials along one parameter: values, derivatives, minima and their error bars."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.optimizers._line import Known, Line

SIGMA = 0.01


def energy(phase: float) -> float:
    """A polynomial of degree two, with minima of different depth."""
    return float(0.3 + 0.2 * np.cos(phase) - 0.5 * np.cos(2 * phase) + 0.1 * np.sin(phase))


def line_of(function: object, degree: int, rng: np.random.Generator | None = None) -> Line:
    phases = 2 * np.pi * np.arange(2 * degree + 1) / (2 * degree + 1)
    scatter = rng.normal(0.0, SIGMA, phases.size) if rng else np.zeros(phases.size)
    variance = SIGMA**2 if rng else 0.0
    return Line(
        [
            Known(function(phase) + noise, variance)  # type: ignore[operator]
            for phase, noise in zip(phases, scatter, strict=True)
        ]
    )


@pytest.mark.parametrize("phase", [-2.0, 0.0, 0.7, 3.0])
def test_value_slope_and_curvature_are_those_of_the_function(phase: float) -> None:
    line = line_of(energy, 2)
    slope = -0.2 * np.sin(phase) + np.sin(2 * phase) + 0.1 * np.cos(phase)
    curvature = -0.2 * np.cos(phase) + 2 * np.cos(2 * phase) - 0.1 * np.sin(phase)
    assert line.at(phase).value == pytest.approx(energy(phase), abs=1e-12)
    assert line.at(phase, 1).value == pytest.approx(slope, abs=1e-12)
    assert line.at(phase, 2).value == pytest.approx(curvature, abs=1e-12)


def test_variances_are_those_of_repeated_measurements() -> None:
    rng = np.random.default_rng(5)
    lines = [line_of(energy, 2, rng) for _ in range(2000)]
    for derivative in range(3):
        found = [line.at(0.9, derivative).value for line in lines]
        predicted = lines[0].at(0.9, derivative).variance
        assert np.var(found) == pytest.approx(predicted, rel=0.1)


def test_of_two_equal_minima_the_nearer_is_taken_through_the_scatter() -> None:
    """``−cos 2(φ − 0.4)`` has two equal minima; scatter must not choose between them."""
    rng = np.random.default_rng(6)
    found = [line_of(lambda p: -np.cos(2 * (p - 0.4)), 2, rng).lowest for _ in range(100)]
    np.testing.assert_allclose(found, 0.4, atol=6 * SIGMA)


def test_deeper_minimum_far_away_is_taken_where_it_can_be_told() -> None:
    found = line_of(lambda p: np.cos(p) - 0.5 * np.cos(2 * p), 2, np.random.default_rng(7)).lowest
    assert abs(found) == pytest.approx(np.pi, abs=6 * SIGMA)


def test_nothing_remains_at_the_minimum_whatever_the_scatter_feigns() -> None:
    rng = np.random.default_rng(8)
    left = [line_of(lambda p: -0.5 * np.cos(p), 1, rng).remaining for _ in range(2000)]
    gains = np.array([one.value for one in left])
    assert abs(gains.mean()) < 4 * gains.std() / np.sqrt(gains.size)
    assert gains.std() == pytest.approx(np.mean([one.standard_error for one in left]), rel=0.2)
    assert np.mean([one.is_significant for one in left]) < 0.1


def test_remaining_gain_is_measured_without_bias() -> None:
    """From 0.6 to the minimum of ``−½ cos φ`` at 0."""
    rng = np.random.default_rng(9)
    left = [line_of(lambda p: -0.5 * np.cos(p + 0.6), 1, rng).remaining for _ in range(500)]
    gains = np.array([one.value for one in left])
    assert gains.mean() == pytest.approx(0.5 - 0.5 * np.cos(0.6), abs=4 * gains.std() / 500**0.5)


def test_flat_line_feigns_no_more_than_its_scatter() -> None:
    left = line_of(lambda _: -1.0, 2, np.random.default_rng(10)).remaining
    assert left.bound < 6 * SIGMA


def test_independent_measurements_are_weighted_by_their_variances() -> None:
    both = Known.of(Estimate(1.0, 0.1)).combined(Known.of(Estimate(2.0, 0.2)))
    assert both.value == pytest.approx(1.2)
    assert both.variance == pytest.approx(1 / (1 / 0.01 + 1 / 0.04))
    exact = Known(1.0, 0.0).combined(Known(1.5, 0.0))
    assert (exact.value, exact.variance) == (1.5, 0.0)

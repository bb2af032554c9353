"""Extrapolation of curves whose value at zero is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vqe_cli._core.validation import Frozen, input_error
from vqe_cli.errors import InputError
from vqe_cli.measurement.mitigation.values import Value
from vqe_cli.measurement.mitigation.zne import ZneOptions, decays, extrapolate

pytestmark = pytest.mark.quick

FACTORS = (1, 3, 5)


def values(numbers: Any, errors: Any = 0.01) -> list[Value]:
    deviations = np.broadcast_to(errors, len(numbers))
    return [
        Value(float(v), float(e) ** 2, np.zeros(0))
        for v, e in zip(numbers, deviations, strict=True)
    ]


@pytest.mark.parametrize(
    ("kind", "curve"),
    [
        ("linear", lambda s: -1.0 + 0.2 * s),
        ("quadratic", lambda s: -1.0 + 0.2 * s - 0.01 * s**2),
        ("exponential", lambda s: 0.5 - 1.5 * np.exp(-0.2 * s)),
    ],
)
def test_each_kind_finds_its_own_curve_at_zero(kind: Any, curve: Any) -> None:
    energies = values([curve(s) for s in FACTORS], [0.01, 0.02, 0.05])
    assert extrapolate(FACTORS, energies, kind, 0.5).value == pytest.approx(-1.0)


def test_line_through_two_points_has_the_error_of_richardson() -> None:
    """``(3 E(1) − E(3)) / 2``."""
    energies = values([-1.0, -0.7], [0.1, 0.2])
    found = extrapolate((1, 3), energies, "linear", 0.0)
    assert found.value == pytest.approx((3 * -1.0 + 0.7) / 2)
    assert found.standard_error == pytest.approx(np.hypot(1.5 * 0.1, 0.5 * 0.2))


def test_parabola_through_three_points_has_the_error_of_richardson() -> None:
    """The Lagrange polynomials at zero are 15/8, −10/8 and 3/8."""
    found = extrapolate(FACTORS, values([1.0, 0.4, 0.1], 0.1), "quadratic", 0.0)
    weights = np.array([15, -10, 3]) / 8
    assert found.value == pytest.approx(weights @ [1.0, 0.4, 0.1])
    assert found.standard_error == pytest.approx(0.1 * np.linalg.norm(weights))


def test_points_count_by_their_error_bars() -> None:
    """Off the curve, against NumPy's and SciPy's weighted fits."""
    from scipy.optimize import curve_fit

    numbers, errors = np.array([-1.0, -0.8, -0.3]), np.array([0.01, 0.02, 0.1])
    energies = values(numbers, errors)
    line = np.polyfit(FACTORS, numbers, 1, w=1 / errors)
    assert extrapolate(FACTORS, energies, "linear", 0.0).value == pytest.approx(line[-1])
    (start, _), _ = curve_fit(
        lambda s, b, c: b * np.exp(-c * s), FACTORS, numbers, (-1.0, 0.1), errors
    )
    found = extrapolate(FACTORS, energies, "exponential", 0.0)
    assert found.value == pytest.approx(start, abs=1e-6)


@pytest.mark.parametrize("kind", ["linear", "exponential"])
def test_error_bar_is_the_scatter(kind: Any) -> None:
    rng = np.random.default_rng(3)
    errors = np.array([0.01, 0.02, 0.03])
    curve = 0.5 - 1.5 * np.exp(-0.1 * np.array(FACTORS))
    found = [
        extrapolate(FACTORS, values(curve + errors * rng.normal(size=3), errors), kind, 0.5)
        for _ in range(400)
    ]
    scatter = np.std([value.value for value in found])
    typical = np.mean([value.standard_error for value in found])
    assert typical == pytest.approx(scatter, rel=0.12)


def test_shared_calibration_moves_all_energies_together() -> None:
    """An error common to all energies is common to the result: it does not grow."""
    energies = [Value(v, 1e-4, np.array([0.05])) for v in (-1.0, -0.7, -0.4)]
    found = extrapolate(FACTORS, energies, "linear", 0.0)
    np.testing.assert_allclose(found.calibration, [0.05])


def test_exponential_through_two_points_has_the_error_of_logarithms() -> None:
    """``E(1)^{3/2} E(3)^{-1/2}``: relative errors of 3/2 and 1/2."""
    found = extrapolate((1, 3), values([0.8, 0.5], [0.01, 0.02]), "exponential", 0.0)
    expected = 0.8**1.5 * 0.5**-0.5
    assert found.value == pytest.approx(expected)
    relative = np.hypot(1.5 * 0.01 / 0.8, 0.5 * 0.02 / 0.5)
    assert found.standard_error == pytest.approx(expected * relative)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([-0.3, -0.2, -0.1], True), ([0.3, 0.2, 0.1], True), ([-0.1, 0.0, 0.1], False)],
)
def test_signal_that_noise_has_swallowed_does_not_decay(numbers: Any, expected: bool) -> None:
    assert decays(values(numbers), 0.0) is expected


class Asked(Frozen):
    zne: ZneOptions


@pytest.mark.parametrize(
    "options",
    [
        {"factors": [1, 2, 3]},
        {"factors": [3, 5]},
        {"factors": [1, 5, 3]},
        {"factors": [1]},
        {"factors": [1, 3], "extrapolation": "quadratic"},
        {"extrapolation": "cubic"},
        {"factors": [1.5, 3]},
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError) as caught:
        Asked.model_validate({"zne": options})
    assert isinstance(input_error(caught.value, Asked), InputError)


def test_factors_are_read_from_a_list() -> None:
    assert ZneOptions.model_validate({"factors": [1, 3]}).factors == (1, 3)

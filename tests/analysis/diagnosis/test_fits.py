"""Fits against SciPy and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from vqe_cli.analysis.diagnosis.fits import least_squares

pytestmark = pytest.mark.quick

X = np.array([1.0, 2.0, 4.0, 7.0, 9.0])
LINE = np.stack([np.ones_like(X), X], axis=1)


def test_error_bars_that_explain_the_scatter_are_kept():
    values, errors = 3.0 - 2.0 * X, np.array([0.1, 0.2, 0.1, 0.4, 0.3])
    values = values + 0.2 * errors * np.array([1, -1, 1, -1, 1])
    fit = least_squares(LINE, values, errors)
    expected, covariance = curve_fit(
        lambda x, a, b: a + b * x, X, values, sigma=errors, absolute_sigma=True
    )
    assert fit.coefficients == pytest.approx(expected, rel=1e-6)
    assert fit.errors == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-6)


@pytest.mark.parametrize("errors", [None, np.full(5, 1e-3)])
def test_scatter_decides_where_it_is_larger_or_all_there_is(errors):
    values = 1.0 + 0.5 * X + np.array([0.3, -0.2, 0.1, -0.4, 0.2])
    fit = least_squares(LINE, values, errors)
    expected, covariance = np.polyfit(X, values, 1, cov=True)
    assert fit.coefficients == pytest.approx(expected[::-1])
    assert fit.errors == pytest.approx(np.sqrt(np.diag(covariance))[::-1])


def test_as_many_points_as_functions_tell_no_error_by_themselves():
    fit = least_squares(LINE[:2], np.array([1.0, 3.0]))
    assert fit.coefficients == pytest.approx([-1.0, 2.0])
    assert np.isnan(fit.errors).all()
    with_bars = least_squares(LINE[:2], np.array([1.0, 3.0]), np.array([0.3, 0.4]))
    assert with_bars.errors[1] == pytest.approx(0.5)


def test_fewer_points_than_functions_are_an_error():
    with pytest.raises(ValueError, match="at least 2 points"):
        least_squares(LINE[:1], np.ones(1))

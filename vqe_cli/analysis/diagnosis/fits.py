"""Straight lines and parabolas through points with error bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True)
class Fit:
    """Coefficients of a least-squares fit, and their standard errors.

    Args:
        coefficients: Coefficients of the basis functions.
        errors: Standard errors of the coefficients; NaN without error bars and scatter.
    """

    coefficients: tuple[float, ...]
    errors: tuple[float, ...]


def least_squares(basis: FloatArray, values: FloatArray, errors: FloatArray | None = None) -> Fit:
    """Fit ``values ≈ basis @ coefficients``.

    Errors of the coefficients grow with the scatter if it exceeds the error bars; without error
    bars they follow from the scatter alone.

    Args:
        basis: Basis functions at the points, shape (points, functions).
        values: Values at the points, shape (points,).
        errors: Standard errors of the values, all positive, shape (points,); None if unknown.

    Returns:
        The fit.

    Raises:
        ValueError: There are fewer points than functions.
    """
    points, functions = basis.shape
    if points < functions:
        raise ValueError(f"there should be at least {functions} points. Got {points}.")
    weights = np.ones(points) if errors is None else 1.0 / errors
    weighted, target = basis * weights[:, None], values * weights
    found, *_ = np.linalg.lstsq(weighted, target, rcond=None)
    inverse = np.linalg.inv(weighted.T @ weighted)
    scatter = _scatter(target - weighted @ found, points - functions)
    variance = scatter if errors is None else max(np.nan_to_num(scatter, nan=1.0), 1.0)
    deviations = np.sqrt(np.diag(inverse) * variance)
    return Fit(tuple(map(float, found)), tuple(map(float, deviations)))


def _scatter(residuals: FloatArray, freedom: int) -> float:
    """χ² per degree of freedom; NaN without degrees of freedom."""
    return float(residuals @ residuals) / freedom if freedom else float("nan")

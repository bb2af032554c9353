"""Exact gradients from energies, by the general parameter-shift rule."""

from __future__ import annotations

import numpy as np

from vqe_cli.objective import Evaluator, Vector
from vqe_cli.spectra import Spectrum


def parameter_shift_gradient(evaluator: Evaluator, x: Vector) -> Vector:
    """The gradient from 2R energies for each parameter of degree R.

    Unlike a finite difference it has no step that would magnify sampling noise.

    Args:
        evaluator: Knows the spectrum of every parameter.
        x: The point.

    Reference:
        Wierichs, Izaac, Wang and Lin, Quantum 6, 677 (2022), eq. 14.
    """
    gradient = np.zeros_like(x)
    for index, spectrum in enumerate(evaluator.traits.spectra):
        for shift, weight in _rule(spectrum):
            moved = x.copy()
            moved[index] += shift
            gradient[index] += weight * evaluator.value(moved)
    return gradient


def _rule(spectrum: Spectrum) -> list[tuple[float, float]]:
    """Pairs of shift and weight."""
    degree, rule = spectrum.degree, []
    for mu in range(1, 2 * degree + 1):
        angle = (2 * mu - 1) * np.pi / (2 * degree)
        weight = (-1) ** (mu - 1) / (4 * degree * np.sin(angle / 2) ** 2)
        rule.append((angle / spectrum.unit, float(weight * spectrum.unit)))
    return rule

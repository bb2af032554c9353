"""Exact gradients from energies, by the general parameter-shift rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.variational.optimizers._remaining import values, variances


@dataclass(frozen=True)
class ShiftedGradient:
    """A gradient from shifted energies, all measured at once.

    Args:
        energy: Energy at the unshifted point, Hartree.
        gradient: Gradient in Hartree per radian, shape (num_parameters,).
        variance: Sampling variance of each component, shape (num_parameters,).
    """

    energy: float
    gradient: Vector
    variance: Vector


def parameter_shift_gradient(
    evaluator: Evaluator, x: Vector, shot_multiplier: float
) -> ShiftedGradient:
    """The energy, and the gradient from 2R energies for each parameter of degree R.

    Unlike a finite difference, the rule has no small step that would magnify sampling noise.

    Args:
        evaluator: The evaluator of energies, with the spectrum of every parameter.
        x: The parameters, shape (num_parameters,).
        shot_multiplier: The shot multiplier.

    Reference:
        Wierichs, Izaac, Wang and Lin, Quantum 6, 677 (2022), eq. 14.
    """
    rules = [_rule(spectrum) for spectrum in evaluator.traits.spectra]
    units = np.eye(x.size)
    points = [
        x + shift * unit for unit, rule in zip(units, rules, strict=True) for shift, _ in rule
    ]
    found = evaluator.estimates([x, *points], shot_multiplier)
    weights = np.zeros((x.size, len(points)))
    column = 0
    for index, rule in enumerate(rules):
        weights[index, column : column + len(rule)] = [weight for _, weight in rule]
        column += len(rule)
    gradient = weights @ values(found)[1:]
    return ShiftedGradient(found[0].value, gradient, weights**2 @ variances(found)[1:])


def _rule(spectrum: Spectrum) -> list[tuple[float, float]]:
    """Pairs of shift, in radians, and weight."""
    degree, rule = spectrum.degree, []
    for mu in range(1, 2 * degree + 1):
        angle = (2 * mu - 1) * np.pi / (2 * degree)
        weight = (-1) ** (mu - 1) / (4 * degree * np.sin(angle / 2) ** 2)
        rule.append((angle / spectrum.unit, float(weight * spectrum.unit)))
    return rule

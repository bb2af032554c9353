"""Slopes and curvatures from energies at both ends of random directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator
from vqe_cli.variational.optimizers._remaining import CONFIDENCE, Remaining, values, variances

PROBE = 0.2
"""Length, in radians, of the shift of all n parameters that measures curvature; each moves by
1/√n of it."""

PAIRS = 8
CENTRES = 4
"""The numbers of pairs of ends, and of measurements of their middle, for a curvature."""

LONGEST_STEP = 0.3
"""Largest average change of a parameter in a step, radians."""

RISE_OVER_SCATTER = 8.0
"""Desired height of the ends of a pair above their middle, in standard errors of an energy."""

LEAST_RISE, MOST_RISE = 0.02, 0.2
"""Bounds of that height, Hartree; further away the energy is no parabola."""

LEAST_PERTURBATION, MOST_PERTURBATION = 0.01, 0.3
"""Bounds of the perturbation of a parameter, radians."""


@dataclass(frozen=True)
class Slopes:
    """Slopes along random directions.

    Args:
        directions: Directions of ones and minus ones, shape (directions, num_parameters).
        values: Slopes in Hartree per radian, shape (directions,).
        variance: Sampling variance of each slope.
        energy: Mean energy of all ends, Hartree.
    """

    directions: Vector
    values: Vector
    variance: float
    energy: float

    @property
    def gradient(self) -> Vector:
        """An unbiased estimate of the gradient, shape (num_parameters,)."""
        return np.asarray(self.values @ self.directions / self.values.size)


@dataclass(frozen=True)
class Curvature:
    """Second derivatives along random directions.

    Args:
        trace: Trace of the Hessian, ``E[ΔᵀHΔ] = tr H``, Hartree / radian².
        standard_error: Standard error of the trace, Hartree / radian².
        slope: Root mean square of the slopes, Hartree / radian.
        scatter: Standard error of one energy, Hartree.
    """

    trace: float
    standard_error: float
    slope: float
    scatter: float

    @property
    def is_visible(self) -> bool:
        """Whether the energy curves upwards by more than scatter explains."""
        return self.trace > CONFIDENCE * self.standard_error

    @property
    def gain(self) -> float:
        """Ratio of step to slope, radian² / Hartree.

        ``1 / tr H`` lowers the energy most; if the curvature is not visible, or that step would be
        too long, the longest allowed step is taken.
        """
        longest = LONGEST_STEP / self.slope if self.slope > 0 else LONGEST_STEP
        return min(1 / self.trace, longest) if self.is_visible else longest

    @property
    def perturbation(self) -> float:
        """Perturbation in radians with which the ends rise to a multiple of the scatter."""
        rise = np.clip(RISE_OVER_SCATTER * self.scatter, LEAST_RISE, MOST_RISE)
        trace = max(self.trace, self.standard_error)
        wanted = np.sqrt(2 * rise / trace) if trace > 0 else MOST_PERTURBATION
        return float(np.clip(wanted, LEAST_PERTURBATION, MOST_PERTURBATION))

    @property
    def rise(self) -> float:
        """Height of the ends above their middle, Hartree."""
        return 0.5 * self.trace * self.perturbation**2 if self.is_visible else 0.0


def measured_slopes(
    evaluator: Evaluator, x: Vector, perturbation: float, directions: Vector, shot_multiplier: float
) -> Slopes:
    """Slopes from both ends along some directions, all measured at once."""
    found = evaluator.estimates(_ends(x, perturbation * directions), shot_multiplier)
    ends = values(found).reshape(-1, 2)
    slopes = (ends[:, 0] - ends[:, 1]) / (2 * perturbation)
    variance = float(variances(found).mean()) / (2 * perturbation**2)
    return Slopes(directions, slopes, variance, float(ends.mean()))


def measured_curvature(
    evaluator: Evaluator, x: Vector, rng: np.random.Generator, shot_multiplier: float = 1.0
) -> Curvature:
    """Curvature from both ends of random directions and their middle, all measured at once."""
    probe = PROBE / np.sqrt(x.size)
    shifts = probe * random_directions(rng, PAIRS, x.size)
    found = evaluator.estimates(_ends(x, shifts) + [x] * CENTRES, shot_multiplier, "calibration")
    energies, variance = values(found), float(variances(found).mean())
    ends, centres = energies[:-CENTRES].reshape(PAIRS, 2), energies[-CENTRES:]
    rises = ends.mean(axis=1) - centres.mean()
    error = np.sqrt(rises.var(ddof=1) / PAIRS + variance / CENTRES)
    slopes = (ends[:, 0] - ends[:, 1]) / (2 * probe)
    return Curvature(
        trace=float(2 * rises.mean() / probe**2),
        standard_error=float(2 * error / probe**2),
        slope=float(np.sqrt(np.mean(slopes**2))),
        scatter=float(np.sqrt(variance)),
    )


def remaining(recent: Sequence[Slopes], gain: float) -> Remaining:
    """The energy left to gain, from the squares of slopes minus their scatter.

    A slope in a random direction has the mean square ``|g|²``, and with the mean curvature
    ``tr H / n = 1 / (gain · n)`` the minimum lies ``½ gain n |g|²`` below.

    Args:
        recent: Slopes of the last steps.
        gain: Ratio of step to slope, about ``1 / tr H``.
    """
    squares = np.concatenate([slopes.values**2 for slopes in recent])
    scatter = float(np.mean([slopes.variance for slopes in recent]))
    error = max(float(squares.mean()), scatter) * np.sqrt(2 / squares.size)
    factor = 0.5 * gain * recent[0].directions.shape[1]
    return Remaining(factor * (float(squares.mean()) - scatter), factor * float(error))


def adapted_gain(gain: float, recent: Sequence[Slopes]) -> float:
    """The gain with which the energy would have fallen most, from how it fell.

    A step changes the energy by ``−gain |g|² + ½ gain² tr H s²`` with the square s² of the measured
    slope, scatter included; that gives tr H.

    Args:
        gain: Ratio of step to slope in these steps.
        recent: Slopes of these steps.
    """
    half = len(recent) // 2
    energies = np.array([slopes.energy for slopes in recent])
    first, second = energies[:half], energies[-half:]
    fall = float(first.mean() - second.mean())
    error = np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / half)
    square = float(np.mean([np.mean(slopes.values**2) for slopes in recent]))
    signal = square - float(np.mean([slopes.variance for slopes in recent]))
    predicted = half * gain * signal
    if error > 0.5 * predicted:
        return gain
    trace = 2 * (predicted - fall) / (half * gain**2 * square)
    wanted = 1 / trace if trace > 0 else np.inf
    return float(np.clip(wanted, 0.5 * gain, 1.5 * gain))


def random_directions(rng: np.random.Generator, count: int, size: int) -> Vector:
    """Random directions of ones and minus ones, shape (count, size)."""
    return rng.choice([-1.0, 1.0], size=(count, size))


def _ends(x: Vector, shifts: Vector) -> list[Vector]:
    """Both ends of each shift, one pair after another."""
    return [x + sign * shift for shift in shifts for sign in (1.0, -1.0)]

"""Adaptive moment estimation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import Evaluator, HasGradient, OptimizerResult, Traits
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.optimizers._parameter_shift import (
    ShiftedGradient,
    parameter_shift_gradient,
)
from vqe_cli.variational.optimizers._perturbation import measured_curvature
from vqe_cli.variational.optimizers._plateau import has_levelled_off
from vqe_cli.variational.optimizers._remaining import Remaining, ShotMultiplier, outcome_message

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.99
"""Decay rates of the first and second moment."""

SMALLEST = 1e-8
"""Hartree per radian, added to the root of the second moment."""

WINDOW = 10
"""The number of steps whose gradients are averaged to test for convergence."""

LEVEL = 1e-6
"""Fall of an exact energy that counts as levelled off, Hartree."""


class Adam(Optimizer):
    """Gradient descent with adaptive moments, by analytic or parameter-shift gradients.

    For sampled energies, shots grow when the gradient is lost in scatter, and the search ends when
    little can be left to gain.

    Reference:
        Kingma and Ba, arXiv:1412.6980 (2014); parameter shifts: Wierichs et al., Quantum 6, 677
        (2022).
    """

    maxiter: int = Field(default=500, ge=1, description="Maximum number of steps.")
    tolerance: float = Field(
        default=1e-6, gt=0, description="Convergence threshold for the length of a step, radians."
    )
    energy_tolerance: float = Field(
        default=1e-3,
        gt=0,
        description="Convergence threshold for sampled energies: energy left to gain plus its "
        "uncertainty, Hartree.",
    )
    learning_rate: float = Field(default=0.02, gt=0, description="Step size, radians.")
    max_effort: float = Field(
        default=16.0,
        ge=1,
        description="Largest shot multiplier where gradients are lost in scatter.",
    )

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Step until steps are small, or little is left to gain within the scatter.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        rng = stream(seed, "directions").generator
        watch = _Watch(self.energy_tolerance, ShotMultiplier(self.max_effort), rng)
        mean, square, x = np.zeros_like(x0), np.zeros_like(x0), x0
        energies: list[float] = []
        for step in range(1, self.maxiter + 1):
            found = _gradient(evaluator, x, watch.shot_multiplier.value)
            energies.append(found.energy)
            evaluator.step(x, found.energy, float(np.linalg.norm(found.gradient)))
            mean = MEAN_DECAY * mean + (1 - MEAN_DECAY) * found.gradient
            square = SQUARE_DECAY * square + (1 - SQUARE_DECAY) * found.gradient**2
            rate = self.learning_rate * np.sqrt(1 - SQUARE_DECAY**step) / (1 - MEAN_DECAY**step)
            move = rate * mean / (np.sqrt(square) + SMALLEST)
            x = x - move
            if np.linalg.norm(move) < self.tolerance:
                return OptimizerResult(x, True, "the steps have become small", step)
            if found.variance.any() and watch.is_over(evaluator, x, found):
                return OptimizerResult(watch.middle, *watch.verdict(evaluator.traits), step)
        if watch.left is not None:
            return OptimizerResult(x, *watch.verdict(evaluator.traits), self.maxiter)
        level = not evaluator.traits.sampled and has_levelled_off(energies, LEVEL)
        message = "the energy has levelled off" if level else "the energy was still falling"
        return OptimizerResult(x, level, message, self.maxiter)


@dataclass
class _Watch:
    """The convergence test on gradients averaged over a window; adapts the shot multiplier too.

    Args:
        tolerance: Energy that may be left to gain, Hartree.
        shot_multiplier: The shot multiplier.
        rng: The generator of directions in which the curvature is measured.
        recent: Gradients since the shot_multiplier last grew, or the window began.
        points: The points of these gradients.
        left: Energy left to gain at the last measured curvature; None before it.
    """

    tolerance: float
    shot_multiplier: ShotMultiplier
    rng: np.random.Generator
    recent: list[ShiftedGradient] = field(default_factory=list)
    points: list[Vector] = field(default_factory=list)
    left: Remaining | None = None

    @property
    def middle(self) -> Vector:
        """Mean of the points in the window."""
        return np.asarray(np.mean(self.points, axis=0))

    def is_over(self, evaluator: Evaluator, x: Vector, found: ShiftedGradient) -> bool:
        """Add the gradient of a step, and decide whether the search ends.

        Returns:
            Whether the search ends.
        """
        self.recent, self.points = [*self.recent, found], [*self.points, x]
        if len(self.recent) < WINDOW:
            return False
        squares = self._squares()
        self.left = None
        if not squares.is_significant:
            self.left = left = self._left(evaluator, squares)
            if left.bound <= self.tolerance or not self.shot_multiplier.grow(left, self.tolerance):
                return True
        self.recent, self.points = [], []
        return False

    def verdict(self, traits: Traits) -> tuple[bool, str]:
        """Whether the search converged, and its message."""
        assert self.left is not None
        converged = self.left.bound <= self.tolerance
        return converged, outcome_message(self.left, traits, converged=converged)

    def _left(self, evaluator: Evaluator, squares: Remaining) -> Remaining:
        """Energy left to gain by gradient and curvature; the scatter if no curvature is visible."""
        shot_multiplier = self.shot_multiplier.value
        curvature = measured_curvature(evaluator, self.middle, self.rng, shot_multiplier)
        if not curvature.is_visible:
            return Remaining(0.0, curvature.scatter)
        factor = self.middle.size / (2 * curvature.trace)
        return Remaining(factor * squares.value, factor * squares.standard_error)

    def _squares(self) -> Remaining:
        """``Σ (g² − var g)`` of the mean gradient, Hartree² / radian²."""
        mean = np.mean([one.gradient for one in self.recent], axis=0)
        variance = np.mean([one.variance for one in self.recent], axis=0) / len(self.recent)
        excess = mean**2 - variance
        error = np.sqrt(np.sum(2 * variance**2 + 4 * variance * np.maximum(excess, 0.0)))
        return Remaining(float(excess.sum()), float(error))


def _gradient(evaluator: Evaluator, x: Vector, shot_multiplier: float) -> ShiftedGradient:
    """The gradient, analytic if possible, else by parameter shift."""
    if not isinstance(evaluator.objective, HasGradient):
        return parameter_shift_gradient(evaluator, x, shot_multiplier)
    energy, gradient = evaluator.value_and_gradient(x)
    return ShiftedGradient(energy, gradient, np.zeros_like(gradient))

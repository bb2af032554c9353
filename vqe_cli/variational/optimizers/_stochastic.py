"""Descent along slopes in random directions: what SPSA and QNSPSA share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import Evaluator, OptimizerResult, Traits
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.optimizers._perturbation import (
    LONGEST_STEP,
    Slopes,
    adapted_gain,
    measured_curvature,
    measured_slopes,
    random_directions,
    remaining,
)
from vqe_cli.variational.optimizers._remaining import Remaining, ShotMultiplier, outcome_message

FEWEST_STEPS, MOST_STEPS = 10, 50
"""Bounds of the steps between two convergence tests, otherwise two for each parameter."""

PATIENCE = 4
"""The number of windows of steps at the largest shot_multiplier before the search gives up."""

Condition = Callable[[Vector, Vector, float], Vector]
"""A function from a point, its gradient and the shot_multiplier to the preconditioned gradient."""


class StochasticOptimizer(Optimizer):
    """Descent along slopes in random directions, with gains from measured curvatures."""

    maxiter: int = Field(default=1000, ge=1, description="Maximum number of steps.")
    tolerance: float = Field(
        default=1e-3,
        gt=0,
        description="Convergence threshold: energy left to gain plus its uncertainty, Hartree.",
    )
    resamplings: int = Field(
        default=1, ge=1, le=10_000, description="Number of random directions averaged in a step."
    )
    max_effort: float = Field(
        default=16.0, ge=1, description="Largest shot multiplier where slopes are lost in scatter."
    )

    @abstractmethod
    def condition(self, evaluator: Evaluator, rng: np.random.Generator) -> Condition:
        """The function that preconditions gradients."""

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Descend until little is left to gain; the result is the mean of the last points.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        rng = stream(seed, "directions").generator
        curvature = measured_curvature(evaluator, x0, rng)
        condition = self.condition(evaluator, rng)
        window = int(np.clip(2 * x0.size, FEWEST_STEPS, MOST_STEPS))
        watch = _Watch(self.tolerance, window, ShotMultiplier(self.max_effort), curvature.gain)
        x, points = x0, list[Vector]()
        while len(points) < self.maxiter:
            directions = random_directions(rng, self.resamplings, x.size)
            shot_multiplier = watch.shot_multiplier.value
            slopes = measured_slopes(
                evaluator, x, curvature.perturbation, directions, shot_multiplier
            )
            x = x + _bounded(-watch.gain * condition(x, slopes.gradient, shot_multiplier))
            points.append(x)
            evaluator.step(x, slopes.energy - curvature.rise)
            if watch.is_over(slopes):
                break
        last = max(1, min(window, len(points) // 4))
        converged, message = watch.verdict(evaluator.traits)
        return OptimizerResult(np.mean(points[-last:], axis=0), converged, message, len(points))


@dataclass
class _Watch:
    """The convergence test of a window of steps; it adapts gain and shot multiplier too.

    Args:
        tolerance: Energy that may be left to gain, Hartree.
        window: Number of steps between two tests.
        shot_multiplier: The shot multiplier.
        gain: Ratio of step to slope, radian² / Hartree.
        recent: Slopes since gain or shot_multiplier last changed.
        left: Energy left to gain at the last test; None before it.
    """

    tolerance: float
    window: int
    shot_multiplier: ShotMultiplier
    gain: float
    recent: list[Slopes] = field(default_factory=list)
    left: Remaining | None = None

    def is_over(self, slopes: Slopes) -> bool:
        """Add the slopes of a step, and decide whether the search ends.

        Returns:
            Whether the search ends.
        """
        self.recent.append(slopes)
        if len(self.recent) % self.window:
            return False
        self.left = remaining(self.recent, self.gain)
        if self.left.bound <= self.tolerance:
            return True
        if self.left.is_significant:
            self.gain, self.recent = adapted_gain(self.gain, self.recent), []
        elif self.shot_multiplier.grow(self.left, self.tolerance):
            self.recent = []
        return len(self.recent) >= PATIENCE * self.window

    def verdict(self, traits: Traits) -> tuple[bool, str]:
        """Whether the search converged, and its message."""
        if self.left is None:
            return False, "too few steps to tell what is left to be gained"
        converged = self.left.bound <= self.tolerance
        return converged, outcome_message(self.left, traits, converged=converged)


def _bounded(move: Vector) -> Vector:
    """The step, shortened to the longest allowed one."""
    length = float(np.sqrt(np.mean(move**2)))
    return move * (LONGEST_STEP / length) if length > LONGEST_STEP else move

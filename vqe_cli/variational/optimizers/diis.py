"""Quasi-Newton steps with Pulay's extrapolation."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, Expected, HasGradient, OptimizerResult
from vqe_cli.errors import InputError
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer

RISE = 1e-9
"""Rise of the energy in a step that counts as round-off, Hartree."""

STEP = 1e-6
"""Displacement of a parameter in differences, radians: the error of a gradient is 1e-7 Hartree by
round-off, and half a displacement times the error of the curvature."""

RISES = 3
"""The number of steps in a row that may end above the lowest point."""


class Diis(Optimizer):
    """Quasi-Newton steps with a diagonal Hessian, extrapolated by DIIS under an energy guard.

    Needs the curvature from orbital energies; gradients are analytic, or by differences. If several
    steps in a row, or the last one, end above the lowest point so far, l-bfgs-b continues from that
    point: extrapolation alone finds stationary points of any kind.

    Reference:
        Pulay, Chem. Phys. Lett. 73, 393 (1980); for amplitudes Scuseria, Lee and Schaefer, Chem.
        Phys. Lett. 130, 236 (1986).
    """

    tolerates_sampling: ClassVar[bool] = False

    maxiter: int = Field(
        default=1000, ge=1, description="Maximum number of iterations, those of l-bfgs-b included."
    )
    tolerance: float = Field(
        default=1e-6,
        gt=0,
        description="Convergence threshold for the largest gradient component, Hartree.",
    )
    space: int = Field(default=8, ge=2, le=50, description="Number of points in the extrapolation.")

    def check(self, expected: Expected) -> None:
        """Refuse objectives without curvatures."""
        super().check(expected)
        if not expected.has_curvature:
            raise InputError(
                "diis needs orbital-energy differences",
                path=("optimizer",),
                hint="use l-bfgs-b, or an ansatz of excitations",
            )

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Extrapolate until the gradient vanishes, or the energy rises.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        curvature = np.asarray(evaluator.traits.curvature, dtype=float)
        points: list[Vector] = []
        steps: list[Vector] = []
        best, best_x, x, rises = np.inf, x0, x0, 0
        # More vectors than dimensions can cancel one another far from the minimum.
        kept = min(self.space, x0.size + 1)
        for iteration in range(1, self.maxiter + 1):
            energy, gradient = _value_and_gradient(evaluator, x, curvature)
            evaluator.step(x, energy, float(np.linalg.norm(gradient)))
            rises = rises + 1 if energy > best + RISE else 0
            if energy < best:
                best, best_x = energy, x
            converged = bool(np.abs(gradient).max() <= self.tolerance)
            if converged and not rises:
                return OptimizerResult(x, True, "the gradient is below its tolerance", iteration)
            if converged or rises > RISES:
                return self._carefully(evaluator, best_x, seed, iteration)
            points = [*points, x][-kept:]
            steps = [*steps, -gradient / curvature][-kept:]
            weights = _weights(steps, curvature)
            x = weights @ (np.array(points) + np.array(steps))
        return OptimizerResult(best_x, False, "the limit of iterations is reached", self.maxiter)

    def _carefully(self, evaluator: Evaluator, x: Vector, seed: int, used: int) -> OptimizerResult:
        """Continue with a method whose energy cannot rise."""
        left = max(1, self.maxiter - used)
        options: dict[str, Any] = {"maxiter": left, "tolerance": self.tolerance}
        outcome = OPTIMIZERS.create({"name": "l-bfgs-b", **options}).minimize(evaluator, x, seed)
        message = f"l-bfgs-b after the energy rose: {outcome.message}"
        return OptimizerResult(outcome.x, outcome.converged, message, used + outcome.steps)


def _value_and_gradient(evaluator: Evaluator, x: Vector, curvature: Vector) -> tuple[float, Vector]:
    """The energy and its gradient, analytic or by forward differences.

    The curvature's share of a difference is known, so that `STEP` can be long enough for round-off.
    """
    if isinstance(evaluator.objective, HasGradient):
        return evaluator.value_and_gradient(x)
    points = [x, *(x + STEP * np.eye(x.size))]
    energy, *displaced = (found.value for found in evaluator.estimates(points))
    return energy, (np.array(displaced) - energy) / STEP - 0.5 * STEP * curvature


def _weights(steps: list[Vector], curvature: Vector) -> Vector:
    """Weights of sum one with the shortest extrapolated step, in units of the curvature."""
    scaled = np.array(steps) * np.sqrt(curvature)
    size = len(steps)
    matrix = np.ones((size + 1, size + 1))
    matrix[:size, :size] = scaled @ scaled.T
    matrix[:size, :size] /= max(np.trace(matrix[:size, :size]), 1e-300)
    matrix[size, size] = 0.0
    right = np.zeros(size + 1)
    right[size] = 1.0
    return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0][:size])

"""SciPy's minimisers as optimisers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, HasGradient, Objective, OptimizerResult, Traits
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.optimizers import Optimizer


class ScipyOptimizer(Optimizer):
    """A method of `scipy.optimize.minimize`."""

    asks_point_by_point: ClassVar[bool] = True
    method: ClassVar[str]
    uses_gradient: ClassVar[bool] = False

    def options(self, x0: Vector) -> dict[str, Any]:
        """The method's options for a starting point."""
        raise NotImplementedError

    def enough(self, energies: Sequence[float]) -> str | None:
        """The stopping criterion beyond SciPy's that is met; None if there is none.

        Args:
            energies: Energies at the end of every iteration, Hartree.
        """
        return None

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Run SciPy's method, with finite differences where there is no analytic gradient.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        from scipy.optimize import OptimizeResult, minimize

        last: dict[str, Any] = {}
        energies: list[float] = []

        def value_and_gradient(x: Vector) -> tuple[float, Vector]:
            energy, gradient = evaluator.value_and_gradient(x)
            last["gradient"] = (x.copy(), float(np.linalg.norm(gradient)))
            return energy, gradient

        def callback(intermediate_result: OptimizeResult) -> None:
            x = np.asarray(intermediate_result.x)
            norm = None
            if "gradient" in last and np.array_equal(last["gradient"][0], x):
                norm = last["gradient"][1]
            energies.append(float(intermediate_result.fun))
            evaluator.step(x, energies[-1], norm)
            if self.enough(energies):
                raise StopIteration

        analytic = self.uses_gradient and isinstance(evaluator.objective, HasGradient)
        # SciPy gives all points of a finite difference to its workers at once.
        batched = self.uses_gradient and not analytic
        differences = {"workers": partial(_in_one_batch, evaluator)} if batched else {}
        found = minimize(
            value_and_gradient if analytic else evaluator.value,
            x0,
            jac=True if analytic else None,
            method=self.method,
            callback=callback,
            options={**self.options(x0), **differences},
        )
        steps = int(getattr(found, "nit", 0) or 0)
        reason = self.enough(energies)
        if reason:
            return OptimizerResult(np.asarray(found.x), True, reason, steps)
        message = str(found.message)
        message = message.lower() if message.isupper() else message
        return OptimizerResult(np.asarray(found.x), bool(found.success), message, steps)


def _in_one_batch(evaluator: Evaluator, _: object, points: Iterable[Vector]) -> list[Vector]:
    """The energies of points, evaluated together, each as an array as SciPy expects it."""
    return [np.array([found.value]) for found in evaluator.estimates(list(points))]


class GradientOptimizer(ScipyOptimizer):
    """A method that needs gradients, analytic or by finite differences."""

    tolerates_sampling: ClassVar[bool] = False
    uses_gradient: ClassVar[bool] = True


class ScaledEvaluator:
    """An evaluator as a function of scaled parameters ``y = x · scale``.

    Args:
        evaluator: The evaluator as a function of x.
        scale: Positive scale factors, shape (num_parameters,).
    """

    def __init__(self, evaluator: Evaluator, scale: Vector) -> None:
        self._evaluator = evaluator
        self._scale = scale
        self._last: tuple[Vector, float] | None = None

    @property
    def objective(self) -> Objective:
        """The objective, a function of x."""
        return self._evaluator.objective

    @property
    def traits(self) -> Traits:
        """Properties of the objective."""
        return self._evaluator.traits

    def value(self, x: Vector) -> float:
        """The energy."""
        return self._evaluator.value(x / self._scale)

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with standard errors."""
        return self._evaluator.estimates(
            [y / self._scale for y in points], shot_multiplier, purpose
        )

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """Fidelities of pairs of states."""
        scaled = [(x / self._scale, y / self._scale) for x, y in pairs]
        return self._evaluator.fidelities(scaled, shot_multiplier)

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its gradient with respect to y."""
        energy, gradient = self._evaluator.value_and_gradient(x / self._scale)
        self._last = (x.copy(), float(np.linalg.norm(gradient)))
        return energy, gradient / self._scale

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Report a step with the norm of the gradient with respect to x, not y."""
        if self._last is not None and np.array_equal(self._last[0], x):
            gradient_norm = self._last[1]
        self._evaluator.step(x / self._scale, energy, gradient_norm)

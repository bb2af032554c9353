"""Limited-memory BFGS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, OptimizerResult
from vqe_cli.variational.optimizers._scipy import GradientOptimizer, ScaledEvaluator

WINDOW = 10
"""The number of iterations over which the change of the energy is compared."""

MEMORY = 30
"""The number of stored steps; with SciPy's ten, flat valleys take two to three times longer."""


class LBfgsB(GradientOptimizer):
    """Limited-memory BFGS; the best choice for exact energies with analytic gradients.

    Reference:
        Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1190 (1995); SciPy.
    """

    method: ClassVar[str] = "L-BFGS-B"

    maxiter: int = Field(default=5000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-6,
        gt=0,
        description="Convergence threshold for the largest gradient component, Hartree.",
    )
    energy_tolerance: float = Field(
        default=1e-8,
        gt=0,
        description="Convergence threshold for the gain over the last ten iterations, Hartree.",
    )
    scaled: bool = Field(
        default=True,
        description="Whether parameters are scaled by the curvature from orbital energies.",
    )

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Minimise over ``y = x √curvature``, in which all directions are about as steep.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        curvature = evaluator.traits.curvature
        if not self.scaled or curvature is None:
            return super().minimize(evaluator, x0, seed)
        scale = np.sqrt(np.array(curvature))
        outcome = super().minimize(ScaledEvaluator(evaluator, scale), x0 * scale, seed)
        return replace(outcome, x=outcome.x / scale)

    def enough(self, energies: Sequence[float]) -> str | None:
        """The criterion of a converged energy: in flat valleys it is met before the gradient's."""
        if len(energies) <= WINDOW or energies[-1 - WINDOW] - energies[-1] > self.energy_tolerance:
            return None
        return (
            f"the energy changed by less than {self.energy_tolerance:g} Ha in {WINDOW} iterations"
        )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options; a change of the energy in the thirteenth digit stops it as well."""
        budget = 20 * self.maxiter * (x0.size + 1)
        return {
            "maxiter": self.maxiter,
            "maxfun": budget,
            "gtol": self.tolerance,
            "ftol": 1e-13,
            "maxcor": MEMORY,
        }

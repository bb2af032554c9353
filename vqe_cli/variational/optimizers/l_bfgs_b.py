"""Limited-memory BFGS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, Outcome
from vqe_cli.variational.optimizers._scipy import GradientOptimizer, ScaledEvaluator

WINDOW = 10
"""Iterations over which the change of the energy is looked at."""

MEMORY = 30
"""Steps that are remembered: with SciPy's ten, flat valleys take two to three times longer."""


class LBfgsB(GradientOptimizer):
    """Limited-memory BFGS; the best choice for exact energies with analytic gradients.

    Reference:
        Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1190 (1995); SciPy.
    """

    method: ClassVar[str] = "L-BFGS-B"

    maxiter: int = Field(5000, ge=1, description="Iterations.")
    tolerance: float = Field(
        1e-6, gt=0, description="Largest component of the gradient, in Hartree, at the end."
    )
    energy_tolerance: float = Field(
        1e-8, gt=0, description="Or the gain over the last ten iterations, in Hartree, at the end."
    )
    scaled: bool = Field(
        True, description="Scale parameters by the curvature, where orbital energies give it."
    )

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """Minimise over ``y = x √curvature``, in which all directions are about as steep."""
        curvature = evaluator.traits.curvature
        if not self.scaled or curvature is None:
            return super().minimize(evaluator, x0, seed)
        scale = np.sqrt(np.array(curvature))
        outcome = super().minimize(ScaledEvaluator(evaluator, scale), x0 * scale, seed)
        return replace(outcome, x=outcome.x / scale)

    def enough(self, energies: Sequence[float]) -> str | None:
        """In a flat valley the energy has converged long before the gradient has."""
        if len(energies) <= WINDOW or energies[-1 - WINDOW] - energies[-1] > self.energy_tolerance:
            return None
        return (
            f"the energy changed by less than {self.energy_tolerance:g} Ha in {WINDOW} iterations"
        )

    def options(self, x0: Vector) -> dict[str, Any]:
        """Stop by the gradient, or when the energy no longer changes in the twelfth digit."""
        budget = 20 * self.maxiter * (x0.size + 1)
        return {
            "maxiter": self.maxiter,
            "maxfun": budget,
            "gtol": self.tolerance,
            "ftol": 1e-13,
            "maxcor": MEMORY,
        }

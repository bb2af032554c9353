"""BFGS."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, OptimizerResult
from vqe_cli.variational.optimizers._scipy import GradientOptimizer


class Bfgs(GradientOptimizer):
    """BFGS with a dense approximate inverse Hessian.

    Reference:
        Nocedal and Wright, Numerical Optimization, 2nd ed., section 6.1; SciPy.
    """

    method: ClassVar[str] = "BFGS"

    maxiter: int = Field(default=1000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-5,
        gt=0,
        description="Convergence threshold for the largest gradient component, Hartree.",
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options."""
        return {"maxiter": self.maxiter, "gtol": self.tolerance}

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Run SciPy's BFGS; a line search stopped by round-off counts as converged.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        outcome = super().minimize(evaluator, x0, seed)
        if outcome.converged or "precision loss" not in outcome.message:
            return outcome
        message = "the energy cannot be lowered further within round-off"
        return OptimizerResult(outcome.x, True, message, outcome.steps)

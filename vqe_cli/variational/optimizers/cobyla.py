"""Constrained optimisation by linear approximation."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import ScipyOptimizer


class Cobyla(ScipyOptimizer):
    """Linear models in a shrinking trust region, without gradients.

    Reference:
        Powell, in Advances in Optimization and Numerical Analysis (1994), p. 51; PRIMA in SciPy.
    """

    method: ClassVar[str] = "COBYLA"

    maxiter: int = Field(default=5000, ge=1, description="Maximum number of energy evaluations.")
    tolerance: float = Field(
        default=1e-5, gt=0, description="Final radius of the trust region, radians."
    )
    initial_radius: float = Field(
        default=0.2, gt=0, description="Initial radius of the trust region, radians."
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options; building a simplex takes at least n + 2 evaluations."""
        maxiter = max(self.maxiter, x0.size + 2)
        return {"maxiter": maxiter, "rhobeg": self.initial_radius, "tol": self.tolerance}

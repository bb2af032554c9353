"""Constrained optimisation by linear approximation."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import ScipyOptimizer


class Cobyla(ScipyOptimizer):
    """Linear models on a simplex in a shrinking trust region; no gradients.

    Reference:
        Powell, in Advances in Optimization and Numerical Analysis (1994), p. 51; PRIMA in SciPy.
    """

    method: ClassVar[str] = "COBYLA"

    maxiter: int = Field(5000, ge=1, description="Energy evaluations.")
    tolerance: float = Field(1e-5, gt=0, description="Radius of the trust region at the end.")
    initial_radius: float = Field(0.2, gt=0, description="Radius at the start, in radians.")

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options; a method that builds a simplex needs n + 2 evaluations at least."""
        maxiter = max(self.maxiter, x0.size + 2)
        return {"maxiter": maxiter, "rhobeg": self.initial_radius, "tol": self.tolerance}

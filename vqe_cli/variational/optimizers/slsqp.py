"""Sequential least squares programming."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import GradientOptimizer


class Slsqp(GradientOptimizer):
    """Sequential least squares programming.

    Reference:
        Kraft, DFVLR-FB 88-28 (1988); SciPy.
    """

    method: ClassVar[str] = "SLSQP"

    maxiter: int = Field(1000, ge=1, description="Iterations.")
    tolerance: float = Field(1e-10, gt=0, description="Change of the energy in Hartree at the end.")

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options."""
        return {"maxiter": self.maxiter, "ftol": self.tolerance}

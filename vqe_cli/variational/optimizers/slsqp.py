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

    maxiter: int = Field(default=1000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-10,
        gt=0,
        description="Convergence threshold for the change of the energy, Hartree.",
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options."""
        return {"maxiter": self.maxiter, "ftol": self.tolerance}

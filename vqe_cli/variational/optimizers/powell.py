"""Powell's conjugate directions."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import ScipyOptimizer


class Powell(ScipyOptimizer):
    """Line searches along conjugate directions, without gradients.

    Reference:
        Powell, Comput. J. 7, 155 (1964); SciPy.
    """

    method: ClassVar[str] = "Powell"
    tolerates_sampling: ClassVar[bool] = False

    maxiter: int = Field(default=1000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-10,
        gt=0,
        description="Convergence threshold for the relative change of the energy.",
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options."""
        return {"maxiter": self.maxiter, "ftol": self.tolerance, "xtol": 1e-4}

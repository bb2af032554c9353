"""Constrained optimisation by quadratic approximation."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import ScipyOptimizer


class Cobyqa(ScipyOptimizer):
    """Quadratic models in a shrinking trust region, without gradients.

    Reference:
        Ragonneau and Zhang, COBYQA (2022), successor of Powell's BOBYQA; SciPy.
    """

    method: ClassVar[str] = "COBYQA"
    tolerates_sampling: ClassVar[bool] = False

    maxiter: int = Field(default=1000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-6, gt=0, description="Final radius of the trust region, radians."
    )
    initial_radius: float = Field(
        default=0.2, gt=0, description="Initial radius of the trust region, radians."
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options; the first model alone takes 2n + 1 evaluations."""
        return {
            "maxiter": self.maxiter,
            "maxfev": max(10 * self.maxiter, 3 * x0.size + 3),
            "initial_tr_radius": self.initial_radius,
            "final_tr_radius": self.tolerance,
        }

"""Limited-memory BFGS."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from vqe_cli.objective import Vector
from vqe_cli.optimizers._scipy import GradientOptimizer


class LBfgsB(GradientOptimizer):
    """Limited-memory BFGS; the best choice for exact energies with analytic gradients.

    Reference:
        Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1190 (1995); SciPy.
    """

    method: ClassVar[str] = "L-BFGS-B"

    maxiter: int = Field(1000, ge=1, description="Iterations.")
    tolerance: float = Field(
        1e-6, gt=0, description="Largest component of the gradient, in Hartree, at the end."
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """Stop by the gradient, or when the energy no longer changes in the twelfth digit."""
        budget = 20 * self.maxiter * (x0.size + 1)
        return {"maxiter": self.maxiter, "maxfun": budget, "gtol": self.tolerance, "ftol": 1e-13}

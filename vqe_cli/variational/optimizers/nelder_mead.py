"""The downhill simplex."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.optimizers._scipy import ScipyOptimizer


class NelderMead(ScipyOptimizer):
    """The downhill simplex method, for few parameters.

    Reference:
        Nelder and Mead, Comput. J. 7, 308 (1965); adaptive parameters of Gao and Han,
        Comput. Optim. Appl. 51, 259 (2012); SciPy.
    """

    method: ClassVar[str] = "Nelder-Mead"

    maxiter: int = Field(default=20000, ge=1, description="Maximum number of iterations.")
    tolerance: float = Field(
        default=1e-9,
        gt=0,
        description="Convergence threshold for the spread of the simplex's energies, Hartree.",
    )
    initial_step: float = Field(
        default=0.1, gt=0, description="Edge length of the first simplex, radians."
    )

    def options(self, x0: Vector) -> dict[str, Any]:
        """SciPy's options, with a first simplex that does not depend on the size of x0."""
        simplex = np.vstack([x0, x0 + self.initial_step * np.eye(x0.size)])
        return {
            "maxiter": self.maxiter,
            "maxfev": 2 * self.maxiter,
            "fatol": self.tolerance,
            "xatol": 1e-5,
            "initial_simplex": simplex,
            "adaptive": x0.size > 5,
        }

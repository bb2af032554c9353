"""No optimisation."""

from __future__ import annotations

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import FINAL_PURPOSE, Evaluator, OptimizerResult
from vqe_cli.variational.optimizers import Optimizer


class NoOptimizer(Optimizer):
    """One evaluation at the starting point.

    Reference:
        None; the energy of one circuit at given parameters.
    """

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Evaluate the energy once.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        (found,) = evaluator.estimates([x0], purpose=FINAL_PURPOSE)
        evaluator.step(x0, found.value)
        return OptimizerResult(x0, True, "evaluated at the starting point", 1)

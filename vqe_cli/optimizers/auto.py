"""The method that suits the objective."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vqe_cli.objective import Evaluator, Outcome, Traits, Vector
from vqe_cli.optimizers import OPTIMIZERS, Optimizer


class Auto(Optimizer):
    """diis for excitations from the reference, else l-bfgs-b; nft where energies scatter.

    Reference:
        The choice that the measured evaluation counts in the documentation suggest.
    """

    maxiter: int | None = Field(None, ge=1, description="Iterations; default: the method's own.")
    tolerance: float | None = Field(None, gt=0, description="Default: the method's own.")

    def resolve(self, traits: Traits) -> Optimizer:
        """Choose by whether energies scatter, and whether their curvature is known."""
        guided = traits.has_gradient and traits.from_reference and traits.curvature is not None
        name = "nft" if traits.sampled else "diis" if guided else "l-bfgs-b"
        options: dict[str, Any] = {"name": name}
        options |= self.model_dump(exclude_none=True)
        return OPTIMIZERS.create(options, path=("optimizer",))

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """Resolve, then minimise."""
        return self.resolve(evaluator.traits).minimize(evaluator, x0, seed)

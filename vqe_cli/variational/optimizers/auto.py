"""The choice of an optimiser by the objective."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, Objective, OptimizerResult
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer

LONGEST_SWEEP = 64
"""The largest number of energies per sweep with which nft needs fewer shots than spsa."""


class Auto(Optimizer):
    """diis or l-bfgs-b for exact energies, nft or spsa for sampled ones.

    diis is chosen for excitations from the reference determinant, l-bfgs-b for other states. nft
    needs fewer shots than spsa if its sweeps are short, or all parameters are plain rotations; many
    excitations with shared amplitudes make sweeps long.

    Reference:
        The choice follows the measured evaluation counts in the documentation.
    """

    maxiter: int | None = Field(
        default=None,
        ge=1,
        description="Maximum number of iterations. Default: that of the chosen method.",
    )
    tolerance: float | None = Field(
        default=None, gt=0, description="Convergence threshold. Default: that of the chosen method."
    )

    def resolve(self, objective: Objective) -> Optimizer:
        """The optimiser chosen by whether energies are sampled and curvatures are known."""
        options: dict[str, Any] = {"name": _choice(objective)}
        options |= self.model_dump(exclude_none=True)
        return OPTIMIZERS.create(options, path=("optimizer",))

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Resolve, then minimise.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        return self.resolve(evaluator.objective).minimize(evaluator, x0, seed)


def _choice(objective: Objective) -> str:
    traits = objective.traits
    if not traits.sampled:
        guided = traits.from_reference and traits.curvature is not None
        return "diis" if guided else "l-bfgs-b"
    degrees = [spectrum.degree for spectrum in traits.spectra]
    short = 2 * sum(degrees) <= LONGEST_SWEEP or max(degrees) <= 1
    return "nft" if short else "spsa"

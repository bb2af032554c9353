"""The method that suits the objective."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, HasGradient, Objective, Outcome
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer

LONGEST_SWEEP = 64
"""Energies in a sweep of nft up to which it needs fewer shots than spsa."""


class Auto(Optimizer):
    """diis for excitations from the reference, else l-bfgs-b; for sampled energies nft or spsa.

    nft needs fewer shots than spsa where its sweeps are short, or all parameters are plain
    rotations; many excitations that share amplitudes have long ones.

    Reference:
        The choice that the measured evaluation counts in the documentation suggest.
    """

    maxiter: int | None = Field(None, ge=1, description="Iterations; default: the method's own.")
    tolerance: float | None = Field(None, gt=0, description="Default: the method's own.")

    def resolve(self, objective: Objective) -> Optimizer:
        """Choose by whether energies scatter, and whether their curvature is known."""
        options: dict[str, Any] = {"name": _choice(objective)}
        options |= self.model_dump(exclude_none=True)
        return OPTIMIZERS.create(options, path=("optimizer",))

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """Resolve, then minimise."""
        return self.resolve(evaluator.objective).minimize(evaluator, x0, seed)


def _choice(objective: Objective) -> str:
    traits = objective.traits
    if not traits.sampled:
        guided = traits.from_reference and traits.curvature is not None
        return "diis" if guided and isinstance(objective, HasGradient) else "l-bfgs-b"
    degrees = [spectrum.degree for spectrum in traits.spectra]
    short = 2 * sum(degrees) <= LONGEST_SWEEP or max(degrees) <= 1
    return "nft" if short else "spsa"

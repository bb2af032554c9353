"""Simultaneous perturbation with a metric from fidelities of states."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import ComparesStates, Evaluator, Expected
from vqe_cli.errors import InputError
from vqe_cli.variational.optimizers._perturbation import random_directions
from vqe_cli.variational.optimizers._stochastic import Condition, StochasticOptimizer

LOST_FIDELITY = 0.2
"""Approximate loss of fidelity by a shift of all parameters."""

PRIOR_SAMPLES = 2
"""The number of samples, for each parameter, that the initial unit metric counts as."""


class Qnspsa(StochasticOptimizer):
    """SPSA along the natural gradient, with two energies and four fidelities per step.

    If parameters change the state by different amounts, as in layered circuits, steps become
    equal in the state instead of in the angles. Gains, shots and convergence are those of spsa.

    Reference:
        Gacon, Zoufal, Carleo and Woerner, Quantum 5, 567 (2021).
    """

    regularization: float = Field(
        default=0.1, gt=0, description="Shift added to the metric's eigenvalues, whose mean is one."
    )

    def check(self, expected: Expected) -> None:
        """Refuse objectives that do not compare states."""
        super().check(expected)
        if not expected.can(ComparesStates):
            raise InputError(
                "qnspsa measures fidelities between states, which needs shots",
                path=("optimizer",),
                hint="add shots to the backend, or use l-bfgs-b",
            )

    def condition(self, evaluator: Evaluator, rng: np.random.Generator) -> Condition:
        """The function that turns gradients into natural gradients."""
        size = evaluator.traits.num_parameters
        return _Metric(evaluator, rng, self.regularization, np.eye(size)).natural


@dataclass
class _Metric:
    """The running mean of samples of the quantum geometric tensor.

    Args:
        evaluator: The evaluator of fidelities.
        rng: The generator of random directions.
        regularization: Shift of the eigenvalues, in units of their mean.
        mean: Mean of the samples, shape (num_parameters, num_parameters).
        samples: Number of samples in the mean.
    """

    evaluator: Evaluator
    rng: np.random.Generator
    regularization: float
    mean: Vector
    samples: int = field(init=False)

    def __post_init__(self) -> None:
        self.samples = PRIOR_SAMPLES * self.mean.shape[0]

    def natural(self, x: Vector, gradient: Vector, shot_multiplier: float) -> Vector:
        """The natural gradient; equal to the gradient if all angles count alike.

        Negative eigenvalues, which scatter causes, are made positive as in the paper:
        ``sqrt(g gᵀ) + β``.
        """
        self.samples += 1
        self.mean = self.mean + (self._sample(x, shot_multiplier) - self.mean) / self.samples
        eigenvalues, vectors = np.linalg.eigh(self.mean)
        sizes = np.abs(eigenvalues)
        damped = sizes / sizes.mean() + self.regularization
        return np.asarray(vectors @ ((vectors.T @ gradient) / damped))

    def _sample(self, x: Vector, shot_multiplier: float) -> Vector:
        """``−½ ∂² F`` along two random directions, from four fidelities measured at once."""
        first, second = random_directions(self.rng, 2, x.size)
        shift = np.sqrt(LOST_FIDELITY / x.size)
        shifts = [first + second, first, second - first, -first]
        found = self.evaluator.fidelities([(x, x + shift * way) for way in shifts], shot_multiplier)
        both, ahead, aside, behind = (estimate.value for estimate in found)
        change = -0.5 * (both - ahead - aside + behind) / (2 * shift**2)
        outer = np.outer(first, second)
        return np.asarray(change * (outer + outer.T) / 2)

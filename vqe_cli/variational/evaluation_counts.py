"""How many energies an optimiser asks for, and in how many jobs: counted on a model function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import Traits
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.optimizers import Optimizer

SLOPE = 0.1
"""Hartree: the height of the model function's waves."""


@dataclass(frozen=True)
class Optimisation:
    """What an optimiser takes at the most.

    Args:
        name: Of the optimiser.
        steps: It makes.
        energies: In all these steps, those to begin with, and the one at the end.
        jobs: In which they are asked for.
    """

    name: str
    steps: int
    energies: int
    jobs: int


class ModelEvaluator:
    """Counts what an optimiser asks for; the energy is a sum of one wave for each parameter.

    After every step the waves move on and down, so that no optimiser finds that it has converged.

    Args:
        spectra: How the energy depends on each parameter.
        error: Standard error that energies are said to have, Hartree.
    """

    def __init__(self, spectra: tuple[Spectrum, ...], error: float) -> None:
        self.traits = Traits(
            num_parameters=len(spectra),
            has_gradient=False,
            sampled=True,
            noisy=True,
            conserving=False,
            spectra=spectra,
            has_samples=True,
            to_precision=True,
            remote=True,
        )
        self._units = np.array([spectrum.unit for spectrum in spectra])
        self._error = error
        self._steps = self.jobs = 0
        self.energies = 0.0

    def value(self, x: Vector) -> float:
        """The energy of one point, in a job of its own."""
        return self.estimates([x])[0].value

    def estimates(
        self, points: Sequence[Vector], effort: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """The energies of several points, in one job."""
        self.energies += effort * len(points)
        self.jobs += 1
        return [Estimate(self._height(point), self._error, 1) for point in points]

    def _height(self, x: Vector) -> float:
        waves = float(np.cos(self._units * x - self._steps).sum())
        return -SLOPE * waves - self._steps

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], effort: float = 1.0
    ) -> list[Estimate]:
        """Overlaps, each a job that is no dearer than an energy."""
        self.energies += effort * len(pairs)
        self.jobs += len(pairs)
        return [Estimate(float(np.exp(-np.sum((x - y) ** 2))), self._error, 1) for x, y in pairs]

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Devices give no gradients."""
        raise NotImplementedError

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Move the waves."""
        self._steps += 1


def counted(
    optimizer: Optimizer, spectra: tuple[Spectrum, ...], error: float, seed: int
) -> Optimisation:
    """Let an optimiser make two steps and three on a model function, and count.

    The difference is a step, and all further ones are taken to be like it. An optimiser that
    converges earlier takes less; one that raises its shots on the way takes more for each energy.

    Args:
        optimizer: With an option `maxiter`.
        spectra: How the energy depends on each parameter.
        error: Standard error of each energy, Hartree.
        seed: Of the run.
    """
    start = stream(seed, "predicted start").generator.uniform(-1.0, 1.0, len(spectra))
    steps = int(optimizer.model_dump()["maxiter"])
    few = min(steps, 2)
    found = []
    for number in (few, few + 1):
        evaluator = ModelEvaluator(spectra, error)
        optimizer.model_copy(update={"maxiter": number}).minimize(evaluator, start, seed)
        found.append(np.array([evaluator.energies, evaluator.jobs]))
    energies, jobs = found[0] + (steps - few) * (found[1] - found[0]) + 1
    return Optimisation(optimizer.name, steps, int(energies), int(jobs))

"""The numbers of energies and jobs that an optimiser needs, counted on a model function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import Evaluator, Objective, Remote, Traits
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.backend_records import BackendRecord
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.search_progress import Progress

EXPECTED_ERROR = 1e-3
"""Standard error of energies on a device that counting assumes, Hartree."""

SLOPE = 0.1
"""Amplitude of the model function's waves, Hartree."""


@dataclass(frozen=True)
class Optimisation:
    """What an optimisation takes at most.

    Args:
        name: The optimiser's name.
        steps: The number of steps.
        energies: The number of energies, those before the first and after the last step included.
        jobs: The number of jobs that evaluate these energies.
    """

    name: str
    steps: int
    energies: int
    jobs: int


class ModelObjective:
    """A counting objective whose energy is a sum of one wave for each parameter.

    After every step the waves move on and down, so that no optimiser converges.

    Args:
        spectra: The frequencies of the energy in each parameter.
        error: Standard error of the energies, Hartree.
    """

    record = BackendRecord(representation="model")

    def __init__(self, spectra: tuple[Spectrum, ...], error: float) -> None:
        self.traits = Traits(
            num_parameters=len(spectra),
            sampled=True,
            noisy=True,
            conserving=False,
            spectra=spectra,
            to_precision=True,
        )
        self._units = np.array([spectrum.unit for spectrum in spectra])
        self._error = error
        self._steps = self.jobs = 0
        self.asked = 0.0

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy at one point, in a job of its own."""
        return self.energies([x], [seed], shot_multiplier)[0]

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """Energies at several points, in one job."""
        self.asked += shot_multiplier * len(points)
        self.jobs += 1
        return [Estimate(self._height(point), self._error, 1) for point in points]

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The fidelity of two states, in a job that costs as much as an energy."""
        self.asked += shot_multiplier
        self.jobs += 1
        return Estimate(float(np.exp(-np.sum((x - y) ** 2))), self._error, 1)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """No observables: the model conserves nothing."""
        return {}

    def move(self, _: Progress) -> None:
        """Move the waves, at the end of a step."""
        self._steps += 1

    def _height(self, x: Vector) -> float:
        waves = float(np.cos(self._units * x - self._steps).sum())
        return -SLOPE * waves - self._steps


def evaluator_of(model: ModelObjective, seed: int) -> Evaluator:
    """The evaluator of a model objective.

    Args:
        model: The objective.
        seed: The run's random seed.
    """
    return EvaluationLog(model, seed, NoJournal(), model.move)


def counted(
    optimizer: Optimizer, spectra: tuple[Spectrum, ...], error: float, seed: int
) -> Optimisation:
    """The evaluations of an optimiser, extrapolated from two and three steps on a model function.

    All further steps are assumed to take as much as the third. An optimiser that converges earlier
    takes less; one that raises its shots on the way takes more for each energy.

    Args:
        optimizer: An optimiser with an option `maxiter`.
        spectra: The frequencies of the energy in each parameter.
        error: Standard error of each energy, Hartree.
        seed: The run's random seed.
    """
    start = stream(seed, "predicted start").generator.uniform(-1.0, 1.0, len(spectra))
    steps = int(optimizer.model_dump()["maxiter"])
    few = min(steps, 2)
    found = []
    for number in (few, few + 1):
        model = ModelObjective(spectra, error)
        limited = optimizer.model_copy(update={"maxiter": number})
        limited.minimize(evaluator_of(model, seed), start, seed)
        found.append(np.array([model.asked, model.jobs]))
    energies, jobs = found[0] + (steps - few) * (found[1] - found[0]) + 1
    return Optimisation(optimizer.name, steps, int(energies), int(jobs))


def foresee(optimizer: Optimizer, objective: Objective, starts: int, seed: int) -> None:
    """Announce to a device what a search on it will take, so that the whole cost can be approved.

    Args:
        optimizer: The optimiser, resolved for the objective.
        objective: The search objective, on a device or not.
        starts: Number of starting points.
        seed: The run's random seed.

    Raises:
        InputError: The search would cost money, and no limit is set.
    """
    traits = objective.traits
    if not isinstance(objective, Remote) or optimizer.name == "none" or not traits.num_parameters:
        return
    spectra = traits.spectra or (Spectrum(1.0, 1),) * traits.num_parameters
    whole = counted(optimizer, spectra, EXPECTED_ERROR, seed)
    objective.foresee(starts * whole.energies, starts * whole.jobs)

"""The validity of error bars of sampled energies, and the shots that an accuracy takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.seeds import stream
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.analysis.diagnosis.optimum import Optimum
from vqe_cli.analysis.diagnosis.options import DiagnosisOptions, Tell
from vqe_cli.backends import BACKENDS
from vqe_cli.backends._measured import MeasuredObjective
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.measurement.estimates import Estimate

COVERED = 1.96
"""Half-width, in standard errors, of an interval that holds the true value in 95 % of cases."""

REFERENCE_SHOTS = 1000
"""Shots of the prepared objective; other numbers are set by the shot multiplier."""


@dataclass(frozen=True)
class ShotsPoint:
    """Repeated measurements with the same number of shots.

    Args:
        shots_per_setting: Average number of shots per measurement basis.
        shots: Number of shots in all measurement bases.
        spread: Standard deviation of the energies, Hartree.
        spread_error: Standard error of the spread for normally distributed energies, Hartree.
        standard_error: Mean of the reported standard errors, Hartree.
        covered: Share of repetitions whose interval of 1.96 standard errors holds the exact energy.
    """

    shots_per_setting: int
    shots: int
    spread: float
    spread_error: float
    standard_error: float
    covered: float


@dataclass(frozen=True)
class MethodStudy:
    """The study of one measurement method.

    Args:
        measurement: Name of the method.
        settings: Number of measurement bases.
        points: Points by ascending number of shots.
        fitted: Shots times squared spread, Ha².
        fitted_error: Standard error of `fitted`, Ha².
        predicted: Shots times variance by the plan, Ha²: optimal allocation, approximate
            variances, no pilot.
        repetitions: Number of repetitions of each point.
    """

    measurement: str
    settings: int
    points: tuple[ShotsPoint, ...]
    fitted: float
    fitted_error: float
    predicted: float
    repetitions: int

    @property
    def shots_to_accuracy(self) -> float:
        """The number of shots for a standard error of chemical accuracy, one a basis at least."""
        needed = self.fitted / (CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE) ** 2
        return max(needed, float(self.settings))


@dataclass(frozen=True)
class ShotsStudy:
    """Measurement methods side by side.

    Args:
        energy: Energy by exact simulation, Hartree.
        methods: Studies of all measurement methods.
    """

    energy: float
    methods: tuple[MethodStudy, ...]

    @property
    def conclusion(self) -> str:
        """The conclusion, in one sentence."""
        parts = [f"{m.shots_to_accuracy:,.0f} with {m.measurement}" for m in self.methods]
        return f"shots to a standard error of {CHEMICAL_ACCURACY_MHA} mHa: {', '.join(parts)}"


def shots_study(optimum: Optimum, options: DiagnosisOptions, seed: int, tell: Tell) -> ShotsStudy:
    """Measure the same energy repeatedly.

    Args:
        optimum: The parameterised state and its parameters.
        options: The measurement methods, numbers of shots and repetitions.
        seed: The run's random seed, from which all seeds derive.
        tell: Callback, called with a message before each point.

    Returns:
        The study.
    """
    methods = options.measurements or _default(optimum.state.encoding.problem)
    return ShotsStudy(
        optimum.energy, tuple(_method(name, optimum, options, seed, tell) for name in methods)
    )


def _default(problem: Problem) -> tuple[str, ...]:
    if not isinstance(problem, ElectronicProblem):
        return ("qubit-wise",)
    return ("qubit-wise", "fluid" if problem.beta is None else "fully-commuting")


def _method(
    measurement: str | dict[str, Any],
    optimum: Optimum,
    options: DiagnosisOptions,
    seed: int,
    tell: Tell,
) -> MethodStudy:
    selection = {"name": "exact", "shots": REFERENCE_SHOTS, "measurement": measurement}
    objective = BACKENDS.create(selection).prepare(optimum.state, seed)
    assert isinstance(objective, MeasuredObjective)
    task = objective.task
    points = []
    for index, shots in enumerate(sorted(set(options.shots))):
        tell(f"shots: {task.measurement}, {shots} in each setting, {options.repetitions} times")
        seeds = [
            stream(seed, "repeated energy", index, number).seed
            for number in range(options.repetitions)
        ]
        shot_multiplier = shots / REFERENCE_SHOTS
        found = [objective.energy(optimum.x, own, shot_multiplier) for own in seeds]
        points.append(shots_point(found, shots, optimum.energy))
    costs = np.array([point.shots * point.spread**2 for point in points])
    fitted = float(costs.mean())
    freedom = len(points) * (options.repetitions - 1)
    return MethodStudy(
        measurement=task.measurement,
        settings=len(task.plan.bases),
        points=tuple(points),
        fitted=fitted,
        fitted_error=fitted * math.sqrt(2.0 / freedom),
        predicted=task.plan.shots_times_variance,
        repetitions=options.repetitions,
    )


def shots_point(found: Sequence[Estimate], shots: int, exact: float) -> ShotsPoint:
    """The statistics of repeated measurements.

    Args:
        found: Measured energies with standard errors.
        shots: Average number of shots per measurement basis.
        exact: Energy by exact simulation, Hartree.
    """
    values = np.array([estimate.value for estimate in found])
    errors = np.array([estimate.standard_error for estimate in found], dtype=float)
    spread = float(values.std(ddof=1))
    return ShotsPoint(
        shots_per_setting=shots,
        shots=round(float(np.mean([estimate.shots for estimate in found]))),
        spread=spread,
        spread_error=spread / math.sqrt(2.0 * (values.size - 1)),
        standard_error=float(errors.mean()),
        covered=float(np.mean(np.abs(values - exact) <= COVERED * errors)),
    )

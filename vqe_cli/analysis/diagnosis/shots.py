"""Whether error bars of sampled energies are honest, and how many shots an accuracy takes."""

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
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Estimate

COVERED = 1.96
"""Standard errors around an estimate within which the truth lies in 95 % of cases."""

REFERENCE_SHOTS = 1000
"""Of the prepared objective; other numbers are multiples of it."""


@dataclass(frozen=True)
class ShotsPoint:
    """Repeated measurements with the same number of shots.

    Args:
        shots_per_setting: On average.
        shots: In all settings together.
        spread: Standard deviation of the energies, Hartree.
        spread_error: Of it, for energies that are normally distributed, Hartree.
        standard_error: As reported, mean of the repetitions, Hartree.
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
    """One way of measuring.

    Args:
        measurement: Its name.
        settings: Changes of basis.
        points: By shots.
        fitted: Shots times squared spread, Ha².
        fitted_error: Of it, Ha².
        predicted: The same, from the plan: optimal allocation, approximate variances, no pilot.
        repetitions: Of each point.
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
        """For a standard error of chemical accuracy."""
        return self.fitted / (CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE) ** 2


@dataclass(frozen=True)
class ShotsStudy:
    """Measurement methods side by side.

    Args:
        energy: Exact, Hartree.
        methods: Each of them.
    """

    energy: float
    methods: tuple[MethodStudy, ...]

    @property
    def conclusion(self) -> str:
        """What it means, in a sentence."""
        parts = [f"{m.shots_to_accuracy:,.0f} with {m.measurement}" for m in self.methods]
        return f"shots to {CHEMICAL_ACCURACY_MHA} mHa: {', '.join(parts)}"


def shots_study(optimum: Optimum, options: DiagnosisOptions, seed: int, tell: Tell) -> ShotsStudy:
    """Measure the same energy again and again.

    Args:
        optimum: The trial state and its parameters.
        options: Methods, shots and repetitions.
        seed: All seeds follow from it.
        tell: Told what comes next.
    """
    electrons = isinstance(optimum.state.encoding.problem, ElectronicProblem)
    default = ("qubit-wise", "fluid") if electrons else ("qubit-wise",)
    methods = options.measurements or default
    return ShotsStudy(
        optimum.energy, tuple(_method(name, optimum, options, seed, tell) for name in methods)
    )


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
    """What repeated measurements say.

    Args:
        found: Energies with standard errors.
        shots: On average for each setting.
        exact: The energy that they estimate, Hartree.
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

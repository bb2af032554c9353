"""What all backends that take shots share: their options, and energies made of shots."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field, field_validator, model_validator

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.units import ENERGY_IN_HARTREE
from vqe_cli._core.validation import SpecError
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS, Backend, ShotSettings
from vqe_cli.backends.objective import PointByPoint
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MEASUREMENTS, MeasurementPlan, Sampler
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.measurement.qubit_wise import QubitWise
from vqe_cli.measurement.shots import Budget
from vqe_cli.measurement.task import EnergyMeasurement, MeasurementTask
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.numbers import is_number, number

MOST_SHOTS = 100_000_000
OBSERVABLES_SHARE = 0.1
"""Of an energy's shots, for each conserved quantity."""

FEWEST_FOR_OBSERVABLES = 100
"""In each basis of a conserved quantity."""


class ShotOptions(Backend):
    """How much is measured, and how."""

    shots: int | None = Field(
        None,
        ge=2,
        le=MOST_SHOTS,
        description="Shots for each measured circuit, on average: the whole is given out so that "
        "the error becomes smallest. Default: none, exact expectation values.",
    )
    precision: str | None = Field(
        None,
        description="Or the standard error to be reached, e.g. 1.6 mHa; shots follow from it.",
    )
    measurement: str | dict[str, Any] = Field(
        "auto",
        validate_default=True,
        description="How the Hamiltonian is split into what is read at once; a name or a mapping.",
    )
    optimize_on_device: bool = Field(
        True,
        description="Whether parameters are found with shots, too. "
        "Otherwise they are found by exact simulation, and the energy is measured once.",
    )
    post_select: bool = Field(
        False, description="Leave out shots with wrong numbers of electrons, where bits tell."
    )

    @field_validator("measurement")
    @classmethod
    def _known_measurement(cls, value: str | dict[str, Any]) -> str | dict[str, Any]:
        if isinstance(value, dict) and "name" not in value:
            value = {"name": "auto", **value}
        try:
            return MEASUREMENTS.create(value).selection()
        except InputError as error:
            raise SpecError(error.message, error.hint, error.path) from None

    @field_validator("precision", mode="before")
    @classmethod
    def _is_an_energy(cls, value: Any) -> Any:
        if value is not None and not hartree_of(str(value)) > 0:
            raise SpecError(f"'{value}' is not an energy with its unit", "write 1.6 mHa")
        return None if value is None else str(value)

    @model_validator(mode="after")
    def _one_budget(self) -> ShotOptions:
        if self.shots is not None and self.precision is not None:
            raise SpecError(
                "shots and precision exclude each other", "leave one out", ("precision",)
            )
        return self

    def search(self) -> Backend | None:
        """The exact simulator, unless parameters are to be found on the device."""
        return None if self.optimize_on_device else BACKENDS.create("exact")

    def shot_settings(self) -> ShotSettings:
        """How energies are measured."""
        budget = self.budget
        precision = None if budget is None else budget.precision
        return ShotSettings(self.measurement, self.shots, precision)

    @property
    def budget(self) -> Budget | None:
        """How much may be measured; None for exact expectation values."""
        if self.shots is None and self.precision is None:
            return None
        precision = None if self.precision is None else hartree_of(self.precision)
        return Budget(self.shots, precision)

    def measurement_of(self, state: ParameterisedState) -> EnergyMeasurement:
        """How a trial state's energy is measured, whatever the number of shots.

        Args:
            state: The parameterised state.
        """
        method = MEASUREMENTS.create(self.measurement).resolve(state.encoding)
        return EnergyMeasurement(
            state=state,
            measurement=method.name,
            plan=method.plan(state.encoding),
            post_select=self.post_select,
        )

    def task(self, state: ParameterisedState, budget: Budget) -> MeasurementTask:
        """The same with so many shots.

        Args:
            state: The parameterised state.
            budget: How much may be measured.
        """
        return MeasurementTask(**vars(self.measurement_of(state)), budget=budget)


def hartree_of(text: str) -> float:
    """``1.6 mHa`` in Hartree; NaN if it is no energy."""
    found = re.fullmatch(r"\s*(\.?[0-9]\S*?)\s*([A-Za-z/]+)\s*", text)
    units = {name.lower(): value for name, value in ENERGY_IN_HARTREE.items()}
    if found is None or found[2].lower() not in units or not is_number(found[1]):
        return float("nan")
    energy = number(found[1]) * units[found[2].lower()]
    return energy if math.isfinite(energy) else float("nan")


class MeasuredObjective(PointByPoint):
    """Energies from shots, with error bars.

    Args:
        task: The measurement task.
    """

    def __init__(self, task: MeasurementTask) -> None:
        self.task = task

    @cached_property
    def observable_plans(self) -> dict[str, MeasurementPlan]:
        """How conserved quantities are measured; mapped when first asked for."""
        return observable_plans(self.task.state.encoding)

    @abstractmethod
    def sampler(self, x: Vector, seed: int) -> Sampler:
        """Shots of the state at x."""

    @property
    def selects(self) -> bool:
        """Whether shots with wrong numbers of electrons are left out of the reported energy."""
        return self.task.post_select

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy with its standard error."""
        sample = self.sampler(x, stream(seed, "prepared state").seed)
        return self.task.scaled(shot_multiplier).energy(sample, stream(seed, "measurement").seed)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem: known of selected shots, else measured afresh."""
        found = numbers_of_kept_shots(self.task) if self.selects else {}
        if found.keys() >= self.observable_plans.keys():
            return found
        sample = self.sampler(x, stream(seed, "prepared state").seed)
        shared = stream(seed, "measurement").seed
        for index, (name, plan) in enumerate(self.observable_plans.items()):
            if name not in found:
                own = stream(shared, "observable", index).seed
                found[name] = self._observable_task(plan).energy(sample, own)
        return found

    def _observable_task(self, plan: MeasurementPlan) -> MeasurementTask:
        """A conserved quantity, with a share of the shots that an energy takes."""
        total = OBSERVABLES_SHARE * self.task.shots
        shots = max(round(total / max(len(plan.bases), 1)), FEWEST_FOR_OBSERVABLES)
        return MeasurementTask(
            state=self.task.state,
            measurement="qubit-wise",
            plan=plan,
            budget=Budget(shots, None),
        )


def observable_plans(encoding: Encoding) -> dict[str, MeasurementPlan]:
    """Qubit-wise groups for particle number, Sz and S²; nothing for a qubit Hamiltonian."""
    method = QubitWise()
    return {name: method.plan_of(operator) for name, operator in encoding.symmetries.items()}


def numbers_of_kept_shots(measurement: EnergyMeasurement) -> dict[str, Estimate]:
    """Electron number and Sz of an energy whose shots were selected by them.

    Nothing where some basis does not tell them: its shots are kept whatever they are.

    Args:
        measurement: Of the energy.
    """
    problem = measurement.state.encoding.problem
    if not isinstance(problem, ElectronicProblem) or not measurement.plan.tells_electrons:
        return {}
    numbers = {"particle-number": float(sum(problem.nelec)), "sz": problem.spin_z}
    return {name: Estimate(value, selected=True) for name, value in numbers.items()}


def share_of(found: int, shots: int) -> Estimate:
    """The estimate of a probability from successes.

    Its error counts one more success and one more failure than there were (Agresti and Coull,
    Am. Stat. 52, 119 (1998)): none in many shots does not mean never.

    Args:
        found: Successes.
        shots: Trials.
    """
    smoothed = (found + 1) / (shots + 2)
    return Estimate(found / shots, float(np.sqrt(smoothed * (1 - smoothed) / shots)), shots)

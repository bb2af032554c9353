"""Options and energies of backends that take shots."""

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
"""Share of an energy's shots for each conserved quantity."""

FEWEST_FOR_OBSERVABLES = 100
"""Fewest shots in each basis of a conserved quantity."""


class ShotOptions(Backend):
    """Options of measurements: the number of shots, and the method."""

    shots: int | None = Field(
        default=None,
        ge=2,
        le=MOST_SHOTS,
        description="Mean number of shots for each measured circuit, distributed to make the error "
        "smallest. Default: none, exact expectation values.",
    )
    precision: str | None = Field(
        default=None,
        description="Standard error to reach, e.g. 1.6 mHa, which determines the shots; of a model"
        " a number in its unit.",
    )
    measurement: str | dict[str, Any] = Field(
        default="auto",
        validate_default=True,
        description="Method that splits the Hamiltonian to measure it; a name or a mapping.",
    )
    optimize_on_device: bool = Field(
        default=True,
        description="Whether parameters are optimised with shots, too. "
        "Otherwise they are optimised by exact simulation, and the energy is measured once.",
    )
    post_select: bool = Field(
        default=False,
        description="Discard shots with wrong electron numbers where bits determine them.",
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
        if value is not None and not precision_of(str(value)) > 0:
            raise SpecError(f"'{value}' is not an energy with a unit", "write 1.6 mHa")
        return None if value is None else str(value)

    @model_validator(mode="after")
    def _one_budget(self) -> ShotOptions:
        if self.shots is not None and self.precision is not None:
            raise SpecError(
                "shots and precision are mutually exclusive", "omit one of them", ("precision",)
            )
        return self

    @property
    def post_selects(self) -> bool:
        """Whether shots with wrong numbers of electrons are discarded."""
        return self.post_select

    def check_precision(self, *, own_unit: bool) -> None:
        """Refuse a precision in Hartree for a model with a unit of its own, and one without a unit.

        Args:
            own_unit: Whether energies of the problem are in a unit of its own.

        Raises:
            InputError: The precision is not one of the problem's energies.
        """
        if self.precision is None or is_number(self.precision) == own_unit:
            return
        message = f"'{self.precision}' is not an energy with a unit"
        if own_unit:
            message = f"'{self.precision}' is an energy of molecules; this model has another unit"
        hint = "write a number, in the model's unit" if own_unit else "write 1.6 mHa"
        raise InputError(message, path=("backend", "precision"), hint=hint)

    def search(self) -> Backend | None:
        """The exact simulator, unless parameters are optimised with shots."""
        return None if self.optimize_on_device else BACKENDS.create("exact")

    def shot_settings(self) -> ShotSettings:
        """The options for measuring energies."""
        budget = self.budget
        precision = None if budget is None else budget.precision
        return ShotSettings(self.measurement, self.shots, precision)

    @property
    def budget(self) -> Budget | None:
        """The shots, or the precision to reach; None for exact expectation values."""
        if self.shots is None and self.precision is None:
            return None
        precision = None if self.precision is None else precision_of(self.precision)
        return Budget(self.shots, precision)

    def measurement_of(self, state: ParameterisedState) -> EnergyMeasurement:
        """The energy measurement of a parameterised state, without a number of shots.

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
        """The measurement task of a parameterised state.

        Args:
            state: The parameterised state.
            budget: The shots, or the precision to reach.
        """
        return MeasurementTask(**vars(self.measurement_of(state)), budget=budget)


def precision_of(text: str) -> float:
    """The energy of a text such as ``1.6 mHa``, Hartree, or a number; NaN if it is neither.

    Args:
        text: The text, for a model a number in its unit.
    """
    found = number(text) if is_number(text) else hartree_of(text)
    return found if math.isfinite(found) else float("nan")


def hartree_of(text: str) -> float:
    """The energy of a text such as ``1.6 mHa``, Hartree; NaN if it is not an energy."""
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
        """The measurement plans of conserved quantities, made at the first use."""
        return observable_plans(self.task.state.encoding)

    @abstractmethod
    def sampler(self, x: Vector, seed: int) -> Sampler:
        """Shots of the state at x."""

    @property
    def selects(self) -> bool:
        """Whether the reported energy discards shots with wrong numbers of electrons."""
        return self.task.post_select

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy with its standard error."""
        sample = self.sampler(x, stream(seed, "prepared state").seed)
        return self.task.scaled(shot_multiplier).energy(sample, stream(seed, "measurement").seed)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem: exact for selected shots, else measured anew."""
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
        """The measurement task of a conserved quantity, with a share of an energy's shots."""
        total = OBSERVABLES_SHARE * self.task.shots
        shots = max(round(total / max(len(plan.bases), 1)), FEWEST_FOR_OBSERVABLES)
        return MeasurementTask(
            state=self.task.state,
            measurement="qubit-wise",
            plan=plan,
            budget=Budget(shots, None),
        )


def observable_plans(encoding: Encoding) -> dict[str, MeasurementPlan]:
    """Qubit-wise plans for particle number, Sz and S²; none for a qubit Hamiltonian."""
    method = QubitWise()
    return {name: method.plan_of(operator) for name, operator in encoding.symmetries.items()}


def numbers_of_kept_shots(measurement: EnergyMeasurement) -> dict[str, Estimate]:
    """Electron number and Sz of an energy whose shots were selected by them.

    Empty if some basis does not determine them, since all shots of that basis are kept.

    Args:
        measurement: The energy measurement.
    """
    problem = measurement.state.encoding.problem
    if not isinstance(problem, ElectronicProblem) or not measurement.plan.tells_electrons:
        return {}
    numbers = {"particle-number": float(sum(problem.nelec)), "sz": problem.spin_z}
    return {name: Estimate(value, selected=True) for name, value in numbers.items()}


def share_of(found: int, shots: int) -> Estimate:
    """The estimate of a probability from a number of successes.

    Its error assumes one more success and one more failure (Agresti and Coull, Am. Stat. 52, 119
    (1998)), so that it does not vanish without successes.

    Args:
        found: Number of successes.
        shots: Number of shots.
    """
    smoothed = (found + 1) / (shots + 2)
    return Estimate(found / shots, float(np.sqrt(smoothed * (1 - smoothed) / shots)), shots)

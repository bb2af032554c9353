"""Measurement tasks: the energy of a parameterised state, its bases, and the number of shots."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.measurement import MeasurementPlan, Sampler
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.measurement.shots import Budget, Measuring, measure
from vqe_cli.schema.backend_records import BackendRecord


@dataclass(frozen=True, eq=False, kw_only=True)
class EnergyMeasurement:
    """The energy of a parameterised state, split into parts that are measured together.

    Args:
        state: The parameterised state.
        measurement: Name of the method that made the plan.
        plan: The measurement plan.
        post_select: Whether shots with wrong numbers of electrons are discarded.
    """

    state: ParameterisedState
    measurement: str
    plan: MeasurementPlan
    post_select: bool = False

    def described(self, record: BackendRecord) -> BackendRecord:
        """The backend's record with the measurement added.

        Args:
            record: Record of the state or the circuit.
        """
        return record.measured(self.measurement, len(self.plan.bases))


@dataclass(frozen=True, eq=False, kw_only=True)
class MeasurementTask(EnergyMeasurement):
    """An energy measurement with a limited number of shots.

    Args:
        budget: The shots, or the precision to reach.

    Raises:
        ResourceLimitError: The precision is out of reach.
    """

    budget: Budget

    def __post_init__(self) -> None:
        # A precision out of reach is refused before anything is transpiled.
        self.budget.total(self.plan.deviations)

    @property
    def shots(self) -> int:
        """The number of shots for one energy, in all bases together.

        Raises:
            ResourceLimitError: The precision is out of reach.
        """
        return self.budget.total(self.plan.deviations)

    def scaled(self, shot_multiplier: float) -> MeasurementTask:
        """The task with shots multiplied.

        Args:
            shot_multiplier: Factor that multiplies the shots.
        """
        return replace(self, budget=self.budget.scaled(shot_multiplier))

    def begin(self) -> Measuring:
        """The measurement of one energy, before its first round."""
        return Measuring(self.plan, self.budget, self.post_select)

    def energy(self, sample: Sampler, seed: int) -> Estimate:
        """One energy with its standard error.

        Args:
            sample: Function that takes shots of the state.
            seed: Random seed of the shots.

        Raises:
            ResourceLimitError: The precision takes too many shots, or no shot is left.
        """
        return measure(self.plan, sample, self.budget, seed, post_select=self.post_select)

    def described(self, record: BackendRecord) -> BackendRecord:
        """The backend's record with the measurement added.

        Args:
            record: Record of the state or the circuit.
        """
        return super().described(record).model_copy(update={"shots_per_energy": self.shots})

"""Options and energies of backends with error mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field, model_validator

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.validation import SpecError
from vqe_cli.backends import ShotSettings
from vqe_cli.backends._measured import MeasuredObjective, ShotOptions, numbers_of_kept_shots
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.measurement.mitigation import Device
from vqe_cli.measurement.mitigation.ladder import measured, refuse_impossible, undone
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.mitigation.readout import Calibration, calibrated


class MitigationOptions(ShotOptions):
    """Options of measurements and their error mitigation."""

    mitigation: Mitigation | None = Field(
        default=None,
        description="Error mitigation of the final energy: a name, a list of names, or a mapping "
        "with these keys; each method acts inside the next.",
    )

    def shot_settings(self) -> ShotSettings:
        """The options for measuring and mitigating energies."""
        return replace(super().shot_settings(), mitigation=self.mitigation)

    @model_validator(mode="after")
    def _mitigable(self) -> MitigationOptions:
        if self.mitigation is None:
            return self
        path = ("mitigation",)
        if self.budget is None:
            raise SpecError("mitigation requires shots", "add shots or precision", path)
        if self.post_select:
            raise SpecError(
                "post_select is not available with mitigation", "write mitigation: symmetry", path
            )
        return self


class MitigatedObjective(MeasuredObjective, Device):
    """Raw energies for optimisation and a mitigated final energy; it is its own `Device`."""

    _options: Mitigation
    _calibration: Calibration | None = None

    def mitigate_by(self, options: Mitigation) -> None:
        """Choose the methods, as the last step of the construction.

        Args:
            options: The mitigation methods and their options.

        Raises:
            InputError: A method does not fit the problem.
        """
        refuse_impossible(self.task, options)
        self._options = options

    @property
    def selects(self) -> bool:
        """Whether the reported energy discards shots with wrong numbers of electrons."""
        return self._options.symmetry

    def mitigated(
        self, x: Vector, seed: int, shot_multiplier: float = 1.0
    ) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one energy after each method."""
        found = measured(self, self.task.scaled(shot_multiplier), self._options, x=x, seed=seed)
        self._calibration = found.calibration
        return found.rungs

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities, with readout errors undone where those of the energy are."""
        options = self._options.readout
        if options is None:
            return super().observables(x, seed)
        kept = numbers_of_kept_shots(self.task) if self.selects else {}
        plans = {name: plan for name, plan in self.observable_plans.items() if name not in kept}
        bases = [basis for plan in plans.values() for basis in plan.bases]
        calibration_seed = stream(seed, "calibration for observables").seed
        calibration = self.calibration_of(bases, calibration_seed)
        for number, (name, plan) in enumerate(plans.items()):
            task = self._observable_task(plan)
            own = stream(seed, "calibrated observable", number).seed
            kept[name] = undone(self, task, calibration, x=x, seed=own)
        return kept

    def calibration_of(self, bases: Sequence[MeasurementBasis], seed: int) -> Calibration:
        """The readout errors of the qubits that bases read: those of the energy, or measured anew.

        Args:
            bases: The measurement bases.
            seed: Random seed of a simulator.
        """
        assert self._options.readout is not None
        places = {place for basis in bases for place in self.places(basis)}
        known = self._calibration
        if known is not None and places <= set(known.qubits):
            return known
        return calibrated(self, tuple(places), self._options.readout, seed)

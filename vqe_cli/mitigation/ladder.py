"""An energy as it was measured, and after each method of mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from vqe_cli.measurement import MeasurementPlan
from vqe_cli.mitigation import Device, Preparation
from vqe_cli.mitigation.options import Method, Mitigation
from vqe_cli.mitigation.readout import Calibration, calibrate
from vqe_cli.mitigation.reference_state import (
    corrected,
    determinant_energy,
    reference_preparation,
)
from vqe_cli.mitigation.settled import Processing, Reading
from vqe_cli.mitigation.symmetry import refuse_without_electrons
from vqe_cli.mitigation.values import Value
from vqe_cli.mitigation.zne import Extrapolation, decays, extrapolate
from vqe_cli.objective import Counts, Estimate, MitigatedEnergy, Vector
from vqe_cli.shots import Budget, Measuring
from vqe_cli.trial import TrialState


def refuse_impossible(trial: TrialState, plan: MeasurementPlan, options: Mitigation) -> None:
    """Find out before anything is measured.

    Raises:
        InputError: A method does not fit the problem.
    """
    if options.symmetry:
        refuse_without_electrons(trial.encoding, plan)
    if options.reference_state:
        reference_preparation(trial)


def mitigate(
    device: Device,
    trial: TrialState,
    plan: MeasurementPlan,
    budget: Budget,
    options: Mitigation,
    *,
    x: Vector,
    seed: int,
) -> tuple[MitigatedEnergy, ...]:
    """Measure an energy and all that mitigation needs, and take one method after the other.

    Args:
        device: Takes the shots.
        trial: The trial state.
        plan: How its energy is measured.
        budget: For each energy that is measured.
        options: Which methods.
        x: Parameters; shape (num_parameters,).
        seed: Of a simulator.

    Returns:
        The raw energy, and one for each method, the last with all of them.
    """
    refuse_impossible(trial, plan, options)
    campaign = _Campaign(device, trial, plan, budget, options, x, seed)
    return tuple(
        campaign.rung(options.methods[:count]) for count in range(len(options.methods) + 1)
    )


@dataclass
class _Campaign:
    """All measurements of one ladder; each is made when it is first needed."""

    device: Device
    trial: TrialState
    plan: MeasurementPlan
    budget: Budget
    options: Mitigation
    x: Vector
    seed: int
    measured: dict[tuple[str, int], Reading] = field(default_factory=dict)

    def rung(self, methods: Sequence[Method]) -> MitigatedEnergy:
        """The energy after some of the methods."""
        states = ("trial", "reference") if "reference_state" in methods else ("trial",)
        factors = self._factors(methods)
        energies = {state: self._energy(state, methods) for state in states}
        energy = energies["trial"]
        if "reference_state" in methods:
            exact = determinant_energy(self.trial.encoding)
            energy = corrected(energy, energies["reference"], exact)
        shots = sum(self._reading(state, factor).shots for state in states for factor in factors)
        if "readout" in methods:
            shots += 2 * self._calibration.shots
        raw = self._reading("trial", 1).shots
        return MitigatedEnergy(
            " + ".join(methods) or "raw",
            Estimate(energy.value, energy.standard_error, shots),
            shots / raw if raw else 1.0,
            self._notes(methods),
        )

    def _energy(self, state: str, methods: Sequence[Method]) -> Value:
        """Of one state, extrapolated if that is asked for."""
        factors = self._factors(methods)
        found = [self._settled(state, factor, methods)[0] for factor in factors]
        if "zne" not in methods:
            return found[0]
        kind, mixed = self._extrapolation(found, methods)
        return extrapolate(factors, found, kind, mixed)

    def _extrapolation(
        self, energies: Sequence[Value], methods: Sequence[Method]
    ) -> tuple[Extrapolation, float]:
        """What is fitted, and the energy towards which an exponential goes."""
        assert self.options.zne is not None
        kind = self.options.zne.extrapolation
        if kind != "exponential":
            return kind, 0.0
        mixed = self._processing(methods).mixed_energy(self.plan)
        return ("exponential" if decays(energies, mixed) else "linear"), mixed

    def _settled(self, state: str, factor: int, methods: Sequence[Method]) -> tuple[Value, float]:
        """An energy at one strength of noise, and the share of shots that was left out."""
        return self._processing(methods).energy(self._reading(state, factor))

    def _processing(self, methods: Sequence[Method]) -> Processing:
        calibration = self._calibration if "readout" in methods else None
        return Processing(self.trial.encoding, calibration, "symmetry" in methods)

    def _factors(self, methods: Sequence[Method]) -> tuple[int, ...]:
        if "zne" not in methods:
            return (1,)
        assert self.options.zne is not None
        return self.options.zne.factors

    def _notes(self, methods: Sequence[Method]) -> dict[str, object]:
        """What the last of the methods has to say."""
        if not methods:
            return {}
        if methods[-1] == "symmetry":
            return {"discarded": self._settled("trial", 1, methods)[1]}
        if methods[-1] == "zne":
            factors = self._factors(methods)
            found = [self._settled("trial", factor, methods)[0] for factor in factors]
            return {
                "factors": factors,
                "energies": tuple(value.value for value in found),
                "extrapolation": self._extrapolation(found, methods)[0],
            }
        if methods[-1] == "reference_state":
            return {"reference": reference_preparation(self.trial)[1]}
        return {"calibration_shots": 2 * self._calibration.shots}

    @cached_property
    def _calibration(self) -> Calibration:
        assert self.options.readout is not None
        seed = self._seed("calibration", 0)
        read = {place for setting in self.plan.settings for place in self.device.places(setting)}
        return calibrate(self.device, tuple(read), self.options.readout, seed)

    def _reading(self, state: str, factor: int) -> Reading:
        """What was read at one strength of noise; measured once."""
        key = (state, factor)
        if key not in self.measured:
            preparation = self._preparation(state, (factor - 1) // 2)
            seed = self._seed(state, factor)
            self.measured[key] = _read(self.device, preparation, self.plan, self.budget, seed)
        return self.measured[key]

    def _preparation(self, state: str, folds: int) -> Preparation:
        if state == "trial":
            return Preparation(self.x, folds=folds)
        found = reference_preparation(self.trial)[0]
        return Preparation(found.x, found.bits, folds)

    def _seed(self, what: str, factor: int) -> int:
        """Of its own for every measurement; half the range, so that neighbours exist."""
        place = ("trial", "reference", "calibration").index(what)
        return int(np.random.SeedSequence([self.seed, place, factor]).generate_state(1)[0] >> 2)


def _read(
    device: Device, preparation: Preparation, plan: MeasurementPlan, budget: Budget, seed: int
) -> Reading:
    """Take shots of a state in all settings."""
    measuring = Measuring(plan, budget)
    sequence = np.random.SeedSequence(seed)
    found: list[Counts] = []
    taken = 0
    while (shots := measuring.next_round()).any():
        key = int(sequence.spawn(1)[0].generate_state(1)[0] >> 1)
        found = device.sample(preparation, plan.settings, [int(count) for count in shots], key)
        taken += int(shots.sum())
        for index, counts in enumerate(found):
            measuring.add(index, counts)
    deviations = np.array([tally.deviation for tally in measuring.tallies])
    places = tuple(device.places(setting) for setting in plan.settings)
    return Reading(replace(plan, deviations=deviations), tuple(found), places, taken)

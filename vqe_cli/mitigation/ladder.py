"""An energy as it was measured, and after each method of mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from vqe_cli.measurement import MeasurementPlan, Setting
from vqe_cli.measurement.shots import Budget, measure
from vqe_cli.mitigation import Device, Preparation
from vqe_cli.mitigation.options import Method, Mitigation
from vqe_cli.mitigation.readout import Calibration, calibrate
from vqe_cli.mitigation.reference_state import (
    corrected,
    determinant_energy,
    reference_preparation,
)
from vqe_cli.mitigation.settled import Processing
from vqe_cli.mitigation.symmetry import refuse_without_electrons
from vqe_cli.mitigation.values import Value
from vqe_cli.mitigation.zne import extrapolate
from vqe_cli.objective import Counts, Estimate, Vector
from vqe_cli.trial import TrialState


@dataclass(frozen=True)
class Rung:
    """An energy after some of the methods.

    Args:
        method: ``raw``, or the methods so far, joined by plus signs.
        estimate: With its standard error, and all shots that it took.
        overhead: These shots relative to the raw energy's.
        notes: What else there is to say.
    """

    method: str
    estimate: Estimate
    overhead: float
    notes: dict[str, object] = field(default_factory=dict)


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
) -> tuple[Rung, ...]:
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
    measured: dict[tuple[str, int], list[Counts]] = field(default_factory=dict)

    def rung(self, methods: Sequence[Method]) -> Rung:
        """The energy after some of the methods."""
        states = ("trial", "reference") if "reference_state" in methods else ("trial",)
        factors = self._factors(methods)
        energies = {state: self._energy(state, methods) for state in states}
        energy = energies["trial"]
        if "reference_state" in methods:
            exact = determinant_energy(self.trial.encoding)
            energy = corrected(energy, energies["reference"], exact)
        taken = [self._counts(state, factor) for state in states for factor in factors]
        shots = sum(part.shots for counts in taken for part in counts)
        if "readout" in methods:
            shots += 2 * self._calibration.shots
        raw = sum(part.shots for part in self._counts("trial", 1))
        return Rung(
            " + ".join(methods) or "raw",
            Estimate(energy.value, energy.standard_error, shots),
            shots / raw if raw else 1.0,
            self._notes(methods),
        )

    def _energy(self, state: str, methods: Sequence[Method]) -> Value:
        """Of one state, extrapolated if that is asked for."""
        processing = self._processing(methods)
        factors = self._factors(methods)
        found = [processing.energy(self.plan, self._counts(state, k))[0] for k in factors]
        if "zne" not in methods:
            return found[0]
        assert self.options.zne is not None
        mixed = processing.mixed_energy(self.plan)
        return extrapolate(factors, found, self.options.zne.extrapolation, mixed)

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
            processing = self._processing(methods)
            return {"discarded": processing.energy(self.plan, self._counts("trial", 1))[1]}
        if methods[-1] == "zne":
            processing = self._processing(methods)
            factors = self._factors(methods)
            measured = [processing.energy(self.plan, self._counts("trial", k))[0] for k in factors]
            return {"factors": factors, "energies": tuple(value.value for value in measured)}
        if methods[-1] == "reference_state":
            return {"reference": reference_preparation(self.trial)[1]}
        return {"calibration_shots": 2 * self._calibration.shots}

    @cached_property
    def _calibration(self) -> Calibration:
        assert self.options.readout is not None
        seed = self._seed("calibration", 0)
        return calibrate(self.device, self.trial.encoding.num_qubits, self.options.readout, seed)

    def _counts(self, state: str, factor: int) -> list[Counts]:
        """What was read in each setting; measured once."""
        key = (state, factor)
        if key not in self.measured:
            preparation = self._preparation(state, (factor - 1) // 2)
            recorder = _Recorder(self.device, preparation, self.plan.settings)
            measure(self.plan, recorder.sample, self.budget, self._seed(state, factor))
            self.measured[key] = recorder.counts()
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


@dataclass
class _Recorder:
    """Takes shots, and keeps what was read."""

    device: Device
    preparation: Preparation
    settings: tuple[Setting, ...]
    read: list[list[Counts]] = field(init=False)

    def __post_init__(self) -> None:
        self.read = [[] for _ in self.settings]

    def sample(self, settings: Sequence[Setting], shots: Sequence[int], seed: int) -> list[Counts]:
        """Hand the shots on."""
        found = self.device.sample(self.preparation, settings, shots, seed)
        places = {id(setting): index for index, setting in enumerate(self.settings)}
        for setting, counts in zip(settings, found, strict=True):
            self.read[places[id(setting)]].append(counts)
        return found

    def counts(self) -> list[Counts]:
        """Of all rounds together, for each setting."""
        return [_merged(parts) for parts in self.read]


def _merged(parts: Sequence[Counts]) -> Counts:
    outcomes = np.concatenate([part.outcomes for part in parts])
    repetitions = np.concatenate([part.repetitions for part in parts])
    distinct, place = np.unique(outcomes, return_inverse=True)
    total = np.bincount(place, weights=repetitions, minlength=distinct.size)
    return Counts(distinct, np.asarray(total, dtype=np.int64))

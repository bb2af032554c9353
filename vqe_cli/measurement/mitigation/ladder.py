"""Raw and mitigated energies: one after each method of mitigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.measurement.estimates import Counts, Estimate, MitigatedEnergy
from vqe_cli.measurement.mitigation import Device, Preparation, QubitShots, StateShots
from vqe_cli.measurement.mitigation.options import Method, Mitigation
from vqe_cli.measurement.mitigation.processing import Processing, Reading
from vqe_cli.measurement.mitigation.readout import Calibration, calibration_from, calibration_orders
from vqe_cli.measurement.mitigation.reference_state import (
    corrected,
    determinant_energy,
    reference_preparation,
)
from vqe_cli.measurement.mitigation.symmetry import refuse_without_electrons
from vqe_cli.measurement.mitigation.values import Value
from vqe_cli.measurement.mitigation.zne import Extrapolation, decays, extrapolate
from vqe_cli.measurement.task import EnergyMeasurement, MeasurementTask


def refuse_impossible(task: EnergyMeasurement, options: Mitigation) -> None:
    """Refuse methods that do not fit the problem, before anything is measured.

    Args:
        task: The measurement task.
        options: The mitigation methods and their options.

    Raises:
        InputError: A method does not fit the problem.
    """
    if options.symmetry:
        refuse_without_electrons(task.state.encoding, task.plan)
    if options.reference_state:
        reference_preparation(task.state)


def measured(
    device: Device, task: MeasurementTask, options: Mitigation, *, x: Vector, seed: int
) -> Campaign:
    """Measure an energy and everything that its mitigation needs.

    Args:
        device: The device that takes the shots.
        task: The measurement task, whose budget is for each energy.
        options: The mitigation methods and their options.
        x: Parameters; shape (num_parameters,).
        seed: Random seed of a simulator.

    Returns:
        The measurements, with the raw and mitigated energies in Hartree.
    """
    refuse_impossible(task, options)
    campaign = Campaign(device, task, options, x, seed)
    campaign.measure()
    return campaign


def undone(
    device: Device, task: MeasurementTask, calibration: Calibration, *, x: Vector, seed: int
) -> Estimate:
    """A conserved quantity of the parameterised state, with readout errors undone.

    Args:
        device: The device that takes the shots.
        task: The measurement task of the quantity.
        calibration: Readout errors of the qubits that are read.
        x: Parameters; shape (num_parameters,).
        seed: Random seed of a simulator.
    """
    state = _State(Preparation(x), task, seed)
    while (order := state.order()) is not None:
        ((found,), _) = device.take((order,), ())
        state.add(found)
    reading = state.reading(device)
    value, _ = Processing(task.state.encoding, calibration).energy(reading)
    return Estimate(value.value, value.standard_error, reading.shots)


class _State:
    """One state whose energy is being measured.

    Args:
        preparation: The preparation of the state.
        task: The measurement task.
        seed: Random seed of a simulator.
    """

    def __init__(self, preparation: Preparation, task: MeasurementTask, seed: int) -> None:
        self._preparation, self._plan = preparation, task.plan
        self._measuring = task.begin()
        self._seed, self._rounds = seed, count()
        self._last: list[Counts] = []
        self._shots = 0

    def order(self) -> StateShots | None:
        """The order of the next round; None when the measurement is complete."""
        shots = self._measuring.next_round()
        if not shots.any():
            return None
        own = stream(self._seed, "round", next(self._rounds)).seed
        wanted = [int(number) for number in shots]
        return StateShots(self._preparation, self._plan.bases, wanted, own)

    def add(self, found: list[Counts]) -> None:
        """Add the counts of a round."""
        self._last = found
        self._shots += sum(counts.shots for counts in found)
        for index, counts in enumerate(found):
            self._measuring.add(index, counts)

    def reading(self, device: Device) -> Reading:
        """The counts of the last round, without the pilot before it."""
        deviations = np.array([one.deviation for one in self._measuring.statistics])
        places = tuple(device.places(basis) for basis in self._plan.bases)
        plan = replace(self._plan, deviations=deviations)
        return Reading(plan, tuple(self._last), places, self._shots)


@dataclass
class Campaign:
    """All measurements for the raw and mitigated energies, and these energies."""

    device: Device
    task: MeasurementTask
    options: Mitigation
    x: Vector
    seed: int
    measured: dict[tuple[str, int], Reading] = field(default_factory=dict)
    calibration: Calibration | None = None

    @property
    def rungs(self) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one energy after each method, the last with all of them."""
        methods = self.options.methods
        return tuple(self.rung(methods[:count]) for count in range(len(methods) + 1))

    def measure(self) -> None:
        """Take all shots that any of the energies needs: one round, or two with a pilot."""
        states = {key: self._state(*key) for key in self._wanted(self.options.methods)}
        qubits = self._calibration_orders()
        while True:
            orders = {key: order for key, one in states.items() if (order := one.order())}
            if not orders and not qubits:
                break
            found, read = self.device.take(tuple(orders.values()), qubits)
            for key, counts in zip(orders, found, strict=True):
                states[key].add(counts)
            if qubits:
                self.calibration = calibration_from(qubits[0].qubits, read)
                qubits = []
        self.measured = {key: one.reading(self.device) for key, one in states.items()}

    def _wanted(self, methods: Sequence[Method]) -> list[tuple[str, int]]:
        """States and strengths of noise whose energies these methods need."""
        states = ("state", "reference") if "reference_state" in methods else ("state",)
        return [(state, factor) for state in states for factor in self._factors(methods)]

    def _state(self, state: str, factor: int) -> _State:
        preparation = self._preparation(state, (factor - 1) // 2)
        place = ("state", "reference").index(state)
        seed = stream(self.seed, "mitigated state", place, factor).seed
        return _State(preparation, self.task, seed)

    def _calibration_orders(self) -> list[QubitShots]:
        bases, places = self.task.plan.bases, self.device.places
        read = {place for basis in bases for place in places(basis)}
        if self.options.readout is None or not read:
            return []
        seed = stream(self.seed, "calibration").seed
        return calibration_orders(tuple(read), self.options.readout, seed)

    def rung(self, methods: Sequence[Method]) -> MitigatedEnergy:
        """The energy after some of the methods."""
        energy = self._energy("state", methods)
        if "reference_state" in methods:
            exact = determinant_energy(self.task.state.encoding)
            energy = corrected(energy, self._energy("reference", methods), exact)
        shots = sum(self.measured[key].shots for key in self._wanted(methods))
        if "readout" in methods:
            shots += self._calibration_shots
        raw = self.measured["state", 1].shots
        return MitigatedEnergy(
            " + ".join(methods) or "raw",
            Estimate(energy.value, energy.standard_error, shots, self._discarded(methods)),
            shots / raw if raw else 1.0,
            self._notes(methods),
        )

    def _energy(self, state: str, methods: Sequence[Method]) -> Value:
        """The energy of one state, extrapolated if the methods include zne."""
        factors = self._factors(methods)
        found = [self._processed(state, factor, methods)[0] for factor in factors]
        if "zne" not in methods:
            return found[0]
        kind, mixed = self._extrapolation(found, methods)
        return extrapolate(factors, found, kind, mixed)

    def _extrapolation(
        self, energies: Sequence[Value], methods: Sequence[Method]
    ) -> tuple[Extrapolation, float]:
        """The kind of fit, and the limiting energy of an exponential."""
        assert self.options.zne is not None
        kind = self.options.zne.extrapolation
        if kind != "exponential":
            return kind, 0.0
        mixed = self._processing(methods).mixed_energy(self.task.plan)
        return ("exponential" if decays(energies, mixed) else "linear"), mixed

    def _processed(self, state: str, factor: int, methods: Sequence[Method]) -> tuple[Value, float]:
        """The energy at one strength of noise, and the discarded share of shots."""
        return self._processing(methods).energy(self.measured[state, factor])

    def _discarded(self, methods: Sequence[Method]) -> float | None:
        """The discarded share of the parameterised state's shots; None without selection."""
        if "symmetry" not in methods:
            return None
        return max(self._processed("state", 1, methods)[1], 0.0)  # undone bits may sum to above one

    def _processing(self, methods: Sequence[Method]) -> Processing:
        calibration = self.calibration if "readout" in methods else None
        return Processing(self.task.state.encoding, calibration, "symmetry" in methods)

    def _factors(self, methods: Sequence[Method]) -> tuple[int, ...]:
        if "zne" not in methods:
            return (1,)
        assert self.options.zne is not None
        return self.options.zne.factors

    def _notes(self, methods: Sequence[Method]) -> dict[str, object]:
        """The record's notes about the last of the methods."""
        if not methods:
            return {}
        if methods[-1] == "symmetry":
            return {"discarded": self._discarded(methods)}
        if methods[-1] == "zne":
            factors = self._factors(methods)
            found = [self._processed("state", factor, methods)[0] for factor in factors]
            return {
                "factors": factors,
                "energies": tuple(value.value for value in found),
                "extrapolation": self._extrapolation(found, methods)[0],
            }
        if methods[-1] == "reference_state":
            return {"reference": reference_preparation(self.task.state)[1]}
        return {"calibration_shots": self._calibration_shots}

    @property
    def _calibration_shots(self) -> int:
        """The shots of both calibration circuits together."""
        return 0 if self.calibration is None else 2 * self.calibration.shots

    def _preparation(self, state: str, folds: int) -> Preparation:
        if state == "state":
            return Preparation(self.x, folds=folds)
        found = reference_preparation(self.task.state)[0]
        return Preparation(found.x, found.bits, folds)

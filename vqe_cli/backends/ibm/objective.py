"""Energies measured on a device: all points and all bases in one job."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from vqe_cli._core.arrays import IntArray, Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends._measured import (
    FEWEST_FOR_OBSERVABLES,
    OBSERVABLES_SHARE,
    MeasuredObjective,
    numbers_of_kept_shots,
    share_of,
)
from vqe_cli.backends.devices.compiling import CompiledCircuit, Tail
from vqe_cli.backends.ibm.job import REGISTER, Request, circuit_text
from vqe_cli.backends.ibm.submission import JobQueue
from vqe_cli.backends.ibm.timing import Timing
from vqe_cli.backends.objective import Traits
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import ComputationalBasis, MeasurementBasis, Sampler
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.task import MeasurementTask
from vqe_cli.schema.backend_records import BackendRecord

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.backends.aer.objectives import SampledAerObjective
    from vqe_cli.backends.aer.sampler import AerCircuit

MAX_DENSITY_MATRIX_QUBITS = 10
"""Largest number of qubits for a density matrix in the noisy simulation."""

ROWS_OF_A_BASIS = 8
"""Mean number of rows of a basis with unequal shots; more rows approach the best allocation, but
each row has its own overhead."""

RANDOMIZATIONS = 32
"""Number of randomisations of a twirled circuit."""


@dataclass(frozen=True, eq=False)
class PreparedDevice:
    """A device prepared for measurements; the device itself is only needed to send a job.

    Args:
        width: Number of qubits of the circuits that are sent: all qubits of the device, or of a
            fake device only those that are used.
        places: The qubits in these circuits for those of a transpiled circuit.
        timing: Durations of circuits on the device.
        queue: The queue that sends jobs.
        options: Options of the sampler.
        name: Name of the device.
        mode: Execution mode: ``job``, ``batch`` or ``session``.
        plan: IBM's plan that bills the jobs.
    """

    width: int
    places: tuple[int, ...]
    timing: Timing
    queue: JobQueue
    options: dict[str, Any]
    name: str
    mode: str
    plan: str


@dataclass(frozen=True, eq=False)
class CircuitShots:
    """Shots of one circuit at one point.

    Args:
        circuit: Circuit with measurements on the device's qubits; one PUB for each circuit.
        point: Values of the circuit's parameters; shape (parameters,).
        shots: Number of shots, which may be zero.
    """

    circuit: QuantumCircuit
    point: Vector
    shots: int


class DeviceObjective(MeasuredObjective):
    """Energies of one parameterised state, measured on a device.

    Args:
        task: The measurement task.
        compiled: The circuit of the parameterised state, transpiled for the device.
        device: The device, ready to measure.
    """

    def __init__(
        self, task: MeasurementTask, compiled: CompiledCircuit, device: PreparedDevice
    ) -> None:
        super().__init__(task)
        self._compiled, self._device = compiled, device
        self._circuits: dict[MeasurementBasis, QuantumCircuit] = {}
        self._tails: dict[MeasurementBasis, Tail] = {}
        self._seconds: dict[int, float] = {}
        self._last: dict[bytes, list[tuple[MeasurementBasis, Counts]]] = {}
        self.traits = Traits(
            num_parameters=task.state.num_parameters,
            sampled=True,
            noisy=True,
            conserving=False,
            spectra=task.state.spectra,
            to_precision=task.budget.precision is not None,
        )

    @property
    def record(self) -> BackendRecord:
        """The record of the device, the circuit, and the jobs so far."""
        device, circuit = self._device, self._compiled.circuit
        used = device.queue.summary()
        found = BackendRecord(
            representation=device.name,
            mode=device.mode,
            plan=device.plan,
            qubits=circuit.num_qubits,
            depth=circuit.depth(),
            two_qubit_gates=circuit.num_nonlocal_gates(),
            gates=dict(sorted(circuit.count_ops().items())),
            device_qubits=self._compiled.active,
            jobs=used.jobs,
            executions=used.executions,
            estimated_qpu_seconds=used.estimated_qpu_seconds,
            billed_qpu_seconds=used.billed_qpu_seconds,
            estimated_cost=used.estimated_cost,
            currency=used.currency,
            prices_of=used.prices_of,
        )
        return self.task.described(found)

    def noisy_simulation(self) -> SampledAerObjective:
        """The objective with the same circuits and shots on Aer with the device's noise."""
        from vqe_cli.backends.aer.objectives import SampledAerObjective

        return SampledAerObjective(self.task, self._noisy_circuit)

    @property
    def _noisy_circuit(self) -> AerCircuit:
        """The circuit with Aer's simulation method."""
        from vqe_cli.backends.aer.sampler import AerCircuit

        return AerCircuit(self._compiled, self._simulation_method)

    @property
    def _simulation_method(self) -> Literal["density_matrix", "statevector"]:
        """Aer's simulation method."""
        small = self._compiled.circuit.num_qubits <= MAX_DENSITY_MATRIX_QUBITS
        return "density_matrix" if small else "statevector"

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy with its standard error."""
        return self.energies([x], [seed], shot_multiplier)[0]

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, from one job for all points and bases."""
        task = self.task.scaled(shot_multiplier)
        underway = [task.begin() for _ in points]
        seed = one_seed(seeds)
        while (shots := np.array([one.next_round() for one in underway])).any():
            found = self._measure(points, task.plan.bases, shots, seed)
            for one, counts in zip(underway, found, strict=True):
                for index, read in enumerate(counts):
                    one.add(index, read)
            last = list(zip(self.task.plan.bases, found[-1], strict=True))
            self._last = {points[-1].tobytes(): last}
        return [one.result() for one in underway]

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Electron number and Sz, from the shots of the last energy where bits determine them.

        They are exact if shots were selected by them. S² is left out, since it would need further
        measurements.
        """
        if not isinstance(self.task.state.encoding.problem, ElectronicProblem):
            return {}
        kept = numbers_of_kept_shots(self.task) if self.selects else {}
        if kept:
            return kept
        known = [pair for pair in self._shots_at(x) if tells_electrons(*pair)]
        spent = 0
        if not known and not self._device.queue.sends:
            return {}
        if not known:
            shots = round(OBSERVABLES_SHARE * self.task.shots)
            counts = self.samples(x, max(shots, FEWEST_FOR_OBSERVABLES), seed)
            known, spent = [(ComputationalBasis(self.task.state.encoding), counts)], counts.shots
        outcomes = np.concatenate([counts.outcomes for _, counts in known])
        weights = np.concatenate([counts.repetitions for _, counts in known])
        alpha, beta = self.task.state.encoding.electron_counts(outcomes)
        return {
            "particle-number": _mean(alpha + beta, weights, spent),
            "sz": _mean(0.5 * (alpha - beta), weights, 0),
        }

    def recalled_bit_strings(self, x: Vector) -> Counts | None:
        """Shots of the last energy at x in bases without gates; None if there are none."""
        read = [counts for basis, counts in self._shots_at(x) if not basis.circuit().data]
        return merged(read) if read else None

    def _shots_at(self, x: Vector) -> list[tuple[MeasurementBasis, Counts]]:
        return self._last.get(x.tobytes(), [])

    def sampler(self, x: Vector, seed: int) -> Sampler:
        """A function that takes shots of the circuit at x, one job for each call."""

        def sample(
            bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int
        ) -> list[Counts]:
            return self._measure([x], bases, np.array([shots]), seed)[0]

        return sample

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Shots in the computational basis."""
        basis = ComputationalBasis(self.task.state.encoding)
        return self.sampler(x, seed)([basis], [shots], seed)[0]

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """Probability that the circuit at x, undone by that at y, returns to its initial state."""
        shots = self.task.budget.scaled(shot_multiplier).total(np.ones(1))
        circuit = self._there_and_back
        rows = np.concatenate([x, y])[None, :]
        per_row = _row_shots(np.array([shots]), self._is_twirled)
        repeated = np.repeat(rows, _rows(np.array([shots]), per_row), axis=0)
        question = digest("fidelity", repeated[:1], [])
        request = self._request([circuit], [repeated], per_row, seed, question)
        (found,) = self._device.queue.results(request)
        counts = merged(found)
        return share_of(int(counts.repetitions[counts.outcomes == 0].sum()), counts.shots)

    @cached_property
    def _there_and_back(self) -> QuantumCircuit:
        """The circuit with one set of parameters, followed by its inverse with another."""
        from qiskit.circuit import ParameterVector

        forth = self._compiled.circuit
        # Sorted by name, the parameters of the first circuit come first.
        names = (ParameterVector(name, forth.num_parameters) for name in ("a", "b"))
        there, back = (forth.assign_parameters(list(names_)) for names_ in names)
        whole = there.compose(self._compiled.in_its_gates(back.inverse()))
        return self._read_into_register(whole, range(whole.num_qubits))

    def _measure(
        self,
        points: Sequence[Vector],
        bases: Sequence[MeasurementBasis],
        shots: IntArray,
        seed: int,
    ) -> list[list[Counts]]:
        """The counts of every basis at every point, from one job.

        Args:
            points: Parameters, each of shape (num_parameters,).
            bases: The measurement bases.
            shots: Number of shots; shape (points, bases).
            seed: Random seed of a simulator.
        """
        wanted = np.flatnonzero(shots.any(axis=0))
        texts = [basis_text(bases[int(index)]) for index in wanted]
        groups = [
            [
                CircuitShots(self._circuit(basis), point, int(count))
                for basis, count in zip(bases, row, strict=True)
            ]
            for point, row in zip(points, shots, strict=True)
        ]
        return self._run(groups, seed, digest("settings", np.array(points), texts))

    def _run(
        self, groups: Sequence[Sequence[CircuitShots]], seed: int, question: str
    ) -> list[list[Counts]]:
        """Take all shots in one job.

        Args:
            groups: Groups of circuits; no group gets more shots than it orders in total.
            seed: Random seed of a simulator.
            question: Text that identifies the measurement.

        Returns:
            The counts of each circuit at each point, by group.
        """
        wanted = [np.array([one.shots for one in group]) for group in groups]
        every = np.concatenate(wanted)
        per_row = _row_shots(every[every > 0], self._is_twirled)
        repeats = np.concatenate([_rows(shots, per_row) for shots in wanted])
        flat = [one for group in groups for one in group]
        sharing: dict[int, list[int]] = {}
        for index, one in enumerate(flat):
            if one.shots:
                sharing.setdefault(id(one.circuit), []).append(index)
        circuits = [flat[members[0]].circuit for members in sharing.values()]
        rows = [
            np.repeat(np.array([flat[i].point for i in members]), repeats[members], axis=0)
            for members in sharing.values()
        ]
        request = self._request(circuits, rows, per_row, seed, question)
        found = [EMPTY] * len(flat)
        results = self._device.queue.results(request)
        for members, read in zip(sharing.values(), results, strict=True):
            for index, end in zip(members, np.cumsum(repeats[members]), strict=True):
                found[index] = merged(read[end - repeats[index] : end])
        parts = iter(found)
        return [[next(parts) for _ in group] for group in groups]

    @property
    def _is_twirled(self) -> bool:
        return "twirling" in self._device.options

    def _request(
        self,
        circuits: Sequence[QuantumCircuit],
        rows: Sequence[Vector],
        shots: int,
        seed: int,
        question: str,
    ) -> Request:
        options, seconds = self._device.options, tuple(map(self._execution, circuits))
        return Request(tuple(circuits), tuple(rows), shots, seed, question, options, seconds)

    def _execution(self, circuit: QuantumCircuit) -> float:
        """Seconds of one execution, cached by circuit."""
        if id(circuit) not in self._seconds:
            self._seconds[id(circuit)] = self._device.timing.execution(circuit)
        return self._seconds[id(circuit)]

    def foresee(self, energies: float, jobs: int) -> None:
        """Announce the cost of an optimisation to the queue before its first job.

        Args:
            energies: Largest number of energies, each with the ordinary number of shots.
            jobs: Largest number of jobs.

        Raises:
            InputError: The optimisation would cost money, and no limit is set.
        """
        shots = self.task.begin().next_round()
        pairs = zip(self.task.plan.bases, shots, strict=True)
        each = sum(int(count) * self._execution(self._circuit(one)) for one, count in pairs)
        self._device.queue.foresee(jobs, energies * each)

    def _circuit(self, basis: MeasurementBasis) -> QuantumCircuit:
        """The transpiled circuit, the change of basis, and the measurement of all qubits."""
        if basis not in self._circuits:
            tail = self._tail(basis)
            whole = self._compiled.circuit.compose(tail.circuit)
            self._circuits[basis] = self._read_into_register(whole, tail.places)
        return self._circuits[basis]

    def _tail(self, basis: MeasurementBasis) -> Tail:
        """The transpiled change of basis, cached."""
        if basis not in self._tails:
            self._tails[basis] = self._compiled.tail(basis.circuit())
        return self._tails[basis]

    def _read_into_register(self, circuit: QuantumCircuit, places: Sequence[int]) -> QuantumCircuit:
        """The circuit on the device's qubits, followed by measurements."""
        from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

        active = self._device.places
        register = ClassicalRegister(len(places), REGISTER)
        whole = QuantumCircuit(QuantumRegister(self._device.width, "q"), register)
        whole.compose(circuit, qubits=list(active), inplace=True)
        whole.measure([active[place] for place in places], register)
        return whole


EMPTY = Counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def merged(parts: Sequence[Counts]) -> Counts:
    """The counts of several rows together."""
    if not parts:
        return EMPTY
    outcomes, places = np.unique(
        np.concatenate([part.outcomes for part in parts]), return_inverse=True
    )
    repetitions = np.zeros(outcomes.size, dtype=np.int64)
    np.add.at(repetitions, places, np.concatenate([part.repetitions for part in parts]))
    return Counts(outcomes, repetitions)


def _row_shots(wanted: IntArray, is_twirled: bool) -> int:
    """Shots of each row of a job; bases with more shots get more rows.

    Args:
        wanted: Numbers of shots, all positive, of all points and bases.
        is_twirled: Whether the shots must be a multiple of the randomisations.
    """
    if wanted.min() == wanted.max():
        found = int(wanted[0])
    else:
        found = max(int(wanted.sum()) // (ROWS_OF_A_BASIS * wanted.size), 1)
    return -(-found // RANDOMIZATIONS) * RANDOMIZATIONS if is_twirled else found


def _rows(wanted: IntArray, per_row: int) -> IntArray:
    """Number of rows of each basis: at least one if it has shots, and no more shots in total.

    Args:
        wanted: Number of shots of one point in each basis; shape (bases,).
        per_row: Number of shots in a row.
    """
    found = np.maximum(np.round(wanted / per_row).astype(np.int64), wanted > 0)
    while found.max(initial=0) > 1 and found.sum() * per_row > wanted.sum():
        found[np.argmax(found)] -= 1
    return found


def one_seed(seeds: Sequence[int]) -> int:
    """A job's seed from those of its parts."""
    return stream(seeds[0], "job", *seeds[1:]).seed


def basis_text(basis: MeasurementBasis) -> str:
    """A change of basis before transpilation as text."""
    return circuit_text(basis.circuit())


def digest(kind: str, points: Vector, texts: Sequence[str]) -> str:
    """Hash of a measurement: points, and changes of basis before transpilation."""
    found = hashlib.sha256(kind.encode())
    found.update((np.round(points, 9) + 0.0).tobytes())  # −0 is 0
    for text in texts:
        found.update(text.encode())
    return found.hexdigest()


def tells_electrons(basis: MeasurementBasis, counts: Counts) -> bool:
    """Whether the outcomes determine occupations, of rotated orbitals or without rotation."""
    return basis.allowed(counts.outcomes) is not None


def _mean(values: Any, weights: IntArray, spent: int) -> Estimate:
    """The mean of values over shots, with its standard error."""
    shots = int(weights.sum())
    mean = float(values @ weights) / shots
    variance = float((values - mean) ** 2 @ weights) / max(shots - 1, 1)
    return Estimate(mean, float(np.sqrt(variance / shots)), spent)

"""Energies from Aer: exact, sampled, and noisy in the limit of infinitely many shots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import ComplexArray, FloatArray, Vector
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends._measured import (
    MeasuredObjective,
    numbers_of_kept_shots,
    observable_plans,
    share_of,
)
from vqe_cli.backends.devices.compiling import CompiledCircuit, Tail
from vqe_cli.backends.devices.noise_models import readout_confusion
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import ComputationalBasis, MeasurementBasis, Sampler
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.mitigation.folding import folded
from vqe_cli.measurement.task import EnergyMeasurement, MeasurementTask
from vqe_cli.qubits.encoding import sparse_matrix
from vqe_cli.schema.backend_records import BackendRecord

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel

Method = Literal["statevector", "density_matrix", "matrix_product_state"]


@dataclass(frozen=True, eq=False)
class AerCircuit:
    """A transpiled circuit, and how it is simulated.

    Args:
        compiled: The transpiled circuit, with its noise model if there is one.
        method: Aer's simulation method.
        noise: Name of the noise in the record; None to leave it out.
    """

    compiled: CompiledCircuit
    method: Method
    noise: str | None = None

    @property
    def record(self) -> BackendRecord:
        """The record of the circuit: its representation, qubits, depth and gates."""
        circuit = self.compiled.circuit
        found = BackendRecord(
            representation=self.method,
            qubits=circuit.num_qubits,
            depth=circuit.depth(),
            two_qubit_gates=sum(1 for item in circuit.data if len(item.qubits) == 2),
            gates=dict(sorted(circuit.count_ops().items())),
        )
        return found if self.noise is None else found.model_copy(update={"noise": self.noise})


class _AerObjective:
    """Base class of Aer's objectives."""

    def __init__(self, state: ParameterisedState, circuit: AerCircuit, *, sampled: bool) -> None:
        compiled = circuit.compiled
        self._compiled = compiled
        self._method = circuit.method
        self._simulator = _simulator(circuit.method, compiled)
        self._observables = state.encoding.symmetries
        self.traits = Traits(
            num_parameters=state.num_parameters,
            sampled=sampled,
            noisy=compiled.noise is not None,
            conserving=state.conserving and compiled.noise is None,
            spectra=state.spectra,
        )

    def _bind(self, circuit: QuantumCircuit, x: Vector) -> QuantumCircuit:
        return circuit.assign_parameters(x) if x.size else circuit

    def _state(self, x: Vector, seed: int) -> Any:
        """The final statevector or density matrix."""
        return self._final_state(self._bind(self._compiled.circuit, x), seed)

    def _final_state(self, circuit: QuantumCircuit, seed: int) -> Any:
        """The final state of any circuit on the transpiled circuit's qubits."""
        circuit = circuit.copy()
        kind = "density_matrix" if self._method == "density_matrix" else "statevector"
        getattr(circuit, f"save_{kind}")()
        result = self._simulator.run(circuit, seed_simulator=seed, shots=1).result()
        raise_if_failed(result)
        return np.asarray(result.data(0)[kind])


class ExactAerObjective(_AerObjective, PointByPoint):
    """Exact expectation values of a noiseless circuit.

    Args:
        state: The parameterised state.
        circuit: The transpiled circuit of the state.
    """

    def __init__(self, state: ParameterisedState, circuit: AerCircuit) -> None:
        super().__init__(state, circuit, sampled=False)
        self.record = circuit.record
        self._hamiltonian = self._laid_out(state.encoding.hamiltonian)
        self._memory = state.encoding.memory
        self._matrix = None
        if circuit.method != "matrix_product_state":
            self._matrix = sparse_matrix(self._hamiltonian, self._memory)

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy, Hartree; `seed` and `shot_multiplier` have no effect."""
        if self._matrix is None:
            return Estimate(self._saved_expectation(self._hamiltonian, x))
        return Estimate(_mean(self._matrix, self._state(x, seed)))

    def amplitudes(self, x: Vector) -> ComplexArray | None:
        """The amplitudes on the problem's qubits, shape (2^qubits,); None for matrix products."""
        if self._matrix is None:
            return None
        outcomes = np.arange(1 << len(self._compiled.places))
        there = np.zeros_like(outcomes)
        for qubit, place in enumerate(self._compiled.places):
            there |= (outcomes >> qubit & 1) << place
        found: ComplexArray = self._state(x, 0)[there]
        return found

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem, and the energy variance where the state is known."""
        operators = {name: self._laid_out(op) for name, op in self._observables.items()}
        if self._matrix is None:
            return {n: Estimate(self._saved_expectation(o, x)) for n, o in operators.items()}
        state = self._state(x, seed)
        found = {
            n: Estimate(_mean(sparse_matrix(o, self._memory), state)) for n, o in operators.items()
        }
        energy = _mean(self._matrix, state)
        variance = _mean_square(self._matrix, state) - energy**2
        return {**found, "energy-variance": Estimate(max(variance, 0.0))}

    def _laid_out(self, operator: SparsePauliOp) -> SparsePauliOp:
        """The operator on the transpiled circuit's qubits."""
        places = self._compiled.places
        if places == tuple(range(operator.num_qubits)):
            return operator
        return operator.apply_layout(list(places), self._compiled.circuit.num_qubits)

    def _saved_expectation(self, operator: SparsePauliOp, x: Vector) -> float:
        circuit = self._bind(self._compiled.circuit, x)
        circuit = circuit if x.size else circuit.copy()
        circuit.save_expectation_value(operator, range(circuit.num_qubits), label="value")
        result = self._simulator.run(circuit, shots=1).result()
        raise_if_failed(result)
        return float(np.real(result.data(0)["value"]))


class AerSampler:
    """Counts, or probabilities, of a transpiled circuit after any change of basis.

    Where the state before the change of basis is one object (a statevector without noise, a
    density matrix with it), it is computed once for each point and used for all bases.

    Args:
        simulator: Aer's simulator.
        circuit: The circuit, and how it is simulated.
    """

    def __init__(self, simulator: AerSimulator, circuit: AerCircuit) -> None:
        self._simulator, self._compiled = simulator, circuit.compiled
        clean_state = circuit.method == "statevector" and circuit.compiled.noise is None
        self.reuses_state = clean_state or circuit.method == "density_matrix"
        self._tails: dict[MeasurementBasis, Tail] = {}

    def run(
        self,
        start: QuantumCircuit | Any,
        bases: Sequence[MeasurementBasis],
        shots: Sequence[int],
        seed: int,
        folds: int = 0,
    ) -> list[Counts]:
        """Take shots.

        Args:
            start: The state, or the circuit that prepares it.
            bases: The measurement bases.
            shots: Number of shots in each basis.
            seed: Random seed of Aer.
            folds: Number of times that the changes of basis are undone and repeated.

        Returns:
            The counts in each basis.
        """
        tails = [self.tail(basis) for basis in bases]
        if folds:
            tails = [replace(tail, circuit=folded(tail.circuit, folds)) for tail in tails]
        circuits = [self._measuring(tail, start) for tail in tails]
        batches: dict[int, list[int]] = defaultdict(list)
        for index, count in enumerate(shots):
            if count:
                batches[count].append(index)
        found = [Counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))] * len(bases)
        for number, (count, members) in enumerate(sorted(batches.items())):
            result = self._simulator.run(
                [circuits[index] for index in members],
                shots=count,
                seed_simulator=stream(seed, "simulated circuits", number).seed,
            ).result()
            raise_if_failed(result)
            for position, index in enumerate(members):
                found[index] = counts_of(result.data(position)["counts"])
        return found

    def probabilities(self, state: Any, bases: Sequence[MeasurementBasis]) -> list[FloatArray]:
        """Probabilities of all outcomes in each basis, with noise and readout errors."""
        if not bases:
            return []
        tails = [self.tail(basis) for basis in bases]
        circuits = [self._saving_probabilities(tail, state) for tail in tails]
        result = self._simulator.run(circuits, shots=1).result()
        raise_if_failed(result)
        return [
            read_out(result.data(index)["p"], self._compiled.noise, tail.places)
            for index, tail in enumerate(tails)
        ]

    def tail(self, basis: MeasurementBasis) -> Tail:
        """The transpiled change of basis, cached."""
        if basis not in self._tails:
            self._tails[basis] = self._compiled.tail(basis.circuit())
        return self._tails[basis]

    def _measuring(self, tail: Tail, start: QuantumCircuit | Any) -> QuantumCircuit:
        """State preparation, basis change and measurement in one circuit."""
        from qiskit import QuantumCircuit

        whole = QuantumCircuit(self._compiled.circuit.num_qubits, len(tail.places))
        if isinstance(start, QuantumCircuit):
            whole.compose(start, inplace=True)
        else:
            set_state(whole, start)
        whole.compose(tail.circuit, inplace=True)
        whole.measure(tail.places, range(len(tail.places)))
        return whole

    def _saving_probabilities(self, tail: Tail, state: Any) -> QuantumCircuit:
        from qiskit import QuantumCircuit

        circuit = QuantumCircuit(self._compiled.circuit.num_qubits)
        set_state(circuit, state)
        circuit.compose(tail.circuit, inplace=True)
        circuit.save_probabilities(list(tail.places), label="p")
        return circuit


class SampledAerObjective(_AerObjective, MeasuredObjective):
    """Energies from measured bit strings, with error bars.

    Args:
        task: The measurement task.
        circuit: The transpiled circuit of the parameterised state.
    """

    def __init__(self, task: MeasurementTask, circuit: AerCircuit) -> None:
        _AerObjective.__init__(self, task.state, circuit, sampled=True)
        self.traits = replace(self.traits, to_precision=task.budget.precision is not None)
        self.record = task.described(circuit.record)
        MeasuredObjective.__init__(self, task)
        self._sampler = AerSampler(self._simulator, circuit)

    def sampler(self, x: Vector, seed: int) -> Sampler:
        """A function that takes shots of the circuit at x."""
        reuses = self._sampler.reuses_state
        start = self._state(x, seed) if reuses else self._bind(self._compiled.circuit, x)

        def sample(
            bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int
        ) -> list[Counts]:
            return self._sampler.run(start, bases, shots, seed)

        return sample

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Shots in the computational basis."""
        basis = ComputationalBasis(self.task.state.encoding)
        return self.sampler(x, seed)([basis], [shots], seed)[0]

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """Probability that the circuit at x, undone by that at y, returns to its initial state."""
        shots = self.task.budget.scaled(shot_multiplier).total(np.ones(1))
        forth, back = (self._bind(self._compiled.circuit, point) for point in (x, y))
        circuit = forth.compose(self._compiled.in_its_gates(back.inverse()))
        circuit.measure_all()
        result = self._simulator.run(circuit, shots=shots, seed_simulator=seed).result()
        raise_if_failed(result)
        counts = counts_of(result.data(0)["counts"])
        return share_of(int(counts.repetitions[counts.outcomes == 0].sum()), shots)


class InfiniteAerObjective(_AerObjective, PointByPoint):
    """The limit of infinitely many shots with noise, which needs a density matrix.

    Args:
        measurement: The energy measurement whose limit is computed.
        circuit: The transpiled circuit of the parameterised state, on a density matrix with noise.
    """

    def __init__(self, measurement: EnergyMeasurement, circuit: AerCircuit) -> None:
        super().__init__(measurement.state, circuit, sampled=False)
        self.record = measurement.described(circuit.record)
        self._measurement = measurement
        self._sampler = AerSampler(self._simulator, circuit)
        self._plans = observable_plans(measurement.state.encoding)

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy, Hartree; `seed` and `shot_multiplier` have no effect."""
        plan, post_select = self._measurement.plan, self._measurement.post_select
        found = self._sampler.probabilities(self._state(x, seed), plan.bases)
        value, discarded = plan.expectation(found, post_select=post_select)
        return Estimate(value, discarded=discarded if post_select else None)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem: exact for selected outcomes, else computed."""
        selected = self._measurement.post_select
        found = numbers_of_kept_shots(self._measurement) if selected else {}
        state = self._state(x, seed)
        for name, plan in self._plans.items():
            if name in found:
                continue
            probabilities = self._sampler.probabilities(state, plan.bases)
            found[name] = Estimate(plan.expectation(probabilities)[0])
        return found


def counts_of(raw: dict[str, int]) -> Counts:
    """Counts from Aer's counts by hexadecimal outcome."""
    outcomes = np.array([int(key, 16) for key in raw], dtype=np.int64)
    return Counts(outcomes, np.array(list(raw.values()), dtype=np.int64))


def set_state(circuit: QuantumCircuit, state: Any) -> None:
    """Append the preparation of a statevector or a density matrix to an empty circuit."""
    if state.ndim == 2:
        circuit.set_density_matrix(state)
    else:
        circuit.set_statevector(state)


def read_out(
    probabilities: Any, noise: NoiseModel | None, places: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Probabilities of the read outcomes, from those of the true ones."""
    tensor = np.asarray(probabilities).reshape((2,) * len(places))
    if noise is not None:
        for qubit, matrix in enumerate(readout_confusion(noise, places)):
            axis = len(places) - 1 - qubit
            tensor = np.moveaxis(np.tensordot(matrix, tensor, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(tensor).reshape(-1)


def _simulator(method: Method, compiled: CompiledCircuit) -> AerSimulator:
    from qiskit_aer import AerSimulator

    small = compiled.circuit.num_qubits <= 14
    return AerSimulator(
        method=method,
        noise_model=compiled.noise,
        max_parallel_threads=1 if small else 0,
        fusion_enable=compiled.noise is None,
    )


def _mean(matrix: Any, state: npt.NDArray[np.complex128]) -> float:
    """Expectation value in a statevector or a density matrix."""
    if state.ndim == 1:
        return float(np.vdot(state, matrix @ state).real)
    return float((matrix @ state).trace().real)


def _mean_square(matrix: Any, state: npt.NDArray[np.complex128]) -> float:
    """``⟨H²⟩`` without squaring the matrix."""
    product = matrix @ state
    if state.ndim == 1:
        return float(np.vdot(product, product).real)
    return float((matrix @ product).trace().real)


def raise_if_failed(result: Any) -> None:
    """Raise the error that Aer reports in its result, if there is one.

    Raises:
        ResourceLimitError: Memory does not suffice.
        RuntimeError: Aer reports any other error.
    """
    if result is None or result.success:
        return
    said = [str(result.status), *(str(part.status) for part in result.results)]
    short = next((text for text in said if "memory" in text.lower()), None)
    if short is not None:
        hint = "choose a smaller active space: --active-space '{name: frontier, ...}'"
        raise ResourceLimitError(f"Aer: {short}", hint=hint)
    raise RuntimeError(f"Aer: {result.status}")

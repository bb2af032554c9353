"""Energies from Aer: exact expectation values, sampled ones, and noisy ones without scatter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from vqe_cli.backends.aer_simulator.devices import CompiledCircuit
from vqe_cli.backends.aer_simulator.noise_models import readout_confusion
from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.objective import Density, Estimate, Traits, Vector
from vqe_cli.qubits.encoding import sparse_matrix
from vqe_cli.trial import TrialState

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp
    from qiskit_aer import AerSimulator

Method = Literal["statevector", "density_matrix", "matrix_product_state"]


class _AerObjective:
    """What all of Aer's objectives share."""

    def __init__(
        self, trial: TrialState, compiled: CompiledCircuit, method: Method, *, sampled: bool
    ) -> None:
        self._trial = trial
        self._compiled = compiled
        self._method = method
        self._simulator = _simulator(method, compiled)
        self._observables = trial.encoding.symmetries
        self.traits = Traits(
            num_parameters=trial.num_parameters,
            has_gradient=False,
            sampled=sampled,
            noisy=compiled.noise is not None,
            conserving=trial.product is not None and compiled.noise is None,
            spectra=trial.spectra,
        )
        counts = compiled.circuit.count_ops()
        two_qubit = sum(1 for item in compiled.circuit.data if len(item.qubits) == 2)
        self.details: dict[str, object] = {
            "representation": method,
            "qubits": compiled.circuit.num_qubits,
            "depth": compiled.circuit.depth(),
            "two_qubit_gates": two_qubit,
            "gates": dict(sorted(counts.items())),
        }

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Aer has no analytic gradients."""
        raise NotImplementedError

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Aer measures qubits, not orbitals."""
        raise NotImplementedError

    def _bind(self, circuit: QuantumCircuit, x: Vector) -> QuantumCircuit:
        return circuit.assign_parameters(x) if x.size else circuit

    def _state(self, x: Vector, seed: int) -> Any:
        """The final statevector or density matrix."""
        circuit = self._bind(self._compiled.circuit, x)
        circuit = circuit if x.size else circuit.copy()
        kind = "density_matrix" if self._method == "density_matrix" else "statevector"
        getattr(circuit, f"save_{kind}")()
        result = self._simulator.run(circuit, seed_simulator=seed, shots=1).result()
        _raise_if_failed(result)
        return np.asarray(result.data(0)[kind])


class ExactAerObjective(_AerObjective):
    """Exact expectation values of a noiseless circuit.

    Args:
        trial: The trial state.
        compiled: Its compiled circuit.
        method: Aer's simulation method.
    """

    def __init__(self, trial: TrialState, compiled: CompiledCircuit, method: Method) -> None:
        super().__init__(trial, compiled, method, sampled=False)
        self._hamiltonian = self._laid_out(trial.encoding.hamiltonian)
        self._matrix = None
        if method != "matrix_product_state":
            self._matrix = sparse_matrix(self._hamiltonian)

    def energy(self, x: Vector, seed: int) -> Estimate:
        """The total energy; the seed plays no part."""
        if self._matrix is None:
            return Estimate(self._saved_expectation(self._hamiltonian, x))
        return Estimate(_mean(self._matrix, self._state(x, seed)))

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem, and the variance where there is a state."""
        operators = {name: self._laid_out(op) for name, op in self._observables.items()}
        if self._matrix is None:
            return {n: Estimate(self._saved_expectation(o, x)) for n, o in operators.items()}
        state = self._state(x, seed)
        found = {n: Estimate(_mean(sparse_matrix(o), state)) for n, o in operators.items()}
        energy = _mean(self._matrix, state)
        variance = _mean_square(self._matrix, state) - energy**2
        return {**found, "energy-variance": Estimate(max(variance, 0.0))}

    def _laid_out(self, operator: SparsePauliOp) -> SparsePauliOp:
        """The operator on the compiled circuit's qubits."""
        places = self._compiled.places
        if places == tuple(range(operator.num_qubits)):
            return operator
        return operator.apply_layout(list(places), self._compiled.circuit.num_qubits)

    def _saved_expectation(self, operator: SparsePauliOp, x: Vector) -> float:
        circuit = self._bind(self._compiled.circuit, x)
        circuit = circuit if x.size else circuit.copy()
        circuit.save_expectation_value(operator, range(circuit.num_qubits), label="value")
        result = self._simulator.run(circuit, shots=1).result()
        _raise_if_failed(result)
        return float(np.real(result.data(0)["value"]))


class MeasuredAerObjective(_AerObjective):
    """Energies from measured bit strings, with error bars; or their limit of infinitely many shots.

    Where the state before the measurement is one object (a statevector without noise, a density
    matrix with it), it is computed once for each energy and all groups are measured on it.

    Args:
        trial: The trial state.
        compiled: Its compiled circuit, with noise if there is any.
        method: Aer's simulation method.
        measurement: How terms are grouped.
        shots: On average for every group; None for infinitely many, which needs a density matrix.
    """

    def __init__(
        self,
        trial: TrialState,
        compiled: CompiledCircuit,
        method: Method,
        measurement: Measurement,
        shots: int | None,
    ) -> None:
        super().__init__(trial, compiled, method, sampled=shots is not None)
        self._shots = shots
        self._measurement = measurement
        self._plan = measurement.plan(trial.encoding.hamiltonian)
        clean_state = method == "statevector" and compiled.noise is None
        self._reuses_state = clean_state or method == "density_matrix"
        self.details |= {
            "measurement": measurement.name,
            "groups": len(self._plan.groups),
            "shots_per_energy": sum(self._plan.allocate(shots)) if shots else None,
        }

    def energy(self, x: Vector, seed: int) -> Estimate:
        """The total energy with its standard error."""
        return self._measure([self._plan], x, seed)[0]

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Conserved quantities of the problem, each measured afresh."""
        plans = [self._measurement.plan(op) for op in self._observables.values()]
        if not plans:
            return {}
        return dict(zip(self._observables, self._measure(plans, x, seed), strict=True))

    def _measure(self, plans: Sequence[MeasurementPlan], x: Vector, seed: int) -> list[Estimate]:
        sequence = np.random.SeedSequence(seed)
        state_seed, sample_seed = (int(s) for s in sequence.generate_state(2) >> 1)
        state = self._state(x, state_seed) if self._reuses_state else None
        tails = [self._tail(group.bases) for plan in plans for group in plan.groups]
        if self._shots is None:
            return self._infinite(plans, tails, state)
        shots = [count for plan in plans for count in plan.allocate(self._shots)]
        circuits = [self._whole(tail, state, x) for tail in tails]
        counts = iter(self._run(circuits, shots, sample_seed))
        return [
            plan.combine([group.estimate(next(counts)) for group in plan.groups]) for plan in plans
        ]

    def _tail(self, bases: tuple[str, ...]) -> QuantumCircuit:
        """Turn the bases to Z, in gates that every device has."""
        from qiskit import QuantumCircuit

        tail = QuantumCircuit(self._compiled.circuit.num_qubits, len(bases))
        for place, basis in zip(self._compiled.places, bases, strict=True):
            if basis == "X":
                tail.rz(np.pi / 2, place)
            if basis in "XY":
                tail.sx(place)
        return tail

    def _whole(self, tail: QuantumCircuit, state: Any, x: Vector) -> QuantumCircuit:
        """State preparation, basis change and measurement in one circuit."""
        whole = tail.copy_empty_like()
        if state is None:
            whole.compose(self._bind(self._compiled.circuit, x), inplace=True)
        else:
            self._set_state(whole, state)
        whole.compose(tail, inplace=True)
        whole.measure(self._compiled.places, range(len(self._compiled.places)))
        return whole

    def _set_state(self, circuit: QuantumCircuit, state: Any) -> None:
        if self._method == "density_matrix":
            circuit.set_density_matrix(state)
        else:
            circuit.set_statevector(state)

    def _run(
        self, circuits: list[QuantumCircuit], shots: list[int], seed: int
    ) -> list[dict[int, int]]:
        """Run circuits of equal shots together; counts by outcome, qubit 0 the lowest bit."""
        batches: dict[int, list[int]] = defaultdict(list)
        for index, count in enumerate(shots):
            batches[count].append(index)
        counts: list[dict[int, int]] = [{} for _ in circuits]
        for number, (count, members) in enumerate(sorted(batches.items())):
            result = self._simulator.run(
                [circuits[index] for index in members],
                shots=count,
                seed_simulator=(seed + 7919 * number) % 2**31,
            ).result()
            _raise_if_failed(result)
            for position, index in enumerate(members):
                raw = result.data(position)["counts"]
                counts[index] = {int(key, 16): value for key, value in raw.items()}
        return counts

    def _infinite(
        self, plans: Sequence[MeasurementPlan], tails: list[QuantumCircuit], state: Any
    ) -> list[Estimate]:
        """Probabilities after noise and readout errors instead of counts."""
        circuits = [self._saving_probabilities(tail, state) for tail in tails]
        result: Any = self._simulator.run(circuits, shots=1).result() if circuits else None
        _raise_if_failed(result)
        remaining = iter(range(len(circuits)))
        found = []
        for plan in plans:
            value = plan.constant
            for group in plan.groups:
                value += group.expectation(self._read_out(result.data(next(remaining))["p"]))
            found.append(Estimate(value))
        return found

    def _saving_probabilities(self, tail: QuantumCircuit, state: Any) -> QuantumCircuit:
        circuit = tail.copy_empty_like()
        self._set_state(circuit, state)
        circuit.compose(tail, inplace=True)
        circuit.save_probabilities(list(self._compiled.places), label="p")
        return circuit

    def _read_out(self, probabilities: Any) -> npt.NDArray[np.float64]:
        """Probabilities of what is read, from those of what is there."""
        places = self._compiled.places
        tensor = np.asarray(probabilities).reshape((2,) * len(places))
        if self._compiled.noise is not None:
            for qubit, matrix in enumerate(readout_confusion(self._compiled.noise, places)):
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


def _raise_if_failed(result: Any) -> None:
    if result is not None and not result.success:
        raise RuntimeError(f"Aer: {result.status}")

"""Energies from Aer: exact, sampled, and noisy in the limit of infinitely many shots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends._measured import (
    MeasuredObjective,
    numbers_of_kept_shots,
    observable_plans,
    share_of,
)
from vqe_cli.backends.aer.sampler import (
    BYTES_OF_A_RUN,
    AerCircuit,
    AerSampler,
    Method,
    Outcomes,
    counts_of,
    raise_if_failed,
)
from vqe_cli.backends.devices.compiling import CompiledCircuit
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.fermions.curvature import curvature
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import ComputationalBasis, MeasurementBasis, Sampler
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.task import EnergyMeasurement, MeasurementTask
from vqe_cli.qubits.encoding import sparse_matrix

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp
    from qiskit_aer import AerSimulator


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
        result = self._simulator.run(self._saving(circuit), seed_simulator=seed, shots=1).result()
        raise_if_failed(result)
        return np.asarray(result.data(0)[self._kind])

    def _states(self, points: Sequence[Vector], seed: int) -> Iterator[Any]:
        """The final states at several points, in one run of the simulator."""
        circuit = self._saving(self._compiled.circuit)
        values = np.array(points)
        binds = {parameter: list(values[:, k]) for k, parameter in enumerate(circuit.parameters)}
        result = self._simulator.run(
            [circuit], parameter_binds=[binds], seed_simulator=seed, shots=1
        ).result()
        raise_if_failed(result)
        return (np.asarray(result.data(index)[self._kind]) for index in range(len(points)))

    def _saving(self, circuit: QuantumCircuit) -> QuantumCircuit:
        """A copy of a circuit that saves its final state."""
        found = circuit.copy()
        getattr(found, f"save_{self._kind}")()
        return found

    @property
    def _kind(self) -> str:
        return "density_matrix" if self._method == "density_matrix" else "statevector"


class ExactAerObjective(_AerObjective, PointByPoint):
    """Exact expectation values of a noiseless circuit.

    Args:
        state: The parameterised state.
        circuit: The transpiled circuit of the state.
    """

    def __init__(self, state: ParameterisedState, circuit: AerCircuit) -> None:
        super().__init__(state, circuit, sampled=False)
        self.traits = _with_curvature(self.traits, state)
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

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, as many in one run as fit into `BYTES_OF_A_RUN`."""
        if self._matrix is None or self.traits.num_parameters == 0:
            return super().energies(points, seeds, shot_multiplier)
        size = 16 * self._matrix.shape[0] ** (2 if self._method == "density_matrix" else 1)
        at_once = max(1, BYTES_OF_A_RUN // size)
        return [
            Estimate(_mean(self._matrix, state))
            for first in range(0, len(points), at_once)
            for state in self._states(points[first : first + at_once], seeds[first])
        ]

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


def _with_curvature(traits: Traits, state: ParameterisedState) -> Traits:
    """The traits with second derivatives from orbital energies, where excitations have any."""
    problem, product = state.encoding.problem, state.product
    if product is None or not isinstance(problem, ElectronicProblem):
        return traits
    excitations = [rotation.excitation for rotation in product.rotations]
    return replace(
        traits,
        curvature=curvature(problem, product),
        from_reference=all(excitation.leaves(problem.nelec) for excitation in excitations),
    )


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
        start = self._bind(self._compiled.circuit, x)
        if self._sampler.reuses_state:
            return Outcomes(self._sampler, start, lambda: self._final_state(start, seed))

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

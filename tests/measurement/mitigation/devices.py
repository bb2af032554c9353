"""A noisy device whose probabilities are computed once, so that many seeds cost little."""

from __future__ import annotations

from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.transpiler import generate_preset_pass_manager
from qiskit_aer import AerSimulator

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.devices.compiling import compile_with_noise
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.devices.noise_models import readout_confusion
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation import OneByOne, Preparation, QubitShots, StateShots
from vqe_cli.measurement.mitigation.folding import folded


class Nothing(MeasurementBasis):
    """A measurement basis without a change of basis."""

    def __init__(self, number: int) -> None:
        self.number = number

    def circuit(self) -> QuantumCircuit:
        return QuantumCircuit(self.number)

    def values(self, outcomes: IntArray) -> FloatArray:
        return np.zeros(outcomes.size)


class DensityMatrixDevice(OneByOne):
    """A device with all qubits connected, noisy CX, RZ, SX and X by Aer, and readout errors.

    Args:
        state: The ansatz.
        noise: The noise, as in an input file.
    """

    def __init__(self, state: ParameterisedState, noise: dict[str, Any]) -> None:
        compiled = compile_with_noise(state.circuit, Noise.model_validate(noise), 1, 7)
        assert compiled.places == tuple(range(state.encoding.num_qubits))
        self.circuit, self.noise = compiled.circuit, compiled.noise
        self.simulator = AerSimulator(method="density_matrix", noise_model=self.noise)
        self.known: dict[Any, FloatArray] = {}
        self.shots = 0

    def sample(self, order: StateShots) -> list[Counts]:
        rng = np.random.default_rng(order.seed)
        self.shots += sum(order.shots)
        found = []
        for basis, count in zip(order.bases, order.shots, strict=True):
            repetitions = rng.multinomial(count, self.probabilities(order.preparation, basis))
            outcomes = np.flatnonzero(repetitions)
            found.append(Counts(outcomes, repetitions[outcomes]))
        return found

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        return tuple(range(self.circuit.num_qubits))

    def read(self, order: QubitShots) -> Counts:
        number = self.circuit.num_qubits
        assert order.qubits == tuple(range(number))
        preparation = Preparation(bits=(order.bit,) * number)
        return self.sample(StateShots(preparation, [Nothing(number)], [order.shots], order.seed))[0]

    def probabilities(self, preparation: Preparation, basis: MeasurementBasis) -> FloatArray:
        """Probabilities of all outcomes, with readout errors."""
        x = () if preparation.x is None else tuple(preparation.x)
        basis_change = basis.circuit()
        key = (x, preparation.bits, preparation.folds, str(basis_change.draw("text")))
        if key not in self.known:
            whole = folded(self._prepared(preparation), preparation.folds)
            passes = generate_preset_pass_manager(1, basis_gates=["cx", "rz", "sx", "x"])
            tail = folded(passes.run(basis_change), preparation.folds)
            whole.compose(tail, inplace=True)
            self.known[key] = self._read(whole)
        return self.known[key]

    def _prepared(self, preparation: Preparation) -> QuantumCircuit:
        if preparation.x is not None:
            return self.circuit.assign_parameters(preparation.x)
        assert preparation.bits is not None
        circuit = QuantumCircuit(len(preparation.bits))
        for qubit in np.flatnonzero(preparation.bits):
            circuit.x(int(qubit))
        return circuit

    def _read(self, circuit: QuantumCircuit) -> FloatArray:
        number = circuit.num_qubits
        circuit.save_probabilities(list(range(number)), label="p")
        found = self.simulator.run(circuit, shots=1).result().data(0)["p"]
        confusion = np.eye(1)
        if self.noise is not None:
            for matrix in readout_confusion(self.noise, range(number)):
                confusion = np.kron(matrix, confusion)
        else:
            confusion = np.eye(1 << number)
        read = np.clip(confusion @ np.asarray(found), 0.0, None)
        return np.asarray(read / read.sum())

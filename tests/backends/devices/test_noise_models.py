"""Noise that consists of parts, against results by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Pauli
from qiskit_aer import AerSimulator

from vqe_cli.backends.devices.compiling import compile_with_noise
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.devices.noise_models import readout_confusion

pytestmark = pytest.mark.quick

THERMAL = {"t1": 100.0, "t2": 80.0, "one_qubit_gate": 20.0, "two_qubit_gate": 50.0, "readout": 30.0}


def expectation(circuit: QuantumCircuit, pauli: str, noise: dict[str, Any]) -> float:
    """⟨P⟩ of a circuit of CX, RZ, SX and X, with gate noise and without readout errors."""
    compiled = compile_with_noise(circuit, Noise.model_validate(noise), 0, 1)
    ready = compiled.circuit.copy()
    ready.save_density_matrix()
    simulator = AerSimulator(method="density_matrix", noise_model=compiled.noise)
    state = DensityMatrix(np.asarray(simulator.run(ready).result().data(0)["density_matrix"]))
    places = list(compiled.places)
    return float(state.expectation_value(Pauli(pauli), places).real)


def gates(*names: str) -> QuantumCircuit:
    """One qubit and the gates on it."""
    circuit = QuantumCircuit(1)
    for name in names:
        getattr(circuit, name)(0)
    return circuit


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_gate_mixes_its_qubit(count: int) -> None:
    found = expectation(gates(*["x"] * count), "Z", {"depolarizing": {"one_qubit": 0.1}})
    assert found == pytest.approx((-0.9) ** count)


def test_two_qubit_gate_mixes_both_of_its_qubits() -> None:
    circuit = QuantumCircuit(2)
    circuit.x(0)
    circuit.cx(0, 1)
    found = expectation(circuit, "ZZ", {"depolarizing": {"one_qubit": 0.1, "two_qubit": 0.2}})
    assert found == pytest.approx(0.8, abs=1e-12)  # Z of the target was untouched by X's error
    assert expectation(circuit, "IZ", {"depolarizing": {"two_qubit": 0.2}}) == pytest.approx(-0.8)


def test_rz_is_free() -> None:
    circuit = QuantumCircuit(1)
    circuit.rz(0.3, 0)
    assert expectation(circuit, "Z", {"depolarizing": {"one_qubit": 0.5}}) == pytest.approx(1.0)


def test_excited_qubit_decays_with_t1() -> None:
    excited = (1 - expectation(gates("x"), "Z", {"thermal": THERMAL})) / 2
    assert excited == pytest.approx(np.exp(-20 / 100))


def test_phase_decays_with_t2() -> None:
    assert expectation(gates("sx"), "Y", {"thermal": THERMAL}) == pytest.approx(-np.exp(-20 / 80))


def test_both_qubits_of_a_gate_decay_as_long_as_it_lasts() -> None:
    circuit = QuantumCircuit(2)
    circuit.x(0)
    circuit.cx(0, 1)
    thermal = {**THERMAL, "one_qubit_gate": 0.0}
    for pauli in ("IZ", "ZI"):
        excited = (1 - expectation(circuit, pauli, {"thermal": thermal})) / 2
        assert excited == pytest.approx(np.exp(-50 / 100))


def test_scale_multiplies_probabilities_and_rates() -> None:
    noise = {"depolarizing": {"one_qubit": 0.1}, "scale": 3.0}
    assert expectation(gates("x"), "Z", noise) == pytest.approx(-0.7)
    excited = (1 - expectation(gates("x"), "Z", {"thermal": THERMAL, "scale": 3.0})) / 2
    assert excited == pytest.approx(np.exp(-3 * 20 / 100))
    assert expectation(gates("x"), "Z", {**noise, "scale": 0.0}) == pytest.approx(-1.0)


@pytest.mark.parametrize(("prepared", "mean"), [("id", 1 - 2 * 0.02), ("x", -(1 - 2 * 0.06))])
def test_readout_errors_bias_what_is_read(prepared: str, mean: float) -> None:
    """⟨Z⟩ of |0⟩ falls by 2 P(1|0), and ⟨Z⟩ of |1⟩ rises by 2 P(0|1)."""
    noise = Noise.model_validate({"readout": {"p1_given_0": 0.02, "p0_given_1": 0.06}})
    compiled = compile_with_noise(gates(prepared), noise, 0, 1)
    matrix = readout_confusion(compiled.noise, [0])[0]
    assert np.array([1.0, -1.0]) @ matrix[:, int(prepared == "x")] == pytest.approx(mean)
    measured = compiled.circuit.copy()
    measured.measure_all()
    shots = 20_000
    simulator = AerSimulator(noise_model=compiled.noise, seed_simulator=3)
    counts = simulator.run(measured, shots=shots).result().get_counts()
    found = (counts.get("0", 0) - counts.get("1", 0)) / shots
    assert abs(found - mean) < 4 * np.sqrt((1 - mean**2) / shots)


def test_qubit_decays_while_it_is_read_and_then_is_read_wrongly() -> None:
    noise = {"thermal": THERMAL, "readout": {"p1_given_0": 0.02, "p0_given_1": 0.06}, "scale": 2.0}
    model = compile_with_noise(gates("x"), Noise.model_validate(noise), 0, 1).noise
    kept = np.exp(-2 * 30 / 100)
    matrix = readout_confusion(model, [0])[0]
    assert matrix[1, 1] == pytest.approx(kept * 0.88 + (1 - kept) * 0.04)
    assert matrix[1, 0] == pytest.approx(0.04)


def test_only_neighbours_on_a_line_are_joined() -> None:
    circuit = QuantumCircuit(4)
    for target in (1, 2, 3):
        circuit.cx(0, target)
    for coupling, far in (("line", False), ("all", True)):
        noise = Noise.model_validate({"readout": 0.01, "coupling": coupling})
        compiled = compile_with_noise(circuit, noise, 1, 5).circuit
        distances = [
            abs(compiled.find_bit(item.qubits[0]).index - compiled.find_bit(item.qubits[1]).index)
            for item in compiled.data
            if len(item.qubits) == 2
        ]
        assert (max(distances) > 1) is far

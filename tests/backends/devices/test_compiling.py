"""Fake IBM devices, reduced to the qubits that a circuit uses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector, average_gate_fidelity
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError

from tests.problems import TWO_PARAMETERS, encoding_of, objective_of, qubit_encoding
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.devices.compiling import (
    CompiledCircuit,
    compile_for_device,
    compile_plain,
    compile_with_noise,
)
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.devices.noise_models import readout_confusion
from vqe_cli.backends.ibm.runtime import fake_device


@pytest.fixture(scope="module")
def manila() -> Any:
    return fake_device("fake_manila")


def test_prefix_may_be_left_out() -> None:
    assert fake_device("manila").name == "fake_manila"


@pytest.mark.parametrize("device", ["fake_manila", "fake_fez"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_compiled_circuit_is_the_same_state_on_the_active_qubits(device: str, seed: int) -> None:
    encoding = encoding_of("h2")
    state = ANSATZE.create(TWO_PARAMETERS).state(encoding)
    compiled = compile_for_device(state.circuit, fake_device(device), 2, seed)
    x = np.array([-0.3, 0.2])
    assert compiled.circuit.num_qubits <= 6
    vector = Statevector(compiled.circuit.assign_parameters(x))
    laid_out = encoding.hamiltonian.apply_layout(list(compiled.places), vector.num_qubits)
    exact = objective_of(encoding, TWO_PARAMETERS).energy(x, 0).value
    assert vector.expectation_value(laid_out).real == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_permutations_that_the_compiler_leaves_implicit_are_kept(manila: Any, level: int) -> None:
    """Swaps at the end are elided into the layout; qubits must still be found again."""
    circuit = QuantumCircuit(3)
    circuit.ry(0.3, 0)
    circuit.ry(1.1, 1)
    circuit.cx(0, 2)
    circuit.swap(0, 1)
    circuit.swap(1, 2)
    expected = Statevector(circuit).probabilities()
    for compiled in (compile_for_device(circuit, manila, level, 1), compile_plain(circuit, level)):
        found = Statevector(compiled.circuit).probabilities(list(compiled.places))
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_circuit_on_all_qubits_keeps_the_noise_of_the_whole_device(manila: Any) -> None:
    """Probabilities of Aer with the full device's own noise model, readout errors included."""
    paulis = {"IIIIZ": 1.0, "IIIZZ": 0.5, "ZIIIZ": -0.25, "ZZZZZ": 0.75}
    ansatz = {"name": "two-local", "rotation_blocks": "ry", "reps": 1, "entanglement": "linear"}
    encoding = qubit_encoding(paulis)
    state = ANSATZE.create(ansatz).state(encoding)
    x = np.random.default_rng(2).uniform(-2, 2, state.num_parameters)
    found = objective_of(encoding, ansatz, {"name": "aer", "noise": "fake_manila"}).energy(x, 0)

    compiled = compile_for_device(state.circuit, manila, 2, 7)
    whole = compiled.circuit.assign_parameters(x)
    whole.measure_all()
    noise = NoiseModel.from_backend(manila, readout_error=False)
    for qubit in range(5):
        p10, p01 = calibrated(manila, qubit)
        noise.add_readout_error(ReadoutError([[1 - p10, p10], [p01, 1 - p01]]), [qubit])
    simulator = AerSimulator(method="density_matrix", noise_model=noise, seed_simulator=5)
    shots = 400_000
    counts = simulator.run(whole, shots=shots).result().get_counts()
    values = []
    for bits, count in counts.items():
        read = [1 - 2 * int(bits[-1 - place]) for place in compiled.places]
        z = sum(
            weight * np.prod([read[q] for q in range(5) if label[4 - q] == "Z"])
            for label, weight in paulis.items()
        )
        values.append((z, count))
    mean = sum(z * count for z, count in values) / shots
    spread = sum((z - mean) ** 2 * count for z, count in values) / shots
    assert abs(found.value - mean) < 4 * np.sqrt(spread / shots)


def test_readout_error_of_one_qubit_is_that_of_the_calibration(manila: Any) -> None:
    """⟨Z⟩ of an idle qubit is 1 - 2 P(1|0) for one of the device's qubits."""
    ansatz = {"name": "two-local", "rotation_blocks": "rz", "entanglement_blocks": "cz", "reps": 0}
    noisy = objective_of(
        qubit_encoding({"IZ": 1.0}), ansatz, {"name": "aer", "noise": "fake_manila"}
    )
    energy = noisy.energy(np.zeros(noisy.traits.num_parameters), 0).value
    known = [calibrated(manila, qubit)[0] for qubit in range(5)]
    assert min(abs((1 - energy) / 2 - flip) for flip in known) < 1e-9


def test_confusion_matrix_has_what_is_read_in_rows_and_what_was_true_in_columns() -> None:
    noise = NoiseModel()
    noise.add_readout_error(ReadoutError([[0.9, 0.1], [0.3, 0.7]]), [1])
    perfect, faulty = readout_confusion(noise, (0, 1))
    np.testing.assert_array_equal(perfect, np.eye(2))
    np.testing.assert_allclose(faulty, [[0.9, 0.3], [0.1, 0.7]])


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_readout_errors_are_the_calibrated_ones_of_both_bits(manila: Any, scale: float) -> None:
    """From a target, Aer would take the mean for both bits."""
    compiled = idle(manila, scale)
    found = readout_confusion(compiled.noise, range(5))
    for qubit, matrix in enumerate(found):
        p10, p01 = calibrated(manila, qubit)
        assert p10 != p01
        np.testing.assert_allclose(
            matrix, [[1 - scale * p10, scale * p01], [scale * p10, 1 - scale * p01]]
        )


def test_scaled_readout_errors_end_at_a_random_bit(manila: Any) -> None:
    compiled = idle(manila, 100.0)
    np.testing.assert_allclose(readout_confusion(compiled.noise, range(5)), 0.5)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(("gate", "qubits"), [("sx", (1,)), ("cx", (0, 1))])
def test_gate_errors_are_the_scaled_ones_of_the_target(
    manila: Any, gate: str, qubits: tuple[int, ...], scale: float
) -> None:
    """Errors of a target are average infidelities."""
    noise = idle(manila, scale).noise
    infidelity = 1 - average_gate_fidelity(noise._local_quantum_errors[gate][qubits])
    assert infidelity == pytest.approx(scale * manila.target[gate][qubits].error, rel=1e-6)


def test_device_at_scale_zero_has_no_noise_and_its_own_gates(manila: Any) -> None:
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    compiled = compile_with_noise(circuit, Noise(device="fake_manila", scale=0.0), 2, 1)
    assert compiled.noise is None
    assert set(compiled.circuit.count_ops()) <= {"cx", "rz", "sx", "x"}


def calibrated(device: Any, qubit: int) -> tuple[float, float]:
    """P(1|0) and P(0|1) of a qubit's calibration."""
    known = device.properties().qubit_property(qubit)
    return known["prob_meas1_prep0"][0], known["prob_meas0_prep1"][0]


def idle(device: Any, scale: float) -> CompiledCircuit:
    """X on all qubits of a device, with scaled noise."""
    circuit = QuantumCircuit(device.num_qubits)
    circuit.x(range(device.num_qubits))
    return compile_for_device(circuit, device, 0, 1, scale)


def test_large_device_is_shrunk_to_the_active_qubits() -> None:
    objective = objective_of(
        encoding_of("h2"), TWO_PARAMETERS, {"name": "aer", "noise": "fake_fez"}
    )
    assert objective.record.qubits <= 6
    gates = objective.record.gates
    assert isinstance(gates, dict)
    assert set(gates) <= set(fake_device("fake_fez").target.operation_names)


def test_plain_compilation_is_the_same_unitary() -> None:
    circuit = QuantumCircuit(3)
    circuit.h(0)
    circuit.ccx(0, 1, 2)
    circuit.cry(0.7, 2, 0)
    compiled = compile_plain(circuit, 1)
    assert compiled.noise is None
    if compiled.places == (0, 1, 2):
        assert Operator(compiled.circuit).equiv(Operator(circuit))

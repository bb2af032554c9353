"""Circuits rewritten in Pauli rotations are the same unitaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import Operator, Pauli
from scipy.linalg import expm

from vqe_cli.qubits.rotations import FixedGate, PauliRotation, RotationCircuit, decompose

THETA = ParameterVector("θ", 3)

ANGLES = {
    **dict.fromkeys(("rx", "ry", "rz", "p"), 1),
    **dict.fromkeys(("crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "rzx"), 2),
}
FIXED = {
    **dict.fromkeys(("h", "y", "sx", "sxdg", "sdg", "tdg"), 1),
    **dict.fromkeys(("cx", "cy", "cz", "ch", "ecr", "swap", "iswap"), 2),
    **dict.fromkeys(("ccx", "barrier"), 3),
}
GATES = sorted({*ANGLES, *FIXED, "u"})


def append(circuit: QuantumCircuit, name: str, qubits: list[int], angle: object) -> None:
    """Append a gate by name on as many of the qubits as it needs."""
    if name == "u":
        circuit.u(angle, 0.3, angle, qubits[0])
    elif name in ANGLES:
        getattr(circuit, name)(angle, *qubits[: ANGLES[name]])
    else:
        getattr(circuit, name)(*qubits[: FIXED[name]])


def unitary(found: RotationCircuit, x: np.ndarray) -> np.ndarray:
    """The product of the gates as dense matrices."""
    total = np.eye(2**found.num_qubits, dtype=complex)
    for gate in found.gates:
        if isinstance(gate, FixedGate):
            circuit = QuantumCircuit(found.num_qubits)
            circuit.unitary(gate.matrix, gate.qubits)
            matrix = Operator(circuit).data
        else:
            matrix = pauli_rotation(gate, found.num_qubits, x)
        total = matrix @ total
    return total


def pauli_rotation(gate: PauliRotation, num_qubits: int, x: np.ndarray) -> np.ndarray:
    label = ["I"] * num_qubits
    for letter, qubit in zip(gate.pauli, gate.qubits, strict=True):
        label[num_qubits - 1 - qubit] = letter
    angle = gate.offset + sum(weight * x[index] for index, weight in gate.weights)
    return expm(-0.5j * angle * Pauli("".join(label)).to_matrix())


def assert_same_up_to_phase(found: np.ndarray, expected: np.ndarray) -> None:
    overlap = np.trace(expected.conj().T @ found) / expected.shape[0]
    assert abs(overlap) == pytest.approx(1.0, abs=1e-10)


@st.composite
def circuits(draw: st.DrawFn) -> QuantumCircuit:
    """Random gates with angles that are linear in up to three parameters."""
    circuit = QuantumCircuit(3)
    for _ in range(draw(st.integers(1, 8))):
        factor = draw(st.sampled_from([1.0, -1.0, 0.5, 2.0, 0.3]))
        angle = factor * THETA[draw(st.integers(0, 2))] + draw(st.sampled_from([0.0, 0.4]))
        angle = angle - draw(st.sampled_from([0.0, 1.0])) * THETA[draw(st.integers(0, 2))]
        qubits = draw(st.permutations(range(3)))
        append(circuit, draw(st.sampled_from(GATES)), qubits, angle)
    return circuit


@settings(max_examples=60, deadline=None, derandomize=True)
@given(circuits())
def test_decomposed_circuit_is_the_same_unitary(circuit: QuantumCircuit) -> None:
    found = decompose(circuit)
    assert found.num_qubits == 3
    assert found.num_parameters == circuit.num_parameters
    x = np.random.default_rng(4).uniform(-3, 3, size=circuit.num_parameters)
    expected = Operator(circuit.assign_parameters(x)).data
    assert_same_up_to_phase(unitary(found, x), expected)


@pytest.mark.parametrize("name", GATES)
def test_every_gate_alone_is_the_same_unitary(name: str) -> None:
    circuit = QuantumCircuit(3)
    append(circuit, name, [2, 0, 1], THETA[0])
    for angle in (-2.0, 0.7):
        x = np.full(circuit.num_parameters, angle)
        expected = Operator(circuit.assign_parameters(x)).data
        assert_same_up_to_phase(unitary(decompose(circuit), x), expected)


def test_parameters_are_numbered_as_in_the_circuit() -> None:
    b, a = Parameter("b"), Parameter("a")
    circuit = QuantumCircuit(1)
    circuit.rx(b, 0)
    circuit.ry(a, 0)
    first, second = decompose(circuit).gates
    assert isinstance(first, PauliRotation)
    assert isinstance(second, PauliRotation)
    assert first.weights == ((1, 1.0),)
    assert second.weights == ((0, 1.0),)


def test_weights_and_offset_of_an_angle() -> None:
    circuit = QuantumCircuit(1)
    circuit.rx(2 * THETA[0] - THETA[1] / 4 + 0.5, 0)
    (gate,) = decompose(circuit).gates
    assert gate == PauliRotation("X", (0,), ((0, 2.0), (1, -0.25)), 0.5)


def test_angle_that_is_not_linear_is_refused() -> None:
    circuit = QuantumCircuit(1)
    circuit.rx(THETA[0] * THETA[0], 0)
    with pytest.raises(ValueError, match="linear"):
        decompose(circuit)

"""Circuits rewritten in Pauli rotations are the same unitaries."""

from __future__ import annotations

from collections.abc import Callable

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

GATES: dict[str, Callable[[QuantumCircuit, list[int], object], object]] = {
    "rx": lambda c, q, a: c.rx(a, q[0]),
    "ry": lambda c, q, a: c.ry(a, q[0]),
    "rz": lambda c, q, a: c.rz(a, q[0]),
    "p": lambda c, q, a: c.p(a, q[0]),
    "u": lambda c, q, a: c.u(a, 0.3, a, q[0]),
    "crx": lambda c, q, a: c.crx(a, q[0], q[1]),
    "cry": lambda c, q, a: c.cry(a, q[0], q[1]),
    "crz": lambda c, q, a: c.crz(a, q[0], q[1]),
    "cp": lambda c, q, a: c.cp(a, q[0], q[1]),
    "rxx": lambda c, q, a: c.rxx(a, q[0], q[1]),
    "ryy": lambda c, q, a: c.ryy(a, q[0], q[1]),
    "rzz": lambda c, q, a: c.rzz(a, q[0], q[1]),
    "rzx": lambda c, q, a: c.rzx(a, q[0], q[1]),
    "cx": lambda c, q, a: c.cx(q[0], q[1]),
    "cy": lambda c, q, a: c.cy(q[0], q[1]),
    "cz": lambda c, q, a: c.cz(q[0], q[1]),
    "ch": lambda c, q, a: c.ch(q[0], q[1]),
    "ecr": lambda c, q, a: c.ecr(q[0], q[1]),
    "swap": lambda c, q, a: c.swap(q[0], q[1]),
    "sx": lambda c, q, a: c.sx(q[0]),
    "sdg": lambda c, q, a: c.sdg(q[0]),
    "tdg": lambda c, q, a: c.tdg(q[0]),
    "ccx": lambda c, q, a: c.ccx(q[0], q[1], q[2]),
    "barrier": lambda c, q, a: c.barrier(),
}


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
        GATES[draw(st.sampled_from(sorted(GATES)))](circuit, qubits, angle)
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


@pytest.mark.parametrize("name", sorted(GATES))
def test_every_gate_alone_is_the_same_unitary(name: str) -> None:
    circuit = QuantumCircuit(3)
    GATES[name](circuit, [2, 0, 1], THETA[0])
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

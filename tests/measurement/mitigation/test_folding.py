"""Folded circuits prepare the same state."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from vqe_cli.measurement.mitigation.folding import folded

pytestmark = pytest.mark.quick


def some_circuit(two_qubit_gate: str) -> QuantumCircuit:
    circuit = QuantumCircuit(2, global_phase=0.4)
    circuit.sx(0)
    circuit.rz(0.3, 0)
    circuit.x(1)
    circuit.sx(1)
    getattr(circuit, two_qubit_gate)(0, 1)
    circuit.rz(-1.1, 1)
    circuit.sx(1)
    return circuit


@pytest.mark.parametrize("gate", ["cx", "cz", "ecr"])
@pytest.mark.parametrize("folds", [0, 1, 2])
def test_folded_circuit_is_the_same_unitary_in_the_same_gates(gate: str, folds: int) -> None:
    circuit = some_circuit(gate)
    found = folded(circuit, folds)
    assert Operator(found) == Operator(circuit)
    before, after = circuit.count_ops(), found.count_ops()
    for name in ("sx", "x", gate):
        assert after[name] == (2 * folds + 1) * before[name]
    assert set(after) - {"barrier"} == set(before)


def test_circuit_itself_is_left_alone() -> None:
    circuit = some_circuit("cx")
    folded(circuit, 2)
    assert circuit == some_circuit("cx")


def test_angles_of_two_qubit_rotations_are_undone() -> None:
    circuit = QuantumCircuit(2)
    circuit.rzz(np.pi / 3, 0, 1)
    assert Operator(folded(circuit, 1)) == Operator(circuit)

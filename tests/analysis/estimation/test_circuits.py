"""Sizes of circuits against Qiskit's transpiler, and circuits that are not transpiled."""

from __future__ import annotations

from typing import Any

import pytest
from qiskit import transpile

from tests.problems import encoding_of, named_problem, problem_of
from vqe_cli.analysis.estimation.circuits import (
    compiled_circuit,
    expected_fidelity,
    median_two_qubit_error,
)
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.ibm.runtime import fake_device

pytestmark = pytest.mark.quick


def state_of(problem: Any, ansatz: Any = "uccsd") -> ParameterisedState:
    return ANSATZE.create(ansatz).state(encoding_of(problem))


def test_gates_are_those_of_qiskits_transpiler() -> None:
    state, device = state_of("h2"), fake_device("fake_fez")
    found = compiled_circuit(state, device, 2, 7)
    basis = ["cx", "rz", "sx", "x"]
    flat = transpile(state.circuit, basis_gates=basis, optimization_level=2, seed_transpiler=7)
    assert found.all_to_all is not None
    assert found.all_to_all.two_qubit_gates == flat.count_ops()["cx"]
    assert found.all_to_all.depth == flat.depth()
    paired = flat.depth(lambda item: item.operation.name == "cx")
    assert found.all_to_all.two_qubit_depth == paired
    assert set(found.routed) == {"line", "heavy-hex"}
    assert found.routed["line"].two_qubit_gates >= found.all_to_all.two_qubit_gates
    placed = transpile(flat, target=device.target, optimization_level=2, seed_transpiler=7)
    assert found.on_device is not None
    assert found.on_device.two_qubit_gates == placed.count_ops()["cz"]
    assert found.on_device.depth == placed.depth()
    assert found.reason is None


def test_a_circuit_wider_than_the_device_is_compiled_for_none() -> None:
    found = compiled_circuit(state_of("h4"), fake_device("fake_manila"), 2, 7)
    assert found.all_to_all is not None
    assert found.on_device is None
    assert found.reason is not None
    assert "8 qubits, fake_manila has 5" in found.reason


def test_what_would_take_minutes_is_not_compiled() -> None:
    water = {"geometry": "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"}
    problem = problem_of({**water, "basis": "6-31g"})
    found = compiled_circuit(state_of(problem), fake_device("fake_fez"), 2, 7)
    assert found.all_to_all is None
    assert found.reason is not None
    assert "would take minutes" in found.reason


def test_an_adaptive_ansatz_has_no_circuit_yet() -> None:
    state = state_of(named_problem("lih-3-orbitals"), "adapt")
    found = compiled_circuit(state, fake_device("fake_fez"), 2, 7)
    assert found.reason == "an adaptive ansatz has no circuit before it has grown"


def test_the_median_error_is_that_of_the_calibration() -> None:
    """fake_manila: the CX errors of four pairs, both directions the same, from its properties."""
    device = fake_device("fake_manila")
    properties = device.properties()
    errors = sorted(properties.gate_error("cx", pair) for pair in ((0, 1), (1, 2), (2, 3), (3, 4)))
    assert median_two_qubit_error(device) == pytest.approx((errors[1] + errors[2]) / 2)


def test_fidelity_is_that_of_no_gate_going_wrong() -> None:
    assert expected_fidelity(0.01, 3) == pytest.approx(0.99 * 0.99 * 0.99)
    assert expected_fidelity(None, 3) is None
    assert expected_fidelity(0.01, None) is None

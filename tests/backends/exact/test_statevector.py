"""Circuits on the exact backend against Qiskit's statevectors."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import Statevector

from tests.functions import central_differences
from tests.problems import encoding_of, objective_of, qubit_encoding
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.ansatz.two_local import Entangler, Rotation
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.qubits.encoding import Encoding

pytestmark = pytest.mark.quick

FOUR_QUBITS = {
    "ZZII": 0.5,
    "IXXI": -0.3,
    "YIZX": 0.7,
    "XYZY": 0.4,
    "IIIZ": -0.2,
    "YYXI": 0.25,
    "IIII": 1.5,
}
ENTANGLEMENTS = ("linear", "reverse_linear", "full", "circular", "sca", "pairwise")

CHOICES: list[dict[str, Any]] = [
    *({"name": "two-local", "rotation_blocks": gate, "reps": 1} for gate in get_args(Rotation)),
    *(
        {"name": "two-local", "rotation_blocks": "ry", "entanglement_blocks": gate, "reps": 1}
        for gate in get_args(Entangler)
    ),
    *({"name": "two-local", "entanglement": kind, "reps": 2} for kind in ENTANGLEMENTS),
    {"name": "two-local", "rotation_blocks": ["rx", "p"], "entanglement_blocks": ["cz", "rzz"]},
    {"name": "efficient-su2", "reps": 2},
    {"name": "real-amplitudes", "reps": 2},
    {"name": "excitation-preserving", "reps": 1},
    {"name": "excitation-preserving", "reps": 1, "mode": "iswap", "entanglement": "full"},
]


def label(ansatz: dict[str, Any]) -> str:
    return "-".join(str(value) for value in ansatz.values())


def check_against_qiskit(encoding: Encoding, ansatz: dict[str, Any]) -> None:
    state = ANSATZE.create(ansatz).state(encoding)
    objective = BACKENDS.create("exact").prepare(state, 0)
    assert isinstance(objective, StatevectorObjective)
    x = np.random.default_rng(6).uniform(-3, 3, size=state.num_parameters)
    expected = Statevector(state.circuit.assign_parameters(x))
    assert abs(np.vdot(expected.data, objective.state(x))) == pytest.approx(1.0, abs=1e-12)
    energy = expected.expectation_value(encoding.hamiltonian).real
    assert objective.energy(x, 0).value == pytest.approx(energy, abs=1e-11)
    value, gradient = objective.energy_and_gradient(x)
    assert value == pytest.approx(energy, abs=1e-11)
    numerical = central_differences(lambda y: objective.energy(y, 0).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-8)


@pytest.mark.parametrize("ansatz", CHOICES, ids=label)
def test_state_energy_and_gradient_of_every_choice_of_gates(ansatz: dict[str, Any]) -> None:
    check_against_qiskit(qubit_encoding(FOUR_QUBITS), ansatz)


@pytest.mark.parametrize("mapper", ["jordan-wigner", "bravyi-kitaev", "parity"])
@pytest.mark.parametrize("initial_state", ["reference", "zero"])
def test_circuits_for_molecules_begin_at_the_chosen_state(mapper: str, initial_state: str) -> None:
    ansatz = {"name": "efficient-su2", "reps": 1, "initial_state": initial_state}
    check_against_qiskit(encoding_of("h3-doublet", mapper), ansatz)


def test_angles_may_be_sums_of_parameters_and_constants() -> None:
    theta = ParameterVector("θ", 2)
    circuit = QuantumCircuit(4)
    circuit.rx(2 * theta[0] + 0.4, 0)
    circuit.cry(theta[1] - theta[0] / 2, 0, 1)
    circuit.rzz(0.7, 1, 2)
    circuit.u(theta[1] + 1.0, 0.2, theta[0], 3)
    circuit.cx(3, 2)
    encoding = qubit_encoding(FOUR_QUBITS)
    objective = StatevectorObjective(ParameterisedState(encoding, lambda: circuit))
    x = np.array([0.3, -1.1])
    state = Statevector(circuit.assign_parameters(x))
    energy = state.expectation_value(encoding.hamiltonian).real
    assert objective.energy(x, 0).value == pytest.approx(energy, abs=1e-12)
    _, gradient = objective.energy_and_gradient(x)
    numerical = central_differences(lambda y: objective.energy(y, 0).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-8)


FIXED = ("h", "x", "y", "z", "s", "sdg", "t", "sx", "cx", "cy", "cz", "ch", "swap", "iswap")
TURNING = ("rx", "ry", "rz", "p", "rxx", "ryy", "rzz", "crx", "cry", "crz", "cp")
QUBITS_OF = {"swap": 2, "iswap": 2, "rxx": 2, "ryy": 2, "rzz": 2}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_gates_in_any_order(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(FIXED + TURNING), min_size=1, max_size=25))
    turning = sum(name in TURNING for name in names)
    theta = iter(ParameterVector("θ", turning))
    circuit = QuantumCircuit(4)
    for name in names:
        count = QUBITS_OF.get(name, 2 if name.startswith("c") else 1)
        qubits = data.draw(st.permutations(range(4)))[:count]
        angles = [next(theta)] if name in TURNING else []
        getattr(circuit, name)(*angles, *qubits)
    encoding = qubit_encoding(FOUR_QUBITS)
    objective = StatevectorObjective(ParameterisedState(encoding, lambda: circuit))
    x = np.random.default_rng(turning).uniform(-3, 3, size=turning)
    bound = circuit.assign_parameters(x) if turning else circuit
    expected = Statevector(bound)
    assert abs(np.vdot(expected.data, objective.state(x))) == pytest.approx(1.0, abs=1e-11)
    energy, gradient = objective.energy_and_gradient(x)
    value = expected.expectation_value(encoding.hamiltonian).real
    assert energy == pytest.approx(value, abs=1e-11)
    numerical = central_differences(lambda y: objective.energy(y, 0).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-8)


def test_real_circuits_are_kept_in_real_numbers() -> None:
    encoding = encoding_of("h3-doublet")
    objective = BACKENDS.create("exact").prepare(
        ANSATZE.create("real-amplitudes").state(encoding), 0
    )
    assert objective.record.amplitudes == "real"
    assert objective.state(np.ones(objective.traits.num_parameters)).dtype == np.float64


def test_a_layer_of_entangling_gates_is_one_pass() -> None:
    state = ANSATZE.create({"name": "efficient-su2", "reps": 2}).state(encoding_of("h4"))
    record = BACKENDS.create("exact").prepare(state, 0).record
    assert record.passes == 3 * 8 + 2


def test_observables_equal_qiskits_expectation_values() -> None:
    encoding = encoding_of("h3-doublet")
    state = ANSATZE.create({"name": "efficient-su2", "reps": 1}).state(encoding)
    x = np.random.default_rng(6).uniform(-3, 3, size=state.num_parameters)
    vector = Statevector(state.circuit.assign_parameters(x))
    found = BACKENDS.create("exact").prepare(state, 0).observables(x, 0)
    for name, operator in encoding.symmetries.items():
        expected = vector.expectation_value(operator).real
        assert found[name].value == pytest.approx(expected, abs=1e-10), name
    hamiltonian = encoding.hamiltonian
    squared = vector.expectation_value((hamiltonian @ hamiltonian).simplify()).real
    variance = squared - vector.expectation_value(hamiltonian).real ** 2
    assert found["energy-variance"].value == pytest.approx(variance, abs=1e-9)


def test_same_excitations_on_a_statevector_and_in_the_sector() -> None:
    encoding = encoding_of("h3-doublet")
    state = ANSATZE.create("uccsd").state(encoding)
    circuit_only = ParameterisedState(encoding, state.make_circuit)
    sector = objective_of(encoding, "uccsd")
    statevector = StatevectorObjective(circuit_only)
    x = np.random.default_rng(6).uniform(-1, 1, size=state.num_parameters)
    energy, gradient = sector.energy_and_gradient(x)
    found, slope = statevector.energy_and_gradient(x)
    assert found == pytest.approx(energy, abs=1e-11)
    np.testing.assert_allclose(slope, gradient, atol=1e-10)


@pytest.mark.parametrize("ansatz", ["two-local", "efficient-su2", "real-amplitudes"])
def test_one_qubit_is_enough(ansatz: str) -> None:
    check_against_qiskit(qubit_encoding({"Z": 0.3, "X": -0.8}), {"name": ansatz})

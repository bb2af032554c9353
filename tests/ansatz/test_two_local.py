"""Layers of gates of one's choice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qiskit.circuit.library import n_local
from qiskit.quantum_info import Statevector

from tests.problems import TWO_QUBIT_MODEL, encoding_of, qubit_encoding
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.errors import InputError
from vqe_cli.schema import spec_from_data

FOUR_QUBITS = {"ZZZZ": 1.0}


def test_circuit_is_qiskits() -> None:
    options = {"rotation_blocks": ["ry", "rz"], "entanglement_blocks": "cz", "reps": 2}
    state = ANSATZE.create({"name": "two-local", "entanglement": "circular", **options}).state(
        qubit_encoding(FOUR_QUBITS)
    )
    expected = n_local(4, ["ry", "rz"], ["cz"], entanglement="circular", reps=2)
    x = np.random.default_rng(1).uniform(-3, 3, expected.num_parameters)
    found = Statevector(state.circuit.assign_parameters(x))
    assert found.equiv(Statevector(expected.assign_parameters(x)))


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        ({}, 4 * 2 * 4),
        ({"reps": 1}, 4 * 2 * 2),
        ({"reps": 0}, 4 * 2),
        ({"rotation_blocks": "ry"}, 4 * 4),
        ({"rotation_blocks": "h"}, 0),
        ({"rotation_blocks": "ry", "entanglement_blocks": "crx", "reps": 1}, 4 * 2 + 3),
        ({"entanglement_blocks": "rzz", "entanglement": "full", "reps": 1}, 4 * 2 * 2 + 6),
    ],
)
def test_number_of_parameters(options: dict[str, Any], parameters: int) -> None:
    state = ANSATZE.create({"name": "two-local", **options}).state(qubit_encoding(FOUR_QUBITS))
    assert state.num_parameters == parameters


def test_one_gate_may_be_written_without_a_list() -> None:
    short = ANSATZE.create({"name": "two-local", "rotation_blocks": "ry"})
    assert short == ANSATZE.create({"name": "two-local", "rotation_blocks": ["ry"]})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("rotation_blocks", "cx"),
        ("rotation_blocks", ["ry", "rq"]),
        ("entanglement_blocks", "ry"),
        ("entanglement", "star"),
        ("reps", -1),
        ("reps", 1.5),
        ("initial_state", "random"),
    ],
)
def test_what_does_not_fit_is_an_input_error_at_its_key(option: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        ANSATZE.create({"name": "two-local", option: value}, ("ansatz",))
    assert caught.value.path[:2] == ("ansatz", option)


@pytest.mark.parametrize("initial_state", ["reference", "zero"])
def test_layers_act_on_the_chosen_initial_state(initial_state: str) -> None:
    options = {"rotation_blocks": "rz", "entanglement_blocks": "cz", "reps": 1}
    ansatz = ANSATZE.create({"name": "two-local", "initial_state": initial_state, **options})
    state = ansatz.state(encoding_of("h2"))
    state = Statevector(state.circuit.assign_parameters(np.full(state.num_parameters, 0.3)))
    expected = "0101" if initial_state == "reference" else "0000"
    assert state.probabilities_dict() == {expected: pytest.approx(1.0)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_qubit_model_is_solved_from_any_seed(seed: int) -> None:
    """By hand: -1 - sqrt(1.04)."""
    data = {"hamiltonian": TWO_QUBIT_MODEL, "optimizer": "slsqp", "backend": "aer", "seed": seed}
    record = run(spec_from_data(data))
    assert record.result.energy == pytest.approx(-1 - np.sqrt(1.04), abs=1e-6)
    assert record.verdict == "pass"


@pytest.mark.parametrize("backend", ["exact", "aer"])
@pytest.mark.parametrize("label", ["X", "Y", "Z"])
def test_one_qubit_is_solved_with_the_default_ansatz(label: str, backend: str) -> None:
    record = run(spec_from_data({"hamiltonian": {"paulis": {label: 0.5}}, "backend": backend}))
    assert record.result.energy == pytest.approx(-0.5, abs=1e-6)

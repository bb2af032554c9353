"""RY and RZ layers."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.circuit.library import efficient_su2
from qiskit.quantum_info import Statevector

from tests.problems import TWO_QUBIT_MODEL, qubit_encoding
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("reps", [0, 1, 3])
@pytest.mark.parametrize("entanglement", ["linear", "full", "sca", "pairwise"])
def test_circuit_is_qiskits(reps: int, entanglement: str) -> None:
    selection = {"name": "efficient-su2", "reps": reps, "entanglement": entanglement}
    state = ANSATZE.create(selection).state(qubit_encoding({"ZZZ": 1.0}))
    expected = efficient_su2(3, reps=reps, entanglement=entanglement)
    assert state.num_parameters == expected.num_parameters == 3 * 2 * (reps + 1)
    x = np.random.default_rng(1).uniform(-3, 3, expected.num_parameters)
    found = Statevector(state.circuit.assign_parameters(x))
    assert found.equiv(Statevector(expected.assign_parameters(x)))


def test_complex_ground_states_are_reached() -> None:
    """XY - YX has complex eigenvectors; its eigenvalues are 0 and ±2."""
    data = {"hamiltonian": {"paulis": {"XY": 1.0, "YX": -1.0}}, "ansatz": "efficient-su2"}
    assert run(spec_from_data(data)).result.energy == pytest.approx(-2.0, abs=1e-6)


def test_two_qubit_model_is_solved() -> None:
    data = {"hamiltonian": TWO_QUBIT_MODEL, "ansatz": {"name": "efficient-su2", "reps": 2}}
    record = run(spec_from_data(data))
    assert record.result.energy == pytest.approx(-1 - np.sqrt(1.04), abs=1e-6)
    assert record.verdict == "pass"

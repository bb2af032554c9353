"""RY layers: states with real amplitudes."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.circuit.library import real_amplitudes
from qiskit.quantum_info import Statevector

from tests.problems import H2, encoding_of, qubit_encoding, spec_of
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("reps", [0, 1, 3])
@pytest.mark.parametrize("entanglement", ["linear", "full", "sca", "pairwise"])
def test_circuit_is_qiskits(reps: int, entanglement: str) -> None:
    selection = {"name": "real-amplitudes", "reps": reps, "entanglement": entanglement}
    state = ANSATZE.create(selection).state(qubit_encoding({"ZZZ": 1.0}))
    expected = real_amplitudes(3, reps=reps, entanglement=entanglement)
    assert state.num_parameters == expected.num_parameters == 3 * (reps + 1)
    x = np.random.default_rng(1).uniform(-3, 3, expected.num_parameters)
    found = Statevector(state.circuit.assign_parameters(x))
    assert found.equiv(Statevector(expected.assign_parameters(x)))


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_amplitudes_are_real(mapper: str) -> None:
    state = ANSATZE.create("real-amplitudes").state(encoding_of("h3-doublet", mapper))
    x = np.random.default_rng(1).uniform(-3, 3, state.num_parameters)
    vector = BACKENDS.create("exact").prepare(state, 7).state(x)  # type: ignore[attr-defined]
    phase = vector[np.argmax(np.abs(vector))]
    assert np.abs((vector * np.conj(phase) / abs(phase)).imag).max() < 1e-12


def test_hydrogen_is_solved_on_two_qubits() -> None:
    record = run(spec_of(H2, mapper="parity", ansatz={"name": "real-amplitudes", "reps": 2}))
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)
    assert record.verdict == "pass"

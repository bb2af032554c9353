"""Circuits that keep the number of ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qiskit.circuit.library import excitation_preserving
from qiskit.quantum_info import Statevector

from tests.problems import H2, encoding_of, objective_of, qubit_encoding, spec_of
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.devices.compiling import all_connected
from vqe_cli.errors import InputError


@pytest.mark.parametrize("mode", ["iswap", "fsim"])
@pytest.mark.parametrize("entanglement", ["linear", "full"])
def test_circuit_is_qiskits(mode: Any, entanglement: str) -> None:
    selection = {
        "name": "excitation-preserving",
        "mode": mode,
        "entanglement": entanglement,
        "reps": 2,
    }
    state = ANSATZE.create(selection).state(qubit_encoding({"ZZZ": 1.0}))
    expected = excitation_preserving(3, mode=mode, entanglement=entanglement, reps=2)
    assert state.num_parameters == expected.num_parameters
    x = np.random.default_rng(1).uniform(-3, 3, expected.num_parameters)
    found = Statevector(state.circuit.assign_parameters(x))
    assert found.equiv(Statevector(expected.assign_parameters(x)))


@pytest.mark.parametrize("mode", ["iswap", "fsim"])
@pytest.mark.parametrize("problem", ["h2", "h3-doublet", "ch2-triplet", "h2-triplet"])
@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_electrons_are_kept_at_any_parameters(problem: str, mode: str, backend: str) -> None:
    encoding = encoding_of(problem)
    selection = {"name": "excitation-preserving", "mode": mode, "reps": 1}
    objective = objective_of(encoding, selection, backend)
    x = np.random.default_rng(2).uniform(-3, 3, objective.traits.num_parameters)
    measured = objective.observables(x, 0)["particle-number"].value
    assert measured == pytest.approx(sum(encoding.problem.nelec), abs=1e-9)


@pytest.mark.parametrize("mapper", ["parity", "bravyi-kitaev"])
def test_other_mappings_are_refused_before_anything_is_computed(mapper: str) -> None:
    state = ANSATZE.create("excitation-preserving").state(encoding_of("h2", mapper))
    with pytest.raises(InputError, match=mapper) as caught:
        _ = state.circuit
    assert caught.value.path == ("mapper",)
    assert "jordan-wigner" in (caught.value.hint or "")


def test_empty_initial_state_is_refused_for_electrons() -> None:
    selection = {"name": "excitation-preserving", "initial_state": "zero"}
    with pytest.raises(InputError, match="has no electrons"):
        _ = ANSATZE.create(selection).state(encoding_of("h2")).circuit


def test_hydrogen_is_reached_with_the_controlled_phase() -> None:
    ansatz = {"name": "excitation-preserving", "reps": 2, "entanglement": "full"}
    record = run(spec_of(H2, ansatz=ansatz))
    assert record.error_mha is not None
    assert record.error_mha < 1.6


def test_twelve_qubits_are_compiled_without_a_sum_of_phases() -> None:
    """With controlled phases Qiskit's transpiler had not ended after minutes."""
    compiled = all_connected(ANSATZE.create("excitation-preserving").layers(12), 2, 7)
    assert compiled.count_ops()["cx"] == 3 * 11 * 4

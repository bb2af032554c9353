"""The eigensolver on qubits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp

from tests.problems import LIH, encoding_of, problem_of, qubit_encoding
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import ResourceLimitError

LABELS = st.text(alphabet="IXYZ", min_size=3, max_size=3)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.dictionaries(LABELS, st.floats(-2, 2), min_size=1, max_size=8))
def test_lowest_eigenvalue_of_any_qubit_hamiltonian(paulis: dict[str, float]) -> None:
    matrix = SparsePauliOp.from_list(list(paulis.items())).to_matrix()
    found = CLASSICAL_METHODS.create("numpy").solve(qubit_encoding(paulis))
    assert found.energy == pytest.approx(np.linalg.eigvalsh(matrix)[0], abs=1e-9)


@pytest.mark.parametrize(("paulis", "energy"), [({"Z": 0.5}, -0.5), ({"II": -1.5}, -1.5)])
def test_smallest_hamiltonians(paulis: dict[str, float], energy: float) -> None:
    found = CLASSICAL_METHODS.create("numpy").solve(qubit_encoding(paulis))
    assert found.energy == pytest.approx(energy, abs=1e-12)


def test_nine_qubit_ising_chain_is_the_textbook_one() -> None:
    """Open chain, J = h = 1: E = 1 - 1/sin(π / (2(2n + 1))) (Pfeuty, Ann. Phys. 57, 79)."""
    n = 9
    paulis = {"I" * k + "ZZ" + "I" * (n - k - 2): -1.0 for k in range(n - 1)}
    paulis |= {"I" * k + "X" + "I" * (n - k - 1): -1.0 for k in range(n)}
    expected = 1 - 1 / np.sin(np.pi / (2 * (2 * n + 1)))
    found = CLASSICAL_METHODS.create("numpy").solve(qubit_encoding(paulis))
    assert found.energy == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("mapper", ["jordan-wigner", "bravyi-kitaev", "parity"])
@pytest.mark.parametrize("problem", ["h3-doublet", "ch2-triplet", "lih-3-orbitals"])
def test_agrees_with_full_ci_in_every_mapping(problem: str, mapper: str) -> None:
    encoding = encoding_of(problem, mapper)
    exact = CLASSICAL_METHODS.create("fci").solve(encoding).energy
    assert CLASSICAL_METHODS.create("numpy").solve(encoding).energy == pytest.approx(
        exact, abs=1e-8
    )


def test_sector_is_named_in_the_notes() -> None:
    found = CLASSICAL_METHODS.create("numpy").solve(encoding_of("h3-doublet"))
    assert found.notes["sector"] == "3 electrons, Sz = 0.5, multiplicity 2"


def test_many_qubits_are_refused_with_another_way() -> None:
    water = problem_of({"geometry": "O 0 0 0\nH 0 0 1\nH 0 1 0", "basis": "6-31g"})
    with pytest.raises(ResourceLimitError, match="26 qubits") as caught:
        CLASSICAL_METHODS.create("numpy").solve(encoding_of(water))
    assert caught.value.exit_code == 3
    assert "fci" in (caught.value.hint or "")


def test_the_same_question_gets_the_same_last_digit() -> None:
    """SciPy's ARPACK starts from random numbers unless it is told where to start."""
    encoding = encoding_of(problem_of(LIH, active_space="frozen-core"))
    energies = {CLASSICAL_METHODS.create("numpy").solve(encoding).energy for _ in range(3)}
    assert len(energies) == 1

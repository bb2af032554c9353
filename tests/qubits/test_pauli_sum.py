"""Sums of Pauli terms times vectors, against Qiskit's matrices."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp

from tests.problems import encoding_of
from vqe_cli._core import resources as machine
from vqe_cli._core import threads
from vqe_cli.errors import ResourceLimitError
from vqe_cli.qubits import pauli_sum
from vqe_cli.qubits.pauli_sum import PauliSum

pytestmark = pytest.mark.quick

COEFFICIENTS = st.sampled_from([0.5, -0.5, 0.25, 1.0, -1.25])
"""Few, so that terms often cancel on part of the basis states."""


def check(operator: SparsePauliOp, seed: int) -> None:
    for dense in (0, pauli_sum.DENSE):
        with patch.object(pauli_sum, "DENSE", dense):
            check_form(operator, seed)


def check_form(operator: SparsePauliOp, seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 2**operator.num_qubits
    vector = rng.normal(size=size) + 1j * rng.normal(size=size)
    expected = operator.to_matrix() @ vector
    prepared = PauliSum(operator)
    np.testing.assert_allclose(prepared.times(vector), expected, atol=1e-12)
    energy = np.vdot(vector, expected).real
    assert prepared.expectation(vector) == pytest.approx(energy, abs=1e-11)
    is_real = np.abs(operator.to_matrix().imag).max() == 0
    if prepared.is_real:
        assert is_real
        found = prepared.times(vector.real.copy())
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, operator.to_matrix() @ vector.real, atol=1e-12)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_random_operators(data: st.DataObject) -> None:
    qubits = data.draw(st.integers(1, 5))
    label = st.text("IXYZ", min_size=qubits, max_size=qubits)
    terms = data.draw(st.lists(st.tuples(label, COEFFICIENTS), min_size=1, max_size=40))
    check(SparsePauliOp.from_list(terms), seed=len(terms))


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
@pytest.mark.parametrize("problem", ["h3-doublet", "ch2-triplet", "random-3-3-1"])
def test_hamiltonians_and_symmetries_of_electrons(problem: str, mapper: str) -> None:
    encoding = encoding_of(problem, mapper)
    check(encoding.hamiltonian, seed=3)
    for operator in encoding.symmetries.values():
        check(operator, seed=4)


def test_more_terms_of_one_mask_than_are_taken_at_once() -> None:
    rng = np.random.default_rng(1)
    labels = {"X" + "".join(rng.choice(list("IZ"), 7)) for _ in range(40)}
    check(SparsePauliOp(sorted(labels), rng.normal(size=len(labels))), seed=5)


def test_threads_give_the_same_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "WORTH_A_SECOND_THREAD", 8)
    monkeypatch.setattr(threads, "available_threads", lambda: 3)
    check(encoding_of("ch2-triplet").hamiltonian, seed=6)
    check(SparsePauliOp(["XIII", "YYYI"], [1.0, 2.0]), seed=7)
    check(SparsePauliOp(["ZIII"], [1.0]), seed=8)


def test_an_operator_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: 1_000_000)
    with pytest.raises(ResourceLimitError, match="20 qubits"):
        PauliSum(SparsePauliOp("Z" * 20))

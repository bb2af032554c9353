"""Hamiltonians, symmetries and generators as qubit operators."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp
from qiskit_nature.second_q.circuit.library.initial_states.hartree_fock import (
    hartree_fock_bitstring_mapped,
)

from tests.problems import (
    TWO_QUBIT_MODEL,
    DenseFermions,
    encoding_of,
    named_problem,
    qubit_encoding,
    random_problem,
)
from tests.qubits.nature import natures
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.qubits.encoding import sparse_matrix

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("norb", [2, 3])
def test_jordan_wigner_operators_equal_dense_ladder_operators(norb: int) -> None:
    problem, dense = random_problem(norb, (1, 1), seed=3), DenseFermions(norb)
    encoding = encoding_of(problem)
    matrix = sparse_matrix(encoding.hamiltonian).toarray()
    np.testing.assert_allclose(matrix, dense.hamiltonian(problem), atol=1e-11)
    for name, expected in dense.spin_operators().items():
        found = sparse_matrix(encoding.symmetries[name]).toarray()
        np.testing.assert_allclose(found, expected, atol=1e-11, err_msg=name)


@pytest.mark.parametrize(
    "excitation",
    [
        Excitation(((2, 0),), ((0, 0),)),
        Excitation(((1, 1),), ((2, 1),)),
        Excitation(((1, 0), (2, 1)), ((0, 0), (0, 1))),
        Excitation(((2, 1), (1, 0)), ((0, 0), (0, 1))),
        Excitation(((2, 0), (1, 0)), ((0, 0), (1, 0))),
        Excitation(((2, 0), (2, 1), (1, 0)), ((0, 1), (0, 0), (1, 0))),
    ],
    ids=Excitation.label,
)
def test_generator_is_i_times_t_minus_its_adjoint(excitation: Excitation) -> None:
    encoding = encoding_of(random_problem(3, (1, 1), seed=3))
    excite = DenseFermions(3).excitation(excitation)
    found = sparse_matrix(encoding.generator(excitation)).toarray()
    np.testing.assert_allclose(found, 1j * (excite - excite.T), atol=1e-12)


@pytest.mark.parametrize("mapper", ["jordan-wigner", "bravyi-kitaev", "parity"])
@pytest.mark.parametrize("norb", [2, 3, 4, 5])
def test_reference_bits_are_those_of_qiskit_nature(mapper: str, norb: int) -> None:
    for nelec in [(norb, 0), (1, 1), (2, 1), (norb, norb - 1), (0, 0)]:
        encoding = encoding_of(random_problem(norb, nelec, seed=1), mapper)
        expected = hartree_fock_bitstring_mapped(norb, nelec, natures(encoding))
        assert list(encoding.reference_bits) == [bool(bit) for bit in expected]


@pytest.mark.parametrize("mapper", ["jordan-wigner", "bravyi-kitaev", "parity"])
def test_electrons_of_qiskits_bits_are_counted_by_spin(mapper: str) -> None:
    for nelec in [(2, 1), (3, 0), (3, 2)]:
        encoding = encoding_of(random_problem(3, nelec, seed=1), mapper)
        bits = hartree_fock_bitstring_mapped(3, nelec, natures(encoding))
        outcome = np.array([sum(int(bit) << place for place, bit in enumerate(bits))])
        alpha, beta = encoding.electron_counts(outcome)
        assert (alpha[0], beta[0]) == nelec
        assert encoding.has_right_electrons(outcome).all()


def test_rightmost_letter_of_a_pauli_string_acts_on_qubit_zero() -> None:
    encoding = qubit_encoding({"IZ": 0.5, "ZI": 0.25})
    diagonal = sparse_matrix(encoding.hamiltonian).diagonal().real
    assert diagonal.tolist() == [0.75, -0.25, 0.25, -0.75]


def test_qubit_hamiltonian_is_kept_as_given() -> None:
    encoding = qubit_encoding(TWO_QUBIT_MODEL["paulis"])
    expected = SparsePauliOp.from_list(list(TWO_QUBIT_MODEL["paulis"].items()))
    assert encoding.hamiltonian.equiv(expected)
    assert encoding.num_qubits == 2
    assert encoding.reference_bits == (False, False)
    assert encoding.symmetries == {}
    lowest = np.linalg.eigvalsh(sparse_matrix(encoding.hamiltonian).toarray())[0]
    assert lowest == pytest.approx(-1 - np.sqrt(1.04), abs=1e-12)


def test_qubit_hamiltonian_of_zeros_is_allowed() -> None:
    matrix = sparse_matrix(qubit_encoding({"ZZ": 0.0}).hamiltonian)
    assert matrix.shape == (4, 4)
    assert matrix.nnz == 0


def test_hamiltonian_is_only_built_when_asked_for() -> None:
    encoding = encoding_of(named_problem("h2"))
    assert not encoding.is_mapped
    assert encoding.num_qubits == 4
    assert not encoding.is_mapped
    _ = encoding.hamiltonian
    assert encoding.is_mapped


def test_sparse_matrix_is_real_where_the_operator_is() -> None:
    assert sparse_matrix(SparsePauliOp(["YY", "XX"], [0.5, 0.5])).dtype == float
    assert sparse_matrix(SparsePauliOp(["YI"], [0.5])).dtype == complex

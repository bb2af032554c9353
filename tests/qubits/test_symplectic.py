"""Sums of bit masks against Qiskit's operators."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import PauliList, SparsePauliOp, random_pauli_list

from vqe_cli.qubits.symplectic import Strings, strings_of_bits


def strings_of(paulis: PauliList, coeffs: np.ndarray) -> Strings:
    return strings_of_bits(paulis.x, paulis.z, coeffs)


@pytest.mark.parametrize("qubits", [1, 3, 64, 70])
def test_real_terms_are_qiskits_simplified_and_sorted_operator(qubits: int) -> None:
    random = np.random.default_rng(qubits)
    paulis = random_pauli_list(qubits, 40, seed=qubits, phase=False)
    paulis = paulis + paulis[:10]  # some strings twice
    coeffs = random.normal(size=50)
    coeffs[20:25] = 1e-15
    expected = SparsePauliOp(paulis, coeffs).simplify(atol=1e-12).sort()
    found = strings_of(paulis, coeffs.astype(complex)).real_terms(qubits).operator(qubits)
    assert found.paulis.to_labels() == expected.paulis.to_labels()
    np.testing.assert_allclose(found.coeffs, expected.coeffs, atol=1e-12)


def test_nothing_is_a_multiple_of_the_identity() -> None:
    paulis = PauliList(["XY", "XY"])
    found = strings_of(paulis, np.array([1.0, -1.0])).real_terms(2).operator(2)
    assert found.to_list() == [("II", 0.0)]

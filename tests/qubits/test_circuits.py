"""Circuits of excitations against products of matrix exponentials."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from tests.problems import DenseFermions, encoding_of, random_problem
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.qubits.circuits import excitation_circuit, reference_circuit
from vqe_cli.qubits.encoding import sparse_matrix

pytestmark = pytest.mark.quick

PRODUCT = ExcitationProduct(
    3,
    (2, 1),
    (
        Rotation(Excitation(((2, 0), (1, 1)), ((0, 0), (0, 1))), 0),
        Rotation(Excitation(((2, 0),), ((1, 0),)), 1, 0.5),
        Rotation(Excitation(((1, 1),), ((0, 1),)), 1, -1.0),
        Rotation(Excitation(((2, 1), (0, 0)), ((1, 0), (1, 1))), 2, 2.0),
    ),
    3,
)
X = np.array([0.4, -0.9, 0.35])


def test_jordan_wigner_circuit_is_the_product_of_exponentials_in_order() -> None:
    state = DenseFermions(3).state(PRODUCT, X)
    circuit = excitation_circuit(PRODUCT, encoding_of(random_problem(3, (2, 1), 1)))
    found = Statevector(circuit.assign_parameters(X).decompose(reps=3))
    assert abs(np.vdot(state, found.data)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("mapper", ["bravyi-kitaev", "parity"])
def test_other_mappings_give_the_same_energy(mapper: str) -> None:
    problem = random_problem(3, (2, 1), 1)
    energies = []
    for name in ("jordan-wigner", mapper):
        encoding = encoding_of(problem, name)
        circuit = excitation_circuit(PRODUCT, encoding).assign_parameters(X)
        state = Statevector(circuit.decompose(reps=3)).data
        energies.append(np.vdot(state, sparse_matrix(encoding.hamiltonian) @ state).real)
    assert energies[1] == pytest.approx(energies[0], abs=1e-12)


def test_parameters_of_the_circuit_are_in_the_order_of_the_product() -> None:
    many = tuple(
        Rotation(Excitation(((2, 0),), ((0, 0),)), parameter) for parameter in reversed(range(12))
    )
    product = ExcitationProduct(3, (1, 1), many, 12)
    circuit = excitation_circuit(product, encoding_of(random_problem(3, (1, 1), 1)))
    assert [parameter.index for parameter in circuit.parameters] == list(range(12))


def test_reference_circuit_flips_the_occupied_qubits() -> None:
    circuit = reference_circuit(encoding_of(random_problem(3, (2, 1), 1)))
    probabilities = Statevector(circuit).probabilities_dict()
    assert probabilities == {"001011": pytest.approx(1.0)}

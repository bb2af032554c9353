"""Excitations without fermionic signs: dense ladder operators, the sector, and circuits."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from qiskit.quantum_info import Statevector
from scipy.sparse import csr_array
from scipy.sparse.linalg import expm_multiply

from tests.backends.exact.test_sector import products
from tests.families import slow
from tests.problems import DenseFermions, encoding_of, random_problem
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.qubits.circuits import excitation_circuit
from vqe_cli.qubits.encoding import sparse_matrix

RAISING = np.array([[0.0, 0.0], [1.0, 0.0]])
"""|1⟩⟨0|, from empty to filled."""

MAPPERS = ("jordan-wigner", "parity", "bravyi-kitaev")

SINGLE = Excitation(((2, 0),), ((0, 0),), qubit=True)
DOWNWARD = Excitation(((0, 1),), ((2, 1),), qubit=True)
OPPOSITE = Excitation(((2, 0), (1, 1)), ((0, 0), (0, 1)), qubit=True)
CROSSED = Excitation(((1, 1), (2, 0)), ((0, 0), (2, 1)), qubit=True)
SAME = Excitation(((1, 0), (3, 0)), ((2, 0), (0, 0)), qubit=True)


def on_qubits(norb: int, matrices: dict[int, np.ndarray]) -> np.ndarray:
    """A tensor product; qubit 0 is the lowest bit, alpha orbitals come before beta ones."""
    found = np.eye(1)
    for place in range(2 * norb):
        found = np.kron(matrices.get(place, np.eye(2)), found)
    return found


def generator(excitation: Excitation, norb: int) -> np.ndarray:
    """``Q − Q†`` with ``Q = Q†_a Q†_b Q_j Q_i``: raising and lowering, nothing between them."""
    matrices = {orbital + spin * norb: RAISING for orbital, spin in excitation.create}
    matrices |= {orbital + spin * norb: RAISING.T for orbital, spin in excitation.annihilate}
    excite = on_qubits(norb, matrices)
    return excite - excite.T


DENSE = DenseFermions(4)


@cache
def mixed(nelec: tuple[int, int]) -> tuple[tuple[Rotation, ...], np.ndarray]:
    """A fermionic product after which every determinant has an amplitude, and that state."""
    norb, rng = 4, np.random.default_rng(5)
    mixing = tuple(
        Rotation(Excitation(((a, spin),), ((i, spin),)), 0, float(rng.uniform(-2, 2)))
        for spin, i, a in product((0, 1), range(norb), range(norb))
        if i < a
    )
    return mixing, DENSE.state(ExcitationProduct(norb, nelec, mixing, 1), np.array([1.0]))


@pytest.mark.parametrize("theta", [0.3, slow(-2.1)])
@pytest.mark.parametrize(
    "excitation", [SINGLE, DOWNWARD, OPPOSITE, CROSSED, SAME], ids=Excitation.label
)
@pytest.mark.parametrize("nelec", [(2, 2), (3, 1), slow((1, 3))])
def test_sector_is_rotated_by_ladder_operators_without_strings(
    nelec: tuple[int, int], excitation: Excitation, theta: float
) -> None:
    """After a fermionic product every determinant has an amplitude, and every sign is seen."""
    norb, (mixing, state) = 4, mixed(nelec)
    after = ExcitationProduct(norb, nelec, (*mixing, Rotation(excitation, 1)), 2)
    turn = csr_array(theta * generator(excitation, norb))
    expected = expm_multiply(turn, state, traceA=0.0)
    objective = SectorObjective(random_problem(norb, nelec, 2), after)
    found = objective.space.unpack(objective.state(np.array([1.0, theta])))
    np.testing.assert_allclose(found, expected[DENSE.sector(nelec)], atol=1e-12)


@pytest.mark.parametrize(
    "excitation", [SINGLE, DOWNWARD, OPPOSITE, CROSSED, SAME], ids=Excitation.label
)
def test_generator_in_jordan_wigner_has_no_strings(excitation: Excitation) -> None:
    """It acts on the orbitals named and on no others."""
    norb = 4
    found = encoding_of(random_problem(norb, (1, 1), 1)).generator(excitation)
    matrix = sparse_matrix(found).toarray()
    np.testing.assert_allclose(matrix, 1j * generator(excitation, norb), atol=1e-12)
    named = {
        orbital + spin * norb for orbital, spin in (*excitation.create, *excitation.annihilate)
    }
    touched = np.flatnonzero((found.paulis.x | found.paulis.z).any(axis=0))
    assert set(touched.tolist()) == named


def test_order_of_the_orbitals_does_not_matter_as_it_does_for_electrons() -> None:
    swapped = Excitation(SAME.create[::-1], SAME.annihilate, qubit=True)
    encoding = encoding_of(random_problem(4, (2, 2), 1))
    assert encoding.generator(swapped).equiv(encoding.generator(SAME))
    electrons, others = (
        encoding.generator(Excitation(e.create, e.annihilate)) for e in (SAME, swapped)
    )
    assert electrons.equiv(-1 * others)


def test_label_says_that_it_is_of_qubits() -> None:
    assert SINGLE.label() == "1α → 3α (qubit)"


@settings(max_examples=15, deadline=None, derandomize=True)
@given(products())
def test_circuits_and_the_sector_have_the_same_energy(drawn: ExcitationProduct) -> None:
    """Fermionic and qubit excitations mixed, in every mapping."""
    problem = random_problem(drawn.norb, drawn.nelec, seed=6)
    x = np.random.default_rng(len(drawn.rotations)).uniform(-3, 3, drawn.num_parameters)
    expected = SectorObjective(problem, drawn).energy(x).value
    for mapper in MAPPERS:
        encoding = encoding_of(problem, mapper)
        circuit = excitation_circuit(drawn, encoding)
        values = [x[parameter.index] for parameter in circuit.parameters]
        state = Statevector(circuit.assign_parameters(values).decompose(reps=3)).data
        found = np.vdot(state, sparse_matrix(encoding.hamiltonian) @ state).real
        assert found == pytest.approx(expected, abs=1e-10), mapper

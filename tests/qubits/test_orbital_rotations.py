"""Givens networks: the same rotation in the sector, on qubits, and by ffsim."""

from __future__ import annotations

import ffsim
import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from scipy.stats import ortho_group

from tests.problems import encoding_of, random_problem
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.qubits.occupations import OccupationMap
from vqe_cli.qubits.orbital_rotations import OrbitalRotation

pytestmark = pytest.mark.quick

CASES = [(2, (1, 1), 0), (3, (2, 1), 1), (4, (2, 2), 2), (4, (3, 0), 3)]
every_case = pytest.mark.parametrize(("norb", "nelec", "seed"), CASES)


def state_of(norb: int, nelec: tuple[int, int], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    sizes = [Strings(norb, count).values.size for count in nelec]
    state = rng.normal(size=sizes)
    return state / np.linalg.norm(state)


@every_case
def test_probabilities_are_those_of_ffsim(norb: int, nelec: tuple[int, int], seed: int) -> None:
    orbitals = ortho_group.rvs(norb, random_state=seed)
    state = state_of(norb, nelec, seed)
    strings = tuple(Strings(norb, count).values for count in nelec)
    found = OrbitalRotation.to_orbitals(orbitals).apply(state, strings)
    expected = ffsim.apply_orbital_rotation(
        state.ravel().astype(complex), orbitals.T, norb, nelec
    ).reshape(state.shape)
    np.testing.assert_allclose(found**2, np.abs(expected) ** 2, atol=1e-12)


@every_case
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
def test_circuit_is_the_same_rotation_in_every_mapping(
    norb: int, nelec: tuple[int, int], seed: int, mapper: str
) -> None:
    encoding = encoding_of(random_problem(norb, nelec, seed), mapper)
    rotation = OrbitalRotation.to_orbitals(ortho_group.rvs(norb, random_state=seed))
    state = state_of(norb, nelec, seed)
    strings = tuple(Strings(norb, count).values for count in nelec)
    occupations = (strings[0][:, None] | strings[1][None, :] << norb).ravel()
    qubits = encoding.occupation_map.qubits(occupations)
    whole = np.zeros(1 << encoding.num_qubits)
    whole[qubits] = state.ravel()
    rotated = Statevector(whole).evolve(rotation.circuit(encoding)).data
    expected = rotation.apply(state, strings).ravel()
    np.testing.assert_allclose(np.abs(rotated[qubits]) ** 2, expected**2, atol=1e-10)


def test_a_permutation_of_nothing_needs_no_gates() -> None:
    assert OrbitalRotation.to_orbitals(np.eye(5)).givens == ()
    assert OrbitalRotation.to_orbitals(np.diag([1.0, -1.0, 1.0])).givens == ()


def test_gates_are_as_many_as_pairs_of_orbitals() -> None:
    rotation = OrbitalRotation.to_orbitals(ortho_group.rvs(6, random_state=1))
    assert len(rotation.givens) == 15
    circuit = rotation.circuit(encoding_of(random_problem(6, (3, 3), 1)))
    assert circuit.num_nonlocal_gates() == 30


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
@pytest.mark.parametrize("nelec", [(2, 1), (1, 1), (3, 2)])
def test_qubits_and_occupations_are_one_to_one(mapper: str, nelec: tuple[int, int]) -> None:
    encoding = encoding_of(random_problem(3, nelec, 1), mapper)
    alpha, beta = (Strings(3, count).values for count in nelec)
    occupations = (alpha[:, None] | beta[None, :] << 3).ravel()
    qubits = encoding.occupation_map.qubits(occupations)
    assert len(set(qubits.tolist())) == occupations.size
    assert encoding.occupation_map.occupations(qubits).tolist() == occupations.tolist()


def test_a_parity_is_undone_by_hand() -> None:
    """Three qubits that hold n0, n0+n1, n0+n1+n2: 110 (qubit 2 first) is one electron in n1."""
    parity = OccupationMap((0b111, 0b110, 0b100), (0, 1, 2), 0)
    assert parity.occupations(np.array([0b110])).tolist() == [0b010]
    assert parity.qubits(np.array([0b010])).tolist() == [0b110]

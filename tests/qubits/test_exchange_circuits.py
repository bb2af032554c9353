"""Circuits of qubit excitations and coupled exchange operators against matrix exponentials."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from qiskit import QuantumCircuit, transpile
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator
from scipy.linalg import expm

from tests.problems import DenseFermions, encoding_of, random_problem
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.qubits.circuits import excitation_circuit, reference_circuit
from vqe_cli.qubits.exchange_circuits import (
    QubitExcitation,
    append_doubles,
    append_exchange,
    append_single,
)

pytestmark = pytest.mark.quick

RAISING = np.array([[0.0, 0.0], [1.0, 0.0]])


def generator(excitation: QubitExcitation, qubits: int) -> np.ndarray:
    """``Q − Q†`` by Kronecker products, qubit 0 the lowest bit."""
    matrix = np.eye(1)
    for place in range(qubits):
        if place in excitation.targets:
            factor = RAISING
        elif place in excitation.sources:
            factor = RAISING.T
        else:
            factor = np.eye(2)
        matrix = np.kron(factor, matrix)
    return matrix - matrix.T


def excitation(sources: tuple[int, ...], targets: tuple[int, ...]) -> QubitExcitation:
    return QubitExcitation(frozenset(sources), frozenset(targets))


def pairings(i: int, j: int, a: int, b: int) -> list[QubitExcitation]:
    """All double excitations on four qubits, in both directions."""
    ways = [excitation((i, j), (a, b)), excitation((i, b), (a, j)), excitation((i, a), (j, b))]
    return [*ways, *(way.adjoint for way in ways)]


def cnots(circuit: QuantumCircuit) -> int:
    plain = transpile(circuit, basis_gates=["cx", "u"], optimization_level=0)
    return int(plain.count_ops().get("cx", 0))


@pytest.mark.parametrize("places", [(0, 1), (2, 0)])
def test_single_excitation_takes_two_cnots(places: tuple[int, int]) -> None:
    one, circuit = excitation(places[:1], places[1:]), QuantumCircuit(3)
    append_single(circuit, one, 0.37)
    expected = expm(0.37 * generator(one, 3))
    np.testing.assert_allclose(Operator(circuit).data, expected, atol=1e-12)
    assert cnots(circuit) == 2


@pytest.mark.parametrize("places", [(0, 1, 2, 3), (3, 1, 0, 4)])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_doubles_on_four_qubits_take_13_cnots(places: tuple[int, ...], count: int) -> None:
    """Yordanov et al. for one; Ramôa et al., the multiple-parameter operator, for several."""
    ways, qubits = pairings(*places), max(places) + 1
    rng = np.random.default_rng(count)
    for chosen in permutations(range(6), count):
        if len({way % 3 for way in chosen}) < count:
            continue
        angles = dict(zip((ways[k] for k in chosen), rng.uniform(-3, 3, count), strict=True))
        circuit = QuantumCircuit(qubits)
        append_doubles(circuit, angles)
        total = sum(angle * generator(one, qubits) for one, angle in angles.items())
        np.testing.assert_allclose(Operator(circuit).data, expm(total), atol=1e-11)
        assert cnots(circuit) == 13


@pytest.mark.parametrize("places", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_two_doubles_of_one_angle_take_9_cnots(places: tuple[int, ...]) -> None:
    """Ramôa et al., the one-parameter operator; with the sum and with the difference."""
    ways = pairings(*places)
    for first, second in permutations(range(6), 2):
        if first % 3 == second % 3:
            continue
        circuit = QuantumCircuit(4)
        append_exchange(circuit, ways[first], ways[second], -0.83)
        total = -0.83 * (generator(ways[first], 4) + generator(ways[second], 4))
        np.testing.assert_allclose(Operator(circuit).data, expm(total), atol=1e-12)
        assert cnots(circuit) == 9


PAIRED = Excitation(((1, 0), (1, 1)), ((0, 0), (0, 1)), qubit=True)
CROSSED = Excitation(((1, 0), (0, 1)), ((0, 0), (1, 1)), qubit=True)
BACK = Excitation(CROSSED.annihilate, CROSSED.create, qubit=True)
SINGLE = Excitation(((2, 1),), ((0, 1),), qubit=True)


@pytest.mark.parametrize(
    ("rotations", "count"),
    [
        ((Rotation(SINGLE, 0, 0.5), Rotation(PAIRED, 1)), 2 + 13),
        ((Rotation(PAIRED, 0), Rotation(CROSSED, 1)), 13),
        ((Rotation(PAIRED, 0), Rotation(PAIRED, 1), Rotation(CROSSED, 0)), 13),
        ((Rotation(PAIRED, 1), Rotation(CROSSED, 1), Rotation(SINGLE, 0)), 9 + 2),
        ((Rotation(PAIRED, 0), Rotation(BACK, 0), Rotation(PAIRED, 1)), 13),
        ((Rotation(PAIRED, 0), Rotation(BACK, 0), Rotation(SINGLE, 1)), 9 + 2),
        ((Rotation(PAIRED, 0), Rotation(CROSSED, 0, -1.0), Rotation(SINGLE, 1)), 9 + 2),
    ],
)
def test_neighbours_on_the_same_qubits_are_one_circuit(
    rotations: tuple[Rotation, ...], count: int
) -> None:
    product, x = ExcitationProduct(3, (2, 1), rotations, 2), np.array([0.7, -1.1])
    encoding = encoding_of(random_problem(3, (2, 1), 1))
    circuit = excitation_circuit(product, encoding).assign_parameters(x)
    state = Operator(circuit).data[:, 0]
    np.testing.assert_allclose(state, DenseFermions(3).state(product, x), atol=1e-12)
    assert cnots(circuit) == count


def test_short_circuit_is_the_evolution_of_the_pauli_terms() -> None:
    """As Qiskit evolves them, with more CNOTs."""
    encoding = encoding_of(random_problem(3, (2, 1), 1))
    product = ExcitationProduct(3, (2, 1), (Rotation(PAIRED, 0),), 1)
    short = excitation_circuit(product, encoding).assign_parameters([0.4])
    plain = reference_circuit(encoding)
    plain.append(PauliEvolutionGate(encoding.generator(PAIRED), time=0.4), range(6))
    np.testing.assert_allclose(
        Operator(short).data, Operator(plain.decompose(reps=4)).data, atol=1e-12
    )
    assert cnots(plain) > 13


@pytest.mark.parametrize("taper", [False, True])
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
def test_circuits_are_short_only_where_qubits_are_occupations(mapper: str, taper: bool) -> None:
    encoding = encoding_of(random_problem(3, (2, 1), 1), {"name": mapper, "taper": taper})
    product = ExcitationProduct(3, (2, 1), (Rotation(PAIRED, 0),), 1)
    is_short = cnots(excitation_circuit(product, encoding)) == 13
    assert is_short == (mapper == "jordan-wigner" and not taper)

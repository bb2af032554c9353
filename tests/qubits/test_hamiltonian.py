"""Products of ladder operators as sums of bits, held to qiskit-nature's own mapping."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp
from qiskit_nature.second_q.operators import FermionicOp
from qiskit_nature.second_q.properties import AngularMomentum, Magnetization, ParticleNumber

from tests.problems import encoding_of, named_problem, random_problem
from tests.qubits.nature import natures
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS

ROUND_OFF = 1e-10


def by_qiskit_nature(encoding: Encoding) -> SparsePauliOp:
    """Its mapping of every product of ladder operators, the core energy as the constant."""
    problem: Any = encoding.problem
    terms: dict[str, float] = {}
    for (p, q), value in nonzero(problem.h1):
        for s in (0, problem.norb):
            terms[f"+_{p + s} -_{q + s}"] = value
    for (p, q, r, s), value in nonzero(problem.h2):
        for a, b in product((0, problem.norb), repeat=2):
            terms[f"+_{p + a} +_{r + b} -_{s + b} -_{q + a}"] = value / 2
    fermionic = FermionicOp(terms, num_spin_orbitals=2 * problem.norb)
    operator = natures(encoding).map(fermionic)
    return operator + SparsePauliOp("I" * operator.num_qubits, problem.core_energy)


def nonzero(integrals: Any) -> Iterator[tuple[tuple[int, ...], float]]:
    return ((index, float(value)) for index, value in np.ndenumerate(integrals) if value)


def assert_equal(encoding: Encoding) -> None:
    found, expected = encoding.hamiltonian, by_qiskit_nature(encoding)
    assert found.num_qubits == expected.num_qubits
    difference = (found - expected).simplify(atol=ROUND_OFF)
    np.testing.assert_allclose(difference.coeffs, 0.0, atol=ROUND_OFF)
    assert len(found) == len(expected.simplify(atol=1e-12))


@pytest.mark.parametrize("mapper", MAPPERS.names())
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_random_integrals(mapper: str, data: st.DataObject) -> None:
    norb = data.draw(st.integers(1, 3))  # qiskit-nature takes ten times as long for 4
    nelec = data.draw(st.tuples(st.integers(0, norb), st.integers(0, norb)))
    seed = data.draw(st.integers(0, 1000))
    assert_equal(encoding_of(random_problem(norb, nelec, seed), mapper))


@pytest.mark.parametrize("mapper", MAPPERS.names())
@pytest.mark.parametrize("molecule", ["lih-3-orbitals", "ch2-triplet"])
def test_molecules(mapper: str, molecule: str) -> None:
    assert_equal(encoding_of(named_problem(molecule), mapper))


@pytest.mark.parametrize("mapper", MAPPERS.names())
@pytest.mark.parametrize(("norb", "nelec"), [(1, (1, 0)), (2, (1, 1)), (3, (2, 1)), (5, (2, 3))])
def test_conserved_quantities_are_those_of_qiskit_nature(
    mapper: str, norb: int, nelec: tuple[int, int]
) -> None:
    encoding = encoding_of(random_problem(norb, nelec, seed=1), mapper)
    properties = {
        "particle-number": ParticleNumber(norb).second_q_ops()["ParticleNumber"],
        "sz": Magnetization(norb).second_q_ops()["Magnetization"],
        "s-squared": AngularMomentum(norb).second_q_ops()["AngularMomentum"],
    }
    assert list(encoding.symmetries) == list(properties)
    for name, fermionic in properties.items():
        found, expected = encoding.symmetries[name], natures(encoding).map(fermionic)
        difference = (found - expected).simplify(atol=ROUND_OFF)
        np.testing.assert_allclose(difference.coeffs, 0.0, atol=ROUND_OFF)
        assert len(found) == len(expected.simplify(atol=1e-12))


@pytest.mark.parametrize("mapper", MAPPERS.names())
@pytest.mark.parametrize(
    "excitation",
    [Excitation(((2, 0),), ((0, 0),)), Excitation(((1, 0), (2, 1)), ((0, 0), (0, 1)))],
    ids=Excitation.label,
)
def test_generators_are_those_of_qiskit_nature(mapper: str, excitation: Excitation) -> None:
    encoding = encoding_of(random_problem(3, (2, 1), seed=1), mapper)
    up = [orbital + 3 * spin for orbital, spin in excitation.create]
    down = [orbital + 3 * spin for orbital, spin in reversed(excitation.annihilate)]
    label = " ".join([f"+_{place}" for place in up] + [f"-_{place}" for place in down])
    excite = FermionicOp({label: 1j}, num_spin_orbitals=6)
    expected = natures(encoding).map(excite + excite.adjoint())
    assert encoding.generator(excitation).equiv(expected, atol=ROUND_OFF)


def test_more_qubits_than_a_word_has_bits() -> None:
    norb = 34
    h1, h2 = np.zeros((norb,) * 2), np.zeros((norb,) * 4)
    h1[2, 33] = h1[33, 2] = 0.3
    h1[33, 33] = -0.7
    for left, right in [((2, 33), (31, 33)), ((33, 33), (0, 0))]:
        for a, b in product({left, left[::-1]}, {right, right[::-1]}):
            h2[(*a, *b)] = h2[(*b, *a)] = 0.25
    problem = ElectronicProblem(
        h1=h1, h2=h2, core_energy=1.5, nelec=(1, 1), multiplicity=1, orbital_energies=None
    )
    assert_equal(encoding_of(problem))
    assert_equal(encoding_of(problem, "parity"))

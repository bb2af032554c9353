"""Coupled exchange operators: which there are, and one or several parameters by derivative."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from qiskit import transpile
from scipy.linalg import expm

from tests.problems import H2, H4, DenseFermions, encoding_of, random_problem, spec_of
from vqe_cli import run
from vqe_cli.ansatz.adapt import Adapt
from vqe_cli.ansatz.state import operator_of
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.qubits.circuits import excitation_circuit


@pytest.mark.parametrize("norb", [3, 4, 5])
def test_every_two_doubles_on_four_spin_orbitals_are_added_and_subtracted(norb: int) -> None:
    """Two alpha and two beta orbitals have two doubles, four of one spin three, as the paper says.

    There are C(n,2)² sets of the first kind, with a sum and a difference, and 2 C(n,4) of the
    second, with three of each; and single qubit excitations of each spin.
    """
    found = Adapt(pool="ovp-ceo").adaptive(encoding_of(random_problem(norb, (2, 2), 1))).pool
    assert len(found) == 2 * comb(norb, 2) ** 2 + 6 * 2 * comb(norb, 4) + 2 * comb(norb, 2)
    assert len(set(found)) == len(found)


def test_both_doubles_of_an_operator_commute() -> None:
    """So that one circuit is exact: the exponential of the sum is the product."""
    dense = DenseFermions(3)
    operators = Adapt(pool="ovp-ceo").adaptive(encoding_of(random_problem(3, (2, 1), 1))).pool
    for operator in operators[::3]:
        generators = []
        for part in operator:
            assert isinstance(part, Excitation)
            excite = dense.excitation(part)
            generators.append(0.4 * (excite - excite.T))
        product = np.linalg.multi_dot([np.eye(64), *(expm(one) for one in generators), np.eye(64)])
        np.testing.assert_allclose(product, expm(sum(generators)), atol=1e-12)


@pytest.mark.parametrize(("pool", "cnots"), [("qubit-excitations", 13), ("ovp-ceo", 9), ("ceo", 9)])
def test_hydrogen_takes_one_operator_of_published_length(pool: str, cnots: int) -> None:
    record = run(spec_of(H2, ansatz={"name": "adapt", "pool": pool}))
    assert record.verdict == "pass"
    assert record.result.operators is not None
    operators = [operator_of(one) for one in record.result.operators]
    encoding = encoding_of("h2")
    product = Adapt(pool=pool).state(encoding).with_operators(operators).product
    assert product is not None
    circuit = transpile(
        excitation_circuit(product, encoding), basis_gates=["cx", "u"], optimization_level=0
    )
    assert circuit.count_ops()["cx"] == cnots


def test_several_doubles_with_a_derivative_get_parameters_of_their_own() -> None:
    record = run(spec_of(H4, ansatz={"name": "adapt", "pool": "ceo", "max_operators": 12}))
    assert record.result.operators is not None
    assert record.result.cycles is not None
    growth = np.diff([cycle.operators for cycle in record.result.cycles])
    assert growth[0] == 1  # before correlation, one of the doubles has no electrons to move
    assert growth.max() > 1
    for place in np.flatnonzero(growth > 1):
        first = record.result.cycles[place].operators
        block = [operator_of(one)[0] for one in record.result.operators[first:][: growth[place]]]
        assert len({part.orbitals for part in block}) == 1

"""The distance of the two lowest levels, for dense, sparse and diagonal Hamiltonians."""

from math import pi, sin

import pytest

from tests.problems import qubit_encoding
from vqe_cli.classical.levels import gap_of
from vqe_cli.classical.numpy import NumPy

pytestmark = pytest.mark.quick


def gap_above_lowest(encoding):
    return gap_of(encoding, NumPy().solve(encoding).energy)


def chain(count, letters):
    return {
        "I" * place + letters + "I" * (count - place - len(letters)): -1.0
        for place in range(count - len(letters) + 1)
    }


@pytest.mark.parametrize("sites", [3, 10])
def test_the_gap_of_a_critical_chain_is_pfeutys(sites):
    encoding = qubit_encoding({**chain(sites, "ZZ"), **chain(sites, "X")})
    assert gap_above_lowest(encoding) == pytest.approx(4 * sin(pi / (4 * sites + 2)), abs=1e-9)


def test_degenerate_states_are_one_level():
    # A chain without field has two lowest states, and a wall costs 2.
    assert gap_above_lowest(qubit_encoding(chain(11, "ZZ"))) == pytest.approx(2.0)


def test_many_degenerate_states_are_passed_over():
    # Ten qubits of twelve are free: the lowest level has 1024 states.
    assert gap_above_lowest(qubit_encoding({"ZZ": 1.0, "XX": 1e-3})) == pytest.approx(2e-3)
    gap = gap_above_lowest(qubit_encoding({"I" * 10 + "XX": 1.0}))
    assert gap is None or gap == pytest.approx(2.0)


def test_a_constant_has_no_gap():
    assert gap_above_lowest(qubit_encoding({"II": 1.0})) is None

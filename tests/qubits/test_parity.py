"""The parity mapping and its two constant qubits."""

from __future__ import annotations

import pytest

from tests.problems import encoding_of, named_problem

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(("problem", "qubits"), [("h2", 2), ("h3-doublet", 4), ("h4", 6)])
def test_two_qubits_fewer(problem: str, qubits: int) -> None:
    encoding = encoding_of(problem, "parity")
    assert encoding.num_qubits == qubits == 2 * named_problem(problem).norb - 2


def test_all_qubits_on_request() -> None:
    selection = {"name": "parity", "two_qubit_reduction": False}
    assert encoding_of("h2", selection).num_qubits == 4


def test_qubits_hold_parities() -> None:
    selection = {"name": "parity", "two_qubit_reduction": False}
    assert encoding_of("h2", selection).reference_bits == (True, True, False, False)
    assert encoding_of("h2-triplet", selection).reference_bits == (True, False, False, False)

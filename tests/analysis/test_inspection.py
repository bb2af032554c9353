"""Properties of a qubit operator against Qiskit."""

from __future__ import annotations

import pytest
from qiskit.quantum_info import SparsePauliOp, Z2Symmetries

from vqe_cli.analysis.inspection import _independent, inspect_problem
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick

LITHIUM_HYDRIDE = {"geometry": "Li 0 0 0; H 0 0 1.6", "basis": "sto-3g"}


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "bravyi-kitaev"])
def test_symmetries_are_those_of_all_terms(mapper: str) -> None:
    spec = spec_from_data({"molecule": LITHIUM_HYDRIDE, "mapper": mapper})
    found = inspect_problem(spec, 5)
    operator = found.encoding.hamiltonian
    expected = Z2Symmetries.find_z2_symmetries(operator).symmetries
    assert found.operator.z2_symmetries == tuple(pauli.to_label() for pauli in expected)
    terms = dict(zip(operator.paulis.to_labels(), operator.coeffs.real, strict=True))
    for label, coefficient in found.operator.largest:
        assert terms[label] == pytest.approx(coefficient, abs=1e-14)


def test_few_terms_span_all() -> None:
    """By hand: YY is the product of XX and ZZ, up to a phase."""
    paulis = SparsePauliOp(["XX", "ZZ", "YY", "II"]).paulis
    assert len(_independent(paulis)) == 2

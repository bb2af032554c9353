"""Basis functions by name, against those that PySCF has."""

from __future__ import annotations

import pytest
from pyscf import gto

from vqe_cli.chemistry.basis.basis_sets import named_shells
from vqe_cli.schema.basis_names import basis_name

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("written", "symbol"),
    [("6-31++G(d)", "Sc"), ("6-31++G(d)", "Zn"), ("6-31G(d)", "C"), ("6-31g*", "Ga")],
)
def test_a_basis_that_pyscf_has_in_one_spelling_is_found(written: str, symbol: str) -> None:
    assert named_shells(basis_name(written), symbol) == gto.basis.load(written, symbol)

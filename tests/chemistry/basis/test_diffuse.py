"""Whether basis sets have diffuse functions, as their authors say."""

from __future__ import annotations

import pytest

from vqe_cli.chemistry.basis.diffuse import without_diffuse_functions

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("basis", "lacking"),
    [
        ("sto-3g", ("C", "Cl", "O")),
        ("6-31g*", ("C", "Cl", "O")),
        ("cc-pvqz", ("C", "Cl", "O")),
        ("def2-tzvp", ("C", "Cl", "O")),
        ("6-31+g*", ()),
        ("6-311++g**", ()),
        ("aug-cc-pvdz", ()),
        ("def2-svpd", ()),
    ],
)
def test_bases_with_and_without(basis: str, lacking: tuple[str, ...]) -> None:
    from pyscf import gto

    mole = gto.M(atom="C 0 0 0; O 0 0 1.2; Cl 0 1.7 0; H 0 -1 0", basis=basis, verbose=0)
    assert without_diffuse_functions(mole) == lacking


def test_hydrogen_counts_only_alone() -> None:
    from pyscf import gto

    assert without_diffuse_functions(gto.M(atom="H 0 0 0; H 0 0 1", verbose=0)) == ("H",)
    ghost = gto.M(atom="H 0 0 0; ghost-O 0 0 1", basis="aug-cc-pvdz", spin=1, verbose=0)
    assert without_diffuse_functions(ghost) == ()

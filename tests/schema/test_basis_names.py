"""Names of basis sets in one spelling, and as papers write them."""

from __future__ import annotations

import re

import pytest

from vqe_cli.schema.basis_names import basis_name, published_name

pytestmark = pytest.mark.quick

PUBLISHED = (
    ("sto-3g", "STO-3G"),
    ("6-31g", "6-31G"),
    ("6-31g*", "6-31G(d)"),
    ("6-311++g**", "6-311++G(d,p)"),
    ("6-31g(2df,p)", "6-31G(2df,p)"),
    ("3-21g*", "3-21G*"),
    ("cc-pvdz", "cc-pVDZ"),
    ("aug-cc-pvtz", "aug-cc-pVTZ"),
    ("cc-pwcv5z", "cc-pwCV5Z"),
    ("cc-pvtz-dk", "cc-pVTZ-DK"),
    ("cc-pvdz-pp", "cc-pVDZ-PP"),
    ("ccecp-cc-pvdz", "ccECP-cc-pVDZ"),
    ("def2-svp", "def2-SVP"),
    ("ma-def2-tzvpp", "ma-def2-TZVPP"),
    ("ano-rcc", "ANO-RCC"),
    ("lanl2dz", "LANL2DZ"),
    ("pcseg-1", "pcseg-1"),
    ("dyall-v2z", "dyall-v2z"),
    ("gth-dzvp-molopt-sr", "GTH-DZVP-MOLOPT-SR"),
    ("ano@3s2p", "ANO@3s2p"),
)
"""The spelling of input files, and that of the papers which the sets come from."""


@pytest.mark.parametrize(("name", "published"), PUBLISHED)
def test_a_name_has_one_spelling_in_files_and_one_in_papers(name: str, published: str) -> None:
    without = name.replace("-", "")
    for spelling in (name, published, name.upper(), without, without.upper(), f" {name} "):
        assert basis_name(spelling) == name
        assert published_name(spelling) == published


@pytest.mark.parametrize("spelling", ["6-31G*", "6-31g(d)", "631gs", "6-31G (d)", "6_31g*"])
def test_stars_letters_and_parentheses_name_the_same_polarisation(spelling: str) -> None:
    assert basis_name(spelling) == "6-31g*"


def test_3_21g_with_a_star_is_not_3_21g_with_d_functions() -> None:
    """3-21G* has d functions on second-row elements alone (Pietro et al., JACS 104, 5039)."""
    assert basis_name("3-21G*") != basis_name("3-21G(d)")


@pytest.mark.parametrize("name", ["B3LYP", "sto-3", "my basis", ""])
def test_an_unknown_name_stays_as_it_was_written(name: str) -> None:
    assert basis_name(name) == name


def test_every_name_of_pyscf_is_still_its_name() -> None:
    """PySCF ignores hyphens, underscores and blanks, and has its own names for stars."""
    from pyscf.gto.basis import ALIAS, GTH_ALIAS

    for name in (*ALIAS, *GTH_ALIAS):
        known = re.sub("[-_ ]", "", basis_name(name))
        assert known in (name, re.sub("ss?$", lambda found: "*" * len(found[0]), name)) or (
            "_" in name
        )
        assert basis_name(basis_name(name)) == basis_name(name)


@pytest.mark.parametrize(
    ("stars", "letters"),
    [
        ("6-31g*", "6-31g(d)"),
        ("6-31g**", "6-31g(d,p)"),
        ("6-31+g*", "6-31+g(d)"),
        ("6-311g**", "6-311g(d,p)"),
        ("6-311++g**", "6-311++g(d,p)"),
    ],
)
def test_both_notations_are_the_same_functions_in_pyscf(stars: str, letters: str) -> None:
    from pyscf.gto.basis import load

    for symbol in ("H", "C", "N", "O", "F", "Si", "P", "S", "Cl"):
        assert sorted(load(stars, symbol)) == sorted(load(letters, symbol))

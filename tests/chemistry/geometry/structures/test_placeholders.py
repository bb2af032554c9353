"""What is more or less than one molecule is refused, and abbreviations with it."""

from __future__ import annotations

import pytest

from tests.chemistry.geometry.structures.molfiles import ETHANE, SINGLE, v2000, v3000
from vqe_cli.chemistry.geometry.structures.reading import read_molfile, read_smiles
from vqe_cli.errors import InputError


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("CC |Sg:n:0,1::ht|", "polymer"),
        ("OC1CCCC1 |LN:2:1.3|", "link node"),
        ("CC |$R1;$|", "'R1'"),
        ("CC |$;_AP1$|", "'_AP1'"),
        ("Cc1ccccc1 |$CF3;;;;;;$|", "'CF3'"),
        ("CC* |m:2:0.1|", "not an element"),
    ],
)
def test_extensions_that_stand_for_other_atoms_are_refused(smiles: str, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("'", ".")):
        read_smiles(smiles)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("M  STY  1   1 SRU\nM  SAL   1  2   1   2", "Sgroup SRU"),
        ("M  STY  1   1 GEN\nM  SAL   1  2   1   2", "Sgroup GEN"),
        ("M  APO  1   1   1", "attachment point at atom 1"),
        ("A    2\nCF3", r"'CF3' as the name of atom 2 \(C\) on line 9"),
        ("V    1 CF3", r"'CF3' as the name of atom 1 \(C\) on line 8"),
        ("A    1\nNH3", "'NH3'"),
        ("A    1\nCH2", "'CH2'"),
    ],
)
def test_lines_of_a_molfile_that_stand_for_other_atoms_are_refused(more: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_molfile(v2000(ETHANE, SINGLE, more))


def test_an_attachment_point_of_v3000_is_refused() -> None:
    with pytest.raises(InputError, match="attachment point"):
        read_molfile(v3000("C ATTCHPT=1"))


@pytest.mark.parametrize("label", ["C", "CH3", "H3C", "1", "0.25"])
def test_a_label_that_says_what_the_atom_is_does_no_harm(label: str) -> None:
    assert read_molfile(v2000(ETHANE, SINGLE, f"A    1\n{label}")).smiles == "CC"


def test_data_and_written_out_abbreviations_do_no_harm() -> None:
    more = "M  STY  2   1 SUP   2 DAT\nM  SAL   1  1   1\nM  SMT   1 Me\nM  SAL   2  1   2"
    assert read_molfile(v2000(ETHANE, SINGLE, more)).smiles == "CC"

"""What is stated of stereochemistry is kept, or it is said; what is open is counted by hand."""

from __future__ import annotations

import re

import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from tests.chemistry.geometry.structures.molfiles import v2000
from vqe_cli.chemistry.geometry.structures.reading import read_molfile, read_smiles
from vqe_cli.chemistry.geometry.structures.written_stereo import NAME
from vqe_cli.errors import InputError

ATP = "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(=O)(O)OP(=O)(O)OP(=O)(O)O)[C@@H](O)[C@H]1O"
"""Its phosphorus atoms exchange protons."""


def open_elements(notes: tuple[str, ...]) -> int:
    found = re.search(r"(\d+) stereo elements? (?:is|are) not given", " ".join(notes))
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        *[("O=C=C=C=O", 0), ("[N-]=[N+]=N", 0), ("N=C=O", 0), ("C=C=C", 0), ("CC(C)=NO", 0)],
        *[(ATP, 0), ("CP(=O)(O)OC", 0), ("CP(=O)(OCC)OC", 1)],
        *[("CC=CC", 1), ("CC(F)Cl", 1), ("CC=C=CC", 1), ("CC=C=C=CC", 1), ("CCC1CC1C", 2)],
    ],
)
def test_only_what_has_two_forms_is_open(smiles: str, count: int) -> None:
    assert open_elements(read_smiles(smiles).notes) == count


def test_what_is_drawn_as_unknown_is_open() -> None:
    centre = (("C", 0.0, 0.0, 0.0), ("C", 1.4, 0.0, 0.0), ("F", 2.0, 1.2, 0.0),
              ("Cl", 2.0, -1.2, 0.0))  # fmt: skip
    wavy = v2000(centre, ((2, 1, 1, 4), (2, 3, 1, 0), (2, 4, 1, 0)))
    bond = (("C", 0.0, 1.0, 0.0), ("C", 0.9, 0.0, 0.0), ("C", 2.1, 0.0, 0.0), ("C", 3.0, 1.0, 0.0))
    crossed = v2000(bond, ((1, 2, 1, 0), (2, 3, 2, 3), (3, 4, 1, 0)))
    assert [open_elements(read_molfile(text).notes) for text in (wavy, crossed)] == [1, 1]


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("C1CC/C=C/CC1", "trans in a ring of 7"),
        ("C1CC/C=C/C1", "trans in a ring of 6"),
        ("Cl/C1=C(/Cl)CCCC1", "trans in a ring of 6"),
        ("C1CC/C=C/CC1.Cl", "trans in a ring of 7"),
        ("C[C@](N)C(=O)O", "no hydrogen"),
    ],
)
def test_what_would_be_computed_as_another_molecule_is_refused(smiles: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_smiles(smiles)


@pytest.mark.parametrize(
    "smiles",
    ["C1CC/C=C\\CC1", "Cl/C1=C(\\Cl)CCCC1", "C1CCCCC/C=C/1", "C[C@]([H])(N)C(=O)O", "C/C=C/C"],
)
def test_what_is_kept_needs_no_word(smiles: str) -> None:
    found = read_smiles(smiles)
    assert (found.notes, found.doubts) == ((), ())


def test_axes_that_are_not_kept_are_doubts_where_energies_hang_on_them() -> None:
    mirrored = read_smiles("CC=[C@]=CC")
    assert "mirror images" in " ".join(mirrored.notes)
    assert not mirrored.doubts
    for smiles in ("C[C@H](F)C=[C@]=CC", "F/C=C=C=C/F"):
        assert [check.name for check in read_smiles(smiles).doubts] == [NAME]


@pytest.mark.parametrize("extension", ["|r|", "|o1:1|", "|&1:1|"])
def test_racemates_and_relative_configurations_are_said(extension: str) -> None:
    assert "it stands for a" in " ".join(read_smiles(f"C[C@H](F)Cl {extension}").notes)


def test_an_atropisomer_that_is_drawn_is_refused() -> None:
    drawn = Chem.MolFromSmiles("Cc1cccc(I)c1-c1c(C)cccc1Br")
    AllChem.Compute2DCoords(drawn)
    lines = Chem.MolToMolBlock(drawn).split("\n")
    beside = next(k for k, line in enumerate(lines) if line[:9] in ("  6  8  1", "  6  8  2"))
    assert read_molfile("\n".join(lines)).smiles
    lines[beside] = f"  8  6{lines[beside][6:9]}  1"
    with pytest.raises(InputError, match="atropisomer"):
        read_molfile("\n".join(lines))

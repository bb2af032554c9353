"""Radicals have the spin that CXSMILES and molfiles state, by the definitions of both."""

from __future__ import annotations

import pytest

from tests.chemistry.geometry.structures.molfiles import v2000, v3000
from vqe_cli.chemistry.geometry.structures.neutralise import neutralised
from vqe_cli.chemistry.geometry.structures.reading import read_molfile, read_smiles
from vqe_cli.chemistry.geometry.structures.structure import SPIN
from vqe_cli.errors import InputError

METHYLENE = (("C", 0.0, 0.0, 0.0),)
METHOXY = (("C", 0.0, 0.0, 0.0), ("O", 1.4, 0.0, 0.0))


@pytest.mark.parametrize(
    ("smiles", "multiplicity", "is_open"),
    [
        ("[CH2]", 3, True),
        ("[CH2] |^2:0|", 3, True),  # divalent, of no stated spin
        ("[CH2] |^3:0|", 1, False),
        ("[CH2] |^4:0|", 3, False),
        ("[H][C][H] |^3:1|", 1, False),
        ("[CH2].Cl |^3:0|", 1, False),
        ("[CH3] |^1:0|", 2, False),
        ("[N] |^7:0|", 4, False),
        ("[N] |^6:0|", 2, False),
        ("C[CH]C[CH]C |^1:1,3|", 3, True),  # two centres: how they couple is not said
    ],
)
def test_a_spin_that_an_extension_states_is_taken(
    smiles: str, multiplicity: int, is_open: bool
) -> None:
    found = read_smiles(smiles)
    assert found.multiplicity == multiplicity
    assert any(check.name == SPIN for check in found.doubts) is is_open


@pytest.mark.parametrize(("radical", "multiplicity"), [(1, 1), (2, 2), (3, 3)])
def test_radicals_of_molfiles_are_singlets_doublets_and_triplets(
    radical: int, multiplicity: int
) -> None:
    lines = f"M  RAD  1   1   {radical}"
    for text in (v2000(METHYLENE, more=lines), v3000(f"C RAD={radical}")):
        found = read_molfile(text)
        assert (found.multiplicity, found.doubts) == (multiplicity, ())
        assert found.formula == ("CH3" if radical == 2 else "CH2")


def test_a_doublet_of_the_atom_block_is_a_radical() -> None:
    methoxy = read_molfile(v2000(METHOXY, ((1, 2, 1, 0),), codes=(0, 4)))
    assert (methoxy.smiles, methoxy.multiplicity) == ("C[O]", 2)
    charged = (("N", 0.0, 0.0, 0.0), ("C", 1.4, 0.0, 0.0))
    both = read_molfile(v2000(charged, ((1, 2, 1, 0),), codes=(3, 4)))
    assert (both.smiles, both.charge, both.multiplicity) == ("[CH2][NH3+]", 1, 2)


def test_lines_overrule_the_atom_block() -> None:
    found = read_molfile(v2000(METHOXY, ((1, 2, 1, 0),), "M  CHG  1   2  -1", codes=(0, 4)))
    assert (found.smiles, found.multiplicity) == ("C[O-]", 1)


def test_a_radical_that_the_bonds_leave_no_room_for_is_refused() -> None:
    with pytest.raises(InputError, match="0 unpaired electrons"):
        read_smiles("[CH3] |^3:0|")
    with pytest.raises(InputError, match="atom 3, but has 1 atom"):
        read_smiles("C |^1:3|")


def test_protons_leave_a_stated_spin_as_it_is() -> None:
    found = neutralised(read_smiles("[CH]C(=O)[O-] |^3:0|"))
    assert (found.smiles, found.multiplicity, found.doubts) == ("[CH]C(=O)O", 1, ())

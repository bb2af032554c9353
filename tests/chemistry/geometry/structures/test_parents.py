"""Salts, solvates and co-crystals: what medicinal chemists would call the molecule is kept.

What the parents are is from the salts' entries in the WHO's list of INN and in PubChem.
"""

from __future__ import annotations

import pytest
from rdkit import Chem

from vqe_cli.chemistry.geometry.structures.neutralise import neutralised
from vqe_cli.chemistry.geometry.structures.reading import read_smiles
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick

MEGLUMINE = "CNC[C@H](O)[C@@H](O)[C@H](O)[C@H](O)CO"
PAMOIC = "OC(=O)c1cc2ccccc2c(Cc2c(O)c(cc3ccccc23)C(=O)O)c1O"
XINAFOIC = "OC(=O)c1ccc2ccccc2c1O"
ESTOLIC = "CCCCCCCCCCCCOS(O)(=O)=O"
TARTARIC = "O[C@H]([C@@H](O)C(O)=O)C(O)=O"
DROSPIRENONE_LIKE = "CC1CCC2C3CCC4=CC(=O)CCC4C3CCC12"

TAFAMIDIS = "OC(=O)c1ccc2nc(oc2c1)-c1cc(Cl)cc(Cl)c1"
PYRANTEL = "CN1CCCN=C1/C=C/c1cccs1"
METFORMIN = "CN(C)C(=N)NC(N)=N"
DICLOFENAC = "OC(=O)Cc1ccccc1Nc1c(Cl)cccc1Cl"


@pytest.mark.parametrize(
    ("salt", "parent"),
    [
        (f"{TAFAMIDIS}.{MEGLUMINE}", TAFAMIDIS),
        (f"{MEGLUMINE}.{TAFAMIDIS}", TAFAMIDIS),
        (f"{PYRANTEL}.{PAMOIC}", PYRANTEL),
        (f"{METFORMIN}.{METFORMIN}.{PAMOIC}", METFORMIN),
        (f"CC(C)NCC(O)c1ccc(O)c(O)c1.{TARTARIC}.O.O", "CC(C)NCC(O)c1ccc(O)c(O)c1"),
        (f"CNCCC=C1c2ccccc2CCc2ccccc12.{XINAFOIC}", "CNCCC=C1c2ccccc2CCc2ccccc12"),
        (f"CCCN.{ESTOLIC}", "CCCN"),
        (f"{DICLOFENAC}.OCCN1CCCC1", DICLOFENAC),
        (f"{DICLOFENAC}.C1CCC(CC1)NC1CCCCC1", DICLOFENAC),
        ("C[NH2+]CC.[Cl-]", "C[NH2+]CC"),
        ("NCC.OS(O)(=O)=O", "NCC"),
        (f"{MEGLUMINE}.Cl", MEGLUMINE),
        ("NCCCC[C@H](N)C(O)=O.CC(O)=O", "NCCCC[C@H](N)C(O)=O"),
        ("NN.OS(O)(=O)=O", "NN"),
        ("CC(=O)[O-].[NH4+]", "CC(=O)[O-]"),
        ("CCCC[n+]1ccn(C)c1.F[P-](F)(F)(F)(F)F", "CCCC[n+]1ccn(C)c1"),
        ("[2H]C([2H])([2H])OCCCN.[2H]O[2H]", "[2H]C([2H])([2H])OCCCN"),
    ],
)
def test_counter_ions_and_solvents_are_left_off_by_structure(salt: str, parent: str) -> None:
    found = read_smiles(salt)
    assert found.smiles == Chem.CanonSmiles(parent)
    assert any("left out" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        f"{DICLOFENAC}.{TAFAMIDIS}",
        "Nc1ccc(cc1)S(=O)(=O)Nc1ccccn1.COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC",  # two drugs in one tablet
        "C1CNCCN1.OC(=O)CC(O)(CC(O)=O)C(O)=O",  # piperazine citrate: both are counter-ions, too
        "C[N+](C)(C)CCO.[O-]C(=O)c1ccccc1O",
        "CS(C)=O.CCO",
    ],
)
def test_a_mixture_of_equals_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="either may be meant"):
        read_smiles(text)


@pytest.mark.parametrize("text", ["[Na+].[Cl-]", "[Li+].[Li+].[O-]C([O-])=O", "O.[K+].[Br-]"])
def test_ions_without_an_organic_part_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="without an organic part"):
        read_smiles(text)


@pytest.mark.parametrize(
    "text",
    [
        "N.N.Cl[Pt]Cl",  # cisplatin
        "[NH2-].[NH2-].Cl[Pt+2]Cl",
        "C1CC(C1)(C(=O)[O-])C(=O)[O-].N.N.[Pt+2]",  # carboplatin
        "[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]",  # ferrocene
        "CCP(CC)CC.CC(=O)OCC1OC([S-])C(O)C(O)C1O.[Au+]",  # like auranofin
    ],
)
def test_a_complex_in_pieces_is_refused_with_its_metal(text: str) -> None:
    with pytest.raises(InputError, match="apart from its ligands") as error:
        read_smiles(text)
    assert "->" in (error.value.hint or "")


def test_a_complex_with_counter_ions_is_kept_whole() -> None:
    found = read_smiles("N->[Co+3](<-N)(<-N)(<-N)(<-N)<-N.[Cl-].[Cl-].[Cl-]")
    assert found.formula == "CoH18N6+3"


def test_metals_of_salts_are_left_off_and_counted() -> None:
    assert read_smiles("[Na+].[Na+].[O-]C(=O)CCCCC([O-])=O").metals_left == ("Na", "Na")
    silver = read_smiles("Nc1ccc(cc1)S(=O)(=O)[N-]c1ncccn1.[Ag+]")
    assert silver.metals_left == ("Ag",)
    assert silver.charge == -1


def test_an_unknown_smaller_part_is_pointed_out() -> None:
    notes = " ".join(read_smiles(f"{DROSPIRENONE_LIKE}.CC1CC1C#N").notes)
    assert "no counter-ion or solvent that is known" in notes


def test_a_racemate_of_fragments_is_told() -> None:
    found = read_smiles("C[C@H](F)c1ccccc1.C[C@@H](F)c1ccccc1")
    assert "several forms of one molecule" in " ".join(found.notes)


@pytest.mark.parametrize("text", ["N->B", "CN->B", "CS(C)->B"])
def test_an_electron_that_hydrogens_were_lost_with_is_refused(text: str) -> None:
    """RDKit counts a dative bond at boron and leaves it two hydrogens: 17 electrons for NH3BH3."""
    with pytest.raises(InputError, match="odd number of electrons") as error:
        read_smiles(text)
    assert "[NH3+][BH3-]" in (error.value.hint or "")


def test_radicals_and_metals_may_have_odd_electrons() -> None:
    assert read_smiles("CC1(C)CCCC(C)(C)N1[O]").multiplicity == 2
    assert read_smiles("Cl[Cu]Cl").multiplicity == 2


@pytest.mark.parametrize(
    ("ion", "neutral", "charge"),
    [
        ("C[NH3+]", "CN", 0),
        ("[NH3+]CC([O-])=O", "NCC(O)=O", 0),
        ("CC(=O)[O-].[Na+]", "CC(O)=O", 0),
        ("C[N+](C)(C)C", "C[N+](C)(C)C", 1),
        ("C[N+](=O)[O-]", "C[N+](=O)[O-]", 0),
        ("[NH3+][Pt-2](Cl)(Cl)[NH3+]", "[NH3+][Pt-2](Cl)(Cl)[NH3+]", 0),
        ("[CH3-]", "C", 0),
        ("[CH3+]", "[CH3+]", 1),  # CH4 is a hydride more
        ("[BH4-]", "[BH4-]", -1),
        ("[SiH3+]", "[SiH3+]", 1),
        ("F[P-](F)(F)(F)(F)F", "F[P-](F)(F)(F)(F)F", -1),
        ("c1cc[cH-]c1", "c1cc[cH-]c1", -1),
        ("c1ccc[cH+]cc1", "c1ccc[cH+]cc1", 1),
    ],
)
def test_protons_make_ions_neutral_where_they_can(ion: str, neutral: str, charge: int) -> None:
    found = neutralised(read_smiles(ion))
    assert found.smiles == Chem.CanonSmiles(neutral)
    assert found.charge == charge
    assert ("stays" in " ".join(found.notes)) is (charge != 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("CCO |^1:2", "cut off"), ("CCO |^1:9|", "atoms from 0 to 2")],
)
def test_an_extension_that_says_nothing_whole_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError) as error:
        read_smiles(text)
    assert reason in (error.value.hint or "")


def test_text_behind_a_blank_is_pointed_out() -> None:
    assert "taken for a name" in " ".join(read_smiles("CC O").notes)
    assert not read_smiles("CCO |^1:2|").notes

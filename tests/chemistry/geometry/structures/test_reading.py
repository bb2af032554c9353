"""SMILES and molfiles become structures: charges, spins and hydrogens counted by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.chemistry.geometry.structures.reading import MAX_SMILES, read_molfile, read_smiles
from vqe_cli.chemistry.geometry.structures.structure import Structure
from vqe_cli.errors import InputError, ResourceLimitError

pytestmark = pytest.mark.quick


def words(structure: Structure) -> str:
    return " | ".join(structure.remarks)


def drawn(
    atoms: str, bonds: Sequence[tuple[int, int, int]] = (), end: str = "", label: str = "3D"
) -> str:
    """A molfile (V2000) by hand; atoms as 'symbol x y z', separated by semicolons."""
    rows = [atom.split() for atom in atoms.split(";")]
    lines = ["", f"{'':20}{label}", "", f"{len(rows):3d}{len(bonds):3d}{'V2000':>33}"]
    for symbol, *place in rows:
        x, y, z = map(float, place)
        lines.append(f"{x:10.4f}{y:10.4f}{z:10.4f} {symbol:<3} 0{'  0' * 11}")
    lines += [f"{first:3d}{second:3d}{order:3d}  0" for first, second, order in bonds]
    return "\n".join([*lines, *([end] if end else []), "M  END", ""])


WATER = "O 0 {0} 0; H 0.76 {0} 0.59; H -0.76 {0} 0.59"
IN_WATER = [(1, 2, 1), (1, 3, 1)]
METHYLENE = "C 0 0 0; H 0.99 0 0.4; H -0.99 0 0.4"
ETHANOL = "C 0 0 0; C 0 0 1.52; O 1.36 0 2.0"


def molfile_of(smiles: str, *, in_space: bool = True, v3000: bool = False) -> str:
    """A molfile written by RDKit alone."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if in_space:
        assert AllChem.EmbedMolecule(molecule, randomSeed=1) == 0
    else:
        molecule = Chem.RemoveHs(molecule)
        AllChem.Compute2DCoords(molecule)
    return Chem.MolToV3KMolBlock(molecule) if v3000 else Chem.MolToMolBlock(molecule)


@pytest.mark.parametrize(
    ("smiles", "formula", "protons", "charge", "multiplicity"),
    [
        ("O", "H2O", 10, 0, 1),
        ("[OH-]", "HO-", 9, -1, 1),
        ("[NH4+]", "H4N+", 11, 1, 1),
        ("CCO", "C2H6O", 26, 0, 1),
        ("[CH3]", "CH3", 9, 0, 2),
        ("[N]=O", "NO", 15, 0, 2),
        ("[O][O]", "O2", 16, 0, 3),
        ("[LiH]", "HLi", 4, 0, 1),
        ("[Na]", "Na", 11, 0, 2),
        ("[Fe+3]", "Fe+3", 26, 3, 2),
        ("[O-]S(=O)(=O)[O-]", "O4S-2", 48, -2, 1),
        ("[2H]O[2H]", "H2O", 10, 0, 1),
        ("ClC(Cl)Cl", "CHCl3", 58, 0, 1),
    ],
)
def test_charge_and_multiplicity_are_those_that_one_counts(
    smiles: str, formula: str, protons: int, charge: int, multiplicity: int
) -> None:
    found = read_smiles(smiles)
    assert (found.formula, found.protons) == (formula, protons)
    assert (found.charge, found.multiplicity) == (charge, multiplicity)


@pytest.mark.parametrize(
    ("smiles", "multiplicity"),
    [
        *[("[H]", 2), ("[H-]", 1), ("[He+]", 2), ("[Li]", 2), ("[Be]", 1), ("[B]", 2), ("[C]", 3)],
        *[("[N]", 4), ("[O]", 3), ("[F]", 2), ("[Ne]", 1), ("[Mg]", 1), ("[Al]", 2), ("[Si]", 3)],
        *[("[P]", 4), ("[Ga]", 2), ("[Ga+]", 1), ("[Sn]", 3), ("[I]", 2), ("[Xe+]", 2)],
        *[("[C-]", 4), ("[C+]", 2), ("[N+]", 3), ("[O-2]", 1), ("[C+5]", 2), ("[Be+2]", 1)],
    ],
)
def test_atoms_are_in_their_ground_state(smiles: str, multiplicity: int) -> None:
    """The terms of NIST's Atomic Spectra Database; free valences would make carbon a quintet."""
    found = read_smiles(smiles)
    assert found.multiplicity == multiplicity
    assert not found.doubts


def test_formulas_follow_hill() -> None:
    assert hill_formula(["Cl", "H", "C", "Br"], 0) == "CHBrCl"
    assert hill_formula(["S", "H", "O"], -1) == "HOS-"


@pytest.mark.parametrize("smiles", ["O=O", "S=S", "O=S"])
def test_it_is_said_that_a_smiles_hides_a_triplet(smiles: str) -> None:
    found = read_smiles(smiles)
    assert found.multiplicity == 1
    assert "state multiplicity 3" in words(found)
    assert not found.with_multiplicity(3).doubts


@pytest.mark.parametrize("smiles", ["[CH2]", "[Fe+2]", "[Fe]"])
def test_it_is_said_that_a_structure_does_not_tell_the_spin(smiles: str) -> None:
    assert "state the multiplicity" in words(read_smiles(smiles))


@pytest.mark.parametrize(
    ("smiles", "kept", "left"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)[O-]", "[Na+]"),
        ("Cl.CCN", "CCN", "Cl"),
        ("O.O", "O", "O"),
    ],
)
def test_the_largest_fragment_is_kept_as_it_is(smiles: str, kept: str, left: str) -> None:
    found = read_smiles(smiles)
    assert found.smiles == kept
    assert f"left out: {left}" in words(found)


def test_protons_and_metal_bonds_stay_where_they_were_written() -> None:
    for smiles in ("[Li]C", "[Na]", "CC[Mg]Br", "[O-]c1ccccc1C(=O)O"):
        assert read_smiles(smiles).smiles == Chem.CanonSmiles(smiles)


def test_notations_of_one_group_become_one() -> None:
    found = read_smiles("CN(=O)=O")
    assert found.smiles == read_smiles("C[N+](=O)[O-]").smiles
    assert read_smiles("CS(C)=O").smiles == read_smiles("C[S+](C)[O-]").smiles
    assert "notation made uniform" in words(read_smiles("CS(C)=O"))


@pytest.mark.parametrize("smiles", ["[HH]", "[H][H]", "InChI=1S/H2/h1H"])
def test_notations_of_hydrogen_become_one(smiles: str) -> None:
    found = read_smiles(smiles)
    assert found.smiles == "[H][H]"
    assert found.symbols == ("H", "H")


def test_a_proton_stays_alone() -> None:
    assert read_smiles("[H+]").symbols == ("H",)


def test_open_stereo_elements_are_counted() -> None:
    assert "2 stereo elements are not given" in words(read_smiles("CC(F)C(Cl)C"))
    assert not read_smiles("C[C@H](F)Cl").notes


@pytest.mark.parametrize("smiles", ["FS(F)(F)(F)(F)F", "FS(F)(F)(F)(F)Cl", "ClP(Cl)(Cl)(Cl)Cl"])
def test_centres_with_one_form_leave_nothing_open(smiles: str) -> None:
    assert not read_smiles(smiles).notes
    assert "1 stereo element" in words(read_smiles("FS(F)(F)(F)(Cl)Cl"))  # cis or trans


def test_charges_of_dative_bonds_are_doubted() -> None:
    """A complex of Ni2+ and ammonia, as the list of the NCI and as RDKit's manual write it."""
    single = read_smiles("[NH3+][Ni](Cl)(Cl)[NH3+]")
    assert single.charge == 2
    assert "2 positive atoms bonded to a metal" in words(single)
    assert "positive atoms" not in words(read_smiles("N->[Ni](Cl)(Cl)<-N"))
    assert "positive atoms" not in words(read_smiles("C[N+](C)(C)C"))


def test_a_racemate_is_told() -> None:
    found = read_smiles("N[C@@H](C)C(=O)O |&1:1|")
    assert found.smiles == Chem.CanonSmiles("N[C@@H](C)C(=O)O")
    assert "one of several stereoisomers" in words(found)


def test_radicals_of_an_extension_count() -> None:
    """CXSMILES: a monovalent radical at the third atom."""
    assert read_smiles("CCO |^1:2|").smiles == Chem.CanonSmiles("CC[O]")


def test_numbers_of_a_reaction_are_no_part_of_a_molecule() -> None:
    assert read_smiles("[CH3:1][OH:2]").smiles == read_smiles("CO").smiles


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no atoms"),
        ("*", "not an element"),
        ("C*", "not an element"),
        ("[Xx]", "not a SMILES"),
        ("C((", "not a SMILES"),
        ("c1ccc", "not a SMILES"),
        ("C(C)(C)(C)(C)C", "valence"),
        ("c1cccc1", "kekulize"),
        ("CC\0", "printed"),
        ("CCO>>CC=O", "not a SMILES"),
        ("C~C", "without an order"),
    ],
)
def test_what_is_no_molecule_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InputError) as error:
        read_smiles(text)
    assert reason in error.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("CCO>>CC=O", "reaction"), ("CN(C)(C)C", "[N+]"), ("c1cccn1", "[nH]")],
)
def test_common_faults_are_told_how_to_mend(text: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        read_smiles(text)
    assert words in (error.value.hint or "")


def test_rdkit_never_sees_what_is_too_long() -> None:
    with pytest.raises(ResourceLimitError, match="1,000,000 characters"):
        read_smiles("C" * 1_000_000)
    assert read_smiles("C" * 300).heavy_atoms == 300 < MAX_SMILES


@pytest.mark.parametrize("v3000", [False, True])
@pytest.mark.parametrize("smiles", ["CCO", "CC(=O)[O-]", "[CH3]", "C[C@H](F)Cl", "CN(=O)=O"])
def test_a_molfile_is_the_structure_of_its_smiles(smiles: str, v3000: bool) -> None:
    expected = read_smiles(smiles)
    for in_space in (True, False):
        found = read_molfile(molfile_of(smiles, in_space=in_space, v3000=v3000))
        assert found.smiles == expected.smiles
        assert (found.charge, found.multiplicity) == (expected.charge, expected.multiplicity)
        assert found.formula == expected.formula
        assert found.positions is in_space


@pytest.mark.parametrize(
    ("block", "formula", "multiplicity"),
    [
        (drawn("N 0 0 0; N 0 0 1.1"), "N2", 1),
        (drawn("N 0 0 0; N 1.1 0 0", label=""), "N2", 1),
        (drawn("He 0 0 0; He 0 0 3"), "He2", 1),
        (drawn("Li 0 0 0; F 0 0 1.56", end="M  CHG  2   1   1   2  -1"), "FLi", 1),
        (drawn("N 0 0 0; O 0 0 1.15"), "NO", 2),
        (drawn("He 0 0 0; He 0 0 1.1", end="M  CHG  1   1   1"), "He2+", 2),
        (drawn(";".join(WATER.format(y) for y in (0, 2.9)),
               [(1, 2, 1), (1, 3, 1), (4, 5, 1), (4, 6, 1)]), "H4O2", 1),
        (drawn("H 0 0 0; H 0 0 0.74; H 0 3 0; H 0 3 0.74", [(1, 2, 1), (3, 4, 1)]), "H4", 1),
        (drawn("C 0 0 0; O 0 0 1.21; Na 0 0 4; Cl 0 3 4", [(1, 2, 3)],
               "M  CHG  4   1  -1   2   1   3   1   4  -1"), "CClNaO", 1),
    ],
)  # fmt: skip
def test_all_parts_in_space_are_kept(block: str, formula: str, multiplicity: int) -> None:
    found = read_molfile(block)
    assert (found.formula, found.multiplicity) == (formula, multiplicity)
    assert found.positions
    assert not found.doubts
    assert ("coordinates alone" in words(found)) == (found.molecule.GetNumBonds() == 0)


@pytest.mark.parametrize(
    ("block", "formula", "multiplicity"),
    [
        (drawn(METHYLENE, IN_WATER), "CH2", 1),
        (drawn("C 0 0 0; O 0 0 1.13", [(1, 2, 1)]), "CO", 1),
        (drawn("B 0 0 0; H 0 0 1.23", [(1, 2, 1)]), "BH", 1),
        (drawn("N 0 0 0; N 0 0 1.1", [(1, 2, 1)]), "N2", 1),
        (drawn("O 0 0 0; H 0 0 0.97", [(1, 2, 1)]), "HO", 2),
        (drawn("O 0 0 0; C 0 0 1.16; O 0 0 2.32", [(1, 2, 1), (2, 3, 1)]), "CO2", 1),
        (drawn("O 0 0 0; O 0 1.1 0.67; O 0 2.2 0", [(1, 2, 1), (2, 3, 1)]), "O3", 1),
        (drawn("O 0 0 0"), "O", 3),
        (drawn("Na 0 0 0"), "Na", 2),
    ],
)
def test_atoms_in_space_stay_as_they_are_where_valences_are_open(
    block: str, formula: str, multiplicity: int
) -> None:
    """Multiplicities: the lowest of an even or odd number of electrons; a lone atom's by Hund."""
    found = read_molfile(block)
    assert (found.formula, found.multiplicity) == (formula, multiplicity)
    assert [(one.name, one.status, one.hard) for one in found.doubts] == [
        ("valences-open", "warn", False)
    ]


@pytest.mark.parametrize(
    ("end", "formula", "multiplicity"),
    [("M  RAD  1   1   2", "HO", 2), ("M  CHG  1   1  -1", "HO-", 1)],
)
def test_radicals_and_charges_that_a_file_states_leave_no_doubt(
    end: str, formula: str, multiplicity: int
) -> None:
    found = read_molfile(drawn("O 0 0 0; H 0 0 0.97", [(1, 2, 1)], end))
    assert (found.formula, found.multiplicity, found.doubts) == (formula, multiplicity, ())


def test_hydrogens_that_a_crystal_structure_leaves_out_are_added_and_doubted() -> None:
    found = read_molfile(drawn(ETHANOL, [(1, 2, 1), (2, 3, 1)]))
    assert found.formula == "C2H6O"
    assert [(one.name, one.value) for one in found.doubts] == [("hydrogens-added", 6)]
    assert "6 hydrogen atoms" in words(found)
    whole = read_molfile(drawn("O 0 0 0; C 0 0 1.16; O 0 0 2.32", [(1, 2, 2), (2, 3, 2)]))
    assert (whole.formula, whole.doubts) == ("CO2", ())


def test_only_the_parent_is_kept_where_that_is_asked_for() -> None:
    """Methylammonium chloride: without the chloride, and every atom where it was."""
    cation = molfile_of("C[NH3+]")
    chloride = Chem.MolFromMolBlock(drawn("Cl 5 0 0.12345", end="M  CHG  1   1  -1"))
    salt = Chem.CombineMols(Chem.MolFromMolBlock(cation, removeHs=False), chloride)
    block = Chem.MolToMolBlock(salt)
    assert read_molfile(block).formula == "CH6ClN"
    found = read_molfile(block, parent_only=True)
    assert (found.formula, found.smiles) == ("CH6N+", "C[NH3+]")
    assert "left out: [Cl-]" in words(found)
    again = read_molfile(found.molfile or "")
    assert (again.formula, again.notes, again.doubts) == ("CH6N+", (), ())
    places = Chem.MolFromMolBlock(cation, removeHs=False).GetConformer().GetPositions()
    assert again.molecule.GetConformer().GetPositions() == pytest.approx(places, abs=1e-12)


def test_missing_bonds_make_no_parts_of_a_salt() -> None:
    found = read_molfile(drawn("N 0 0 0; N 0 0 1.1"), parent_only=True)
    assert found.formula == "N2"
    assert "coordinates alone" in words(found)


def test_a_flat_molecule_is_in_space_when_the_file_says_so() -> None:
    """All of benzene lies in a plane."""
    block = molfile_of("c1ccccc1").splitlines()
    flat = [f"{line[:20]}    0.0000{line[30:]}" if line[31:32] in "CH" and "." in line else line
            for line in block]  # fmt: skip
    assert "3D" in flat[1]
    assert read_molfile("\n".join(flat)).positions


def test_flat_coordinates_of_no_stated_kind_are_taken_for_a_drawing_aloud() -> None:
    drawing = molfile_of("CO", in_space=False)
    unlabelled = drawing.replace("2D", "  ")
    assert [one.name for one in read_molfile(unlabelled).doubts] == ["drawing-stated"]
    assert not read_molfile(drawing).remarks
    without = Chem.MolToMolBlock(Chem.MolFromSmiles("CO"))
    assert not read_molfile(without).remarks


@pytest.mark.parametrize("text", ["", "hello", "\n\n\n  1  0", "\0", "\n\n\nM  END\n"])
def test_what_is_no_molfile_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_molfile(text)


def test_query_atoms_are_no_elements() -> None:
    with pytest.raises(InputError, match="not an element"):
        read_molfile(molfile_of("CO", in_space=False).replace(" O ", " R#"))


@pytest.mark.parametrize("order", [5, 8])
def test_query_bonds_have_no_order(order: int) -> None:
    """5: single or double, 8: any, in the tables of the CTfile format."""
    drawn = molfile_of("CO", in_space=False).replace("  1  2  1", f"  1  2  {order}")
    with pytest.raises(InputError, match="without an order"):
        read_molfile(drawn)

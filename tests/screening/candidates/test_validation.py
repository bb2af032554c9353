"""Validation of candidates: cases counted by hand, and five thousand molecules of the NCI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from rdkit import Chem, RDConfig, rdBase
from rdkit.Chem import AllChem, rdDistGeom

from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.geometry.structures.reading import MAX_SMILES
from vqe_cli.schema import spec_from_data
from vqe_cli.screening.candidates import read_candidates
from vqe_cli.screening.candidates.validation import Caps, validate
from vqe_cli.screening.model import Candidate, ValidatedCandidate

WATER = "O 0 0 0\nH 0 0 0.96\nH 0.93 0 -0.24"
H2_MOLFILE = """
                    3D

  2  1  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 H   0  0
    0.0000    0.0000    0.7400 H   0  0
  1  2  1  0
M  END
"""
CHLORIDE = """
                    3D

  1  0  0  0  0  0  0  0  0  0999 V2000
    5.0000    0.0000    0.1230 Cl  0  0
M  CHG  1   1  -1
M  END
"""
NCI = Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi"


def check(caps: Caps | None = None, **entry: Any) -> ValidatedCandidate:
    return validate(Candidate(name="x", source="here:1", **entry), caps or Caps())


def molecule(**section: Any) -> ValidatedCandidate:
    return check(input={"molecule": section})


def block_of(smiles: str, seed: int = 1) -> str:
    made = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(made, randomSeed=seed)
    return Chem.MolToMolBlock(made)


def test_properties_are_those_of_the_campaign() -> None:
    found = check(input={"molecule": {"geometry": WATER}, "properties": ["gap"]})
    assert found.failure is not None
    assert "those of the campaign" in found.failure.message


def test_acetate_is_what_is_left_of_its_salt() -> None:
    found = check(smiles="CC(=O)[O-].[Na+]")
    assert (found.smiles, found.formula, found.charge, found.multiplicity) == (
        "CC(=O)[O-]", "C2H3O2-", -1, 1,
    )  # fmt: skip
    assert (found.atoms, found.heavy_atoms, found.electrons) == (7, 4, 32)
    assert found.molecule == {
        "geometry": {"smiles": "CC(=O)[O-]"}, "charge": -1, "multiplicity": 1
    }  # fmt: skip
    assert "charge -1 and multiplicity 1 from the structure" in found.notes
    assert any("[Na+]" in note for note in found.notes)
    assert found.failure is None


def test_a_salt_in_space_loses_its_counter_ions_and_nothing_else_does() -> None:
    cation = Chem.MolFromMolBlock(block_of("C[NH3+]"), removeHs=False)
    salt = Chem.CombineMols(cation, Chem.MolFromMolBlock(CHLORIDE))
    found = check(molfile=Chem.MolToMolBlock(salt))
    assert (found.formula, found.charge, found.atoms) == ("CH6N+", 1, 8)
    assert found.molecule is not None
    spec = spec_from_data({"molecule": found.molecule})
    assert spec.molecule is not None
    structure = with_coordinates(spec.molecule).structure
    assert structure is not None
    assert structure.formula == "CH6N+"
    lone = [line for line in H2_MOLFILE.splitlines() if line != "  1  2  1  0"]
    pair = check(molfile="\n".join(lone).replace("  2  1", "  2  0"))
    assert (pair.formula, pair.atoms) == ("H2", 2)
    assert any("coordinates alone" in note for note in pair.notes)


def test_what_is_validated_can_be_run() -> None:
    for found in (
        check(smiles="[OH-]"),
        molecule(geometry=WATER),
        check(molfile=block_of("O")),
    ):
        assert found.molecule is not None
        spec_from_data({"molecule": found.molecule})


def test_one_structure_has_one_identity() -> None:
    flat = Chem.MolFromSmiles("OCC")
    AllChem.Compute2DCoords(flat)
    same = (
        check(smiles="CCO"),
        check(smiles="OCC.Cl"),
        check(molfile=Chem.MolToMolBlock(flat)),
    )
    assert len({found.identity for found in same}) == 1
    others = (
        check(smiles="CC[O-]"),
        check(smiles="CC[O]"),
        check(smiles="COC"),
    )
    assert len({found.identity for found in (same[0], *others)}) == 4


def test_mirror_images_are_two_molecules() -> None:
    assert check(smiles="C[C@H](F)Cl").identity != check(smiles="C[C@@H](F)Cl").identity


def test_conformers_that_were_given_are_no_copies() -> None:
    first, second = (
        check(molfile=block_of("CCCO", 1)),
        check(molfile=block_of("CCCO", 2)),
    )
    assert first.smiles == second.smiles
    assert first.identity != second.identity
    assert first.identity == check(molfile=block_of("CCCO", 1)).identity


def test_a_records_title_and_date_are_no_part_of_its_molecule() -> None:
    block = block_of("CCO")
    titled = block.replace("\n     RDKit          3D\n\n", "x\n  Other   01010000003D 1\nnote\n", 1)
    assert titled != block
    assert check(molfile=titled).molecule == check(molfile=block).molecule


def test_coordinates_have_an_identity_to_a_ten_thousandth() -> None:
    turned = "\n".join(reversed(WATER.splitlines()))
    same = (molecule(geometry=WATER), molecule(geometry=turned.replace("0.96", "0.96000001")))
    assert same[0].identity == same[1].identity
    others = (molecule(geometry=WATER.replace("0.96", "0.961")),
              molecule(geometry=WATER, charge=1, multiplicity=2),
              molecule(geometry=WATER, multiplicity=3))  # fmt: skip
    assert len({found.identity for found in (same[0], *others)}) == 4


@pytest.mark.parametrize(("apart", "same"), [("0.96004", True), ("0.9601", False)])
def test_duplicates_agree_to_four_decimals(apart: str, same: bool) -> None:
    """Within half of 1e-4 Å, which is what a molfile can tell (CTfile: four decimals)."""
    pair = molecule(geometry=WATER), molecule(geometry=WATER.replace("0.96", apart))
    assert (pair[0].identity == pair[1].identity) is same


def test_a_coordinate_has_no_minus_sign_before_zero() -> None:
    pair = [molecule(geometry=f"H 0 0 {zero}; H 0 0 0.74") for zero in ("-0.00001", "0.00001")]
    assert pair[0].identity == pair[1].identity


def test_what_is_doubtful_is_no_duplicate_of_what_is_not() -> None:
    plain, doubtful = (check(smiles="CC", doubts=doubts) for doubts in ((), ("spin-stated",)))
    assert plain.identity != doubtful.identity


@pytest.mark.parametrize(("smiles", "taken"), [("CCO", True), ("CCCO", False)])
def test_a_smiles_may_have_as_many_characters_as_allowed(smiles: str, taken: bool) -> None:
    assert (check(Caps(max_characters=3), smiles=smiles).failure is None) is taken


def test_a_ghost_is_no_atom_of_a_duplicate() -> None:
    pair, alone = (molecule(geometry=f"He 0 0 0; {other} 0 0 3") for other in ("He", "@He"))
    assert pair.identity != alone.identity
    assert check(molfile=H2_MOLFILE).failure is None


def test_what_coordinates_do_not_tell_is_assumed_aloud() -> None:
    water, hydroxyl = molecule(geometry=WATER), molecule(geometry="O 0 0 0; H 0 0 0.97")
    assert (water.charge, water.multiplicity, water.electrons) == (0, 1, 10)
    assert (hydroxyl.multiplicity, hydroxyl.formula) == (2, "HO")
    assert "charge 0 and multiplicity 2 assumed: the input does not say" in hydroxyl.notes
    stated = molecule(geometry=WATER, charge=0, multiplicity=3)
    assert stated.multiplicity == 3
    assert not stated.notes


def test_what_a_candidate_decides_for_itself_is_kept_and_said() -> None:
    entry = {"molecule": {"geometry": WATER, "basis": "6-31g"}, "ansatz": "uccsd"}
    found = check(input=entry)
    assert "its own settings: ansatz, molecule.basis" in found.notes
    assert found.molecule is not None
    assert found.molecule["basis"] == "6-31g"


@pytest.mark.parametrize(
    ("entry", "kind", "words"),
    [
        ({"smiles": "*"}, "input", "not an element"),
        ({"smiles": ""}, "input", "no atoms"),
        ({"smiles": "C(("}, "input", "not a SMILES"),
        ({"smiles": "[H+]"}, "input", "0 electrons"),
        ({"smiles": "C" * 2001}, "refused", "2,001 characters"),
        ({"smiles": "C" * 1_000_000}, "refused", "1,000,000 characters"),
        ({"smiles": "C" * 400}, "refused", "1202 atoms"),
        ({"molfile": "nonsense"}, "input", "molfile"),
        ({"molfile": H2_MOLFILE.replace("0.7400", "0.0000")}, "input", "atom 2"),
        ({"input": {"hamiltonian": {"paulis": {"Z": 1.0}}}}, "input", "no molecule"),
        ({"input": {"molecule": {"geometry": "X 0 0 0"}}}, "input", "not an element"),
        ({"input": {"molecule": {"geometry": "H 0 0 0; H 0 0 0"}}}, "input", "atom 2"),
        ({"input": {"molecule": {"geometry": "H 0 0 nan"}}}, "input", "finite"),
        ({"input": {"molecule": {"geometry": WATER, "multiplicity": 2}}}, "input", "electrons"),
        ({"input": {"molecule": {"geometry": WATER, "charge": 10}}}, "input", "0 electrons"),
        ({"input": {"molecule": {"geometry": WATER, "charg": 1}}}, "input", "charg"),
        ({"input": {"molecule": {"geometry": {"smiles": "[OH-]"}, "charge": 0}}}, "input", "-1"),
        ({"input": {"molecule": {"geometry": {"smiles": "C"}, "multiplicity": 2}}}, "input", "10"),
    ],
)
def test_failures_are_typed_and_cost_no_work(
    entry: dict[str, Any], kind: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RDKit is given no text that is too long, and nothing is placed in space."""
    parsed, embedded = [], []
    read = Chem.MolFromSmiles
    monkeypatch.setattr(Chem, "MolFromSmiles", lambda *a, **k: parsed.append(a[0]) or read(*a, **k))
    monkeypatch.setattr(rdDistGeom, "EmbedMultipleConfs", lambda *_: embedded.append(_))
    found = check(**entry)
    assert all(len(text) <= MAX_SMILES for text in parsed)
    assert not embedded
    assert found.failure is not None
    assert found.failure.kind == kind
    assert words in found.failure.message


def test_a_failure_of_reading_is_passed_on() -> None:
    entry = {"kind": "input", "message": "the row has no SMILES"}
    found = check(failure=entry)
    assert found.failure is not None
    assert found.failure.message == "the row has no SMILES"


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        (Caps(max_atoms=8), "9 atoms"),
        (Caps(max_heavy_atoms=2), "3 atoms besides hydrogen"),
        (Caps(elements=("C", "H")), "has O"),
        (Caps(max_characters=2), "3 characters"),
    ],
)
def test_caps_refuse_with_the_reason(caps: Caps, words: str) -> None:
    as_input = {"molecule": {"geometry": {"smiles": "CCO"}}}
    for found in (check(caps, smiles="CCO"), check(caps, input=as_input)):
        assert found.failure is not None
        assert found.failure.kind == "refused"
        assert words in found.failure.message
    assert check(Caps(max_atoms=9, max_heavy_atoms=3, elements=("H", "C", "O")), smiles="CCO") \
        .failure is None  # fmt: skip


def test_caps_name_elements() -> None:
    assert Caps.model_validate({"elements": ["H", "C"]}).elements == ("H", "C")
    with pytest.raises(ValidationError, match="'Xx' is not an element"):
        Caps.model_validate({"elements": ["Xx"]})


def test_a_validated_candidate_is_read_back_from_its_json() -> None:
    found = check(smiles="CCO")
    assert ValidatedCandidate.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_valid_molecules_of_the_nci_are_validated(step: int) -> None:
    """Valid is what RDKit's own parser takes; formulas, too, are compared with RDKit's.

    21 entries are mixtures of two molecules, or complexes in pieces: looked at one by one.
    """
    with rdBase.BlockLogs():
        lines = NCI.read_text().splitlines()[::step]
        parsed = [Chem.MolFromSmiles(line.split()[0]) for line in lines]
    candidates = list(read_candidates(NCI))
    assert len(candidates) == 4999
    found = [validate(candidate, Caps(max_atoms=1000)) for candidate in candidates[::step]]
    if step == 1:
        assert sum(one.failure is None for one in found) == 4991 - 21
    for one, molecule in zip(found, parsed, strict=True):
        if molecule is not None and one.failure is not None:
            assert len(Chem.GetMolFrags(molecule)) > 1
            assert "either may be meant" in str(one.failure) or "apart from" in str(one.failure)
            continue
        assert (one.failure is None) is (molecule is not None)
        if molecule is not None and len(Chem.GetMolFrags(molecule)) == 1:
            # RDKit writes hydrogen first where there is no carbon, Hill writes it in its place.
            assert sorted(one.formula or "") == sorted(AllChem.CalcMolFormula(molecule))
            assert one.charge == Chem.GetFormalCharge(molecule)
            assert one.smiles == Chem.CanonSmiles(one.smiles)

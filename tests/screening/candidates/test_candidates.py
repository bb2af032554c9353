"""Files of candidates, sound and broken: every entry is read, and none stops the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from tests.conftest import WriteFile
from vqe_cli.chemistry.geometry.structures.reading import MAX_SMILES
from vqe_cli.errors import InputError
from vqe_cli.screening.candidates import read_candidates
from vqe_cli.screening.candidates.names import MAX_NAME, Unique, printable
from vqe_cli.screening.candidates.validation import Caps, validate
from vqe_cli.screening.model import Candidate, Variant

pytestmark = pytest.mark.quick

WATER_XYZ = "3\nwater\nO 0 0 0\nH 0 0 0.96\nH 0.93 0 -0.24\n"
H2_YAML = "molecule:\n  name: Hydrogen\n  geometry: H 0 0 0; H 0 0 0.74\n"


@pytest.fixture(autouse=True)
def _without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file, nothing is placed in space, and RDKit is given no text of any length."""
    read = Chem.MolFromSmiles

    def watched(text: str, *arguments: object, **options: object) -> Chem.Mol | None:
        assert len(text) <= MAX_SMILES
        return read(text, *arguments, **options)

    monkeypatch.setattr(Chem, "MolFromSmiles", watched)
    monkeypatch.setattr(rdDistGeom, "EmbedMultipleConfs", pytest.fail)


def rows(candidates: object) -> list[tuple[str, str, str | None]]:
    assert hasattr(candidates, "__iter__")
    return [(one.name, one.source, one.smiles) for one in candidates]


def failures(candidates: object) -> list[tuple[str, str]]:
    assert hasattr(candidates, "__iter__")
    return [(one.source, one.failure.message) for one in candidates if one.failure is not None]


def molfile(smiles: str, title: str = "") -> str:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))
    return title + block


def test_lines_of_a_smi_file(write_file: WriteFile) -> None:
    text = "smiles name\n# comment\n\nCCO ethanol\n  O\twater of life\nC\nCCO\tethanol\n"
    assert rows(read_candidates(write_file("a.smi", text))) == [
        ("ethanol", "a.smi:4", "CCO"),
        ("water of life", "a.smi:5", "O"),
        ("C", "a.smi:6", "C"),
        ("ethanol (2)", "a.smi:7", "CCO"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"CCO ethanol\r\nO water\r\n",
        b"\xef\xbb\xbfCCO ethanol\nO water",
        b"\xef\xbb\xbfsmiles\tid\r\nCCO\tethanol\r\nO\twater\r\n",
    ],
    ids=["crlf", "bom", "both"],
)
def test_lines_end_and_files_begin_as_on_any_system(write_file: WriteFile, content: bytes) -> None:
    found = [
        (name, smiles) for name, _, smiles in rows(read_candidates(write_file("a.smi", content)))
    ]
    assert found == [("ethanol", "CCO"), ("water", "O")]


def test_latin_1_names_are_read(write_file: WriteFile) -> None:
    path = write_file("a.smi", "CCO éthanol\n".encode("latin-1"))
    assert rows(read_candidates(path)) == [("éthanol", "a.smi:1", "CCO")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("CCO\n".encode("utf-16"), "UTF-16"),
        ("CCO\n".encode("utf-16-le"), "UTF-16"),
        (b"CCO ethanol\rO water\r", "carriage returns"),
    ],
    ids=["utf-16", "without a mark", "old Mac"],
)
def test_lines_that_cannot_be_told_apart_are_refused(
    write_file: WriteFile, content: bytes, words: str
) -> None:
    """Read as one line, an old Mac's list would be its first molecule and nothing else."""
    with pytest.raises(InputError, match=words) as error:
        list(read_candidates(write_file("a.smi", content)))
    assert error.value.hint is not None


def test_an_extension_of_cxsmiles_is_no_name(write_file: WriteFile) -> None:
    text = "CCO |^1:2| ethoxy radical\nCC |c:0|\n"
    assert rows(read_candidates(write_file("a.smi", text))) == [
        ("ethoxy radical", "a.smi:1", "CCO |^1:2|"),
        ("CC", "a.smi:2", "CC |c:0|"),
    ]


@pytest.mark.parametrize("text", ["C |x", "CCO |^1:2", "CCO\t|^1:2 ethoxy radical"])
def test_an_extension_that_is_cut_off_is_no_name_either(write_file: WriteFile, text: str) -> None:
    (candidate,) = read_candidates(write_file("a.smi", f"{text}\n"))
    assert candidate.failure is not None
    assert "cut off" in candidate.failure.message
    assert not candidate.name.startswith("|")


def test_a_table_that_is_called_smi_is_told_how_to_be_named(write_file: WriteFile) -> None:
    titles, first, second = read_candidates(write_file("a.smi", "smiles,name\nCCO,x\nCC x,y\n"))
    for found in (titles, first):
        assert found.failure is not None
        assert "','" in found.failure.message
        assert ".csv" in (found.failure.hint or "")
    assert (second.smiles, second.name) == ("CC", "x,y")


def test_a_line_of_a_million_characters_costs_only_itself(write_file: WriteFile) -> None:
    path = write_file("a.smi", "C" * 1_000_000 + " giant\nCCO ethanol\n")
    first, second = read_candidates(path)
    assert first.failure is not None
    assert (first.failure.kind, first.source) == ("refused", "a.smi:1")
    assert (second.name, second.source) == ("ethanol", "a.smi:2")


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.smi", ""), ("a.smi", "\n# CCO\n"), ("a.sdf", "\n \n"), ("a.csv", "name,smiles\n")],
)
def test_an_empty_file_is_an_error(write_file: WriteFile, name: str, text: str) -> None:
    with pytest.raises(InputError, match="contains no candidates"):
        list(read_candidates(write_file(name, text)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'ID,SMILES,mass\n"x, 1",CCO,46\n7,O,18\n'),
        ("a.csv", '"id";"Smiles"\n"x, 1";"CCO"\n7;O\n'),
        ("a.tsv", "name\tsmiles\nx, 1\tCCO\n7\tO\n"),
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_columns_are_found_by_name(write_file: WriteFile, name: str, text: str) -> None:
    assert rows(read_candidates(write_file(name, text))) == [
        ("x, 1", f"{name}:2", "CCO"),
        ("7", f"{name}:3", "O"),
    ]


def test_columns_can_be_chosen(write_file: WriteFile) -> None:
    path = write_file("a.csv", "code,structure,smiles\nA1,CCO,C\n")
    found = read_candidates(path, smiles_column="Structure", name_column="CODE")
    assert rows(found) == [("A1", "a.csv:2", "CCO")]


def test_a_missing_column_lists_those_that_are_there(write_file: WriteFile) -> None:
    path = write_file("a.csv", "code,SMILE,mass\nA1,CCO,46\n")
    with pytest.raises(InputError, match="code, smile, mass") as error:
        list(read_candidates(path))
    assert error.value.hint == "did you mean 'smile'?"
    with pytest.raises(InputError, match="no column 'x'"):
        list(read_candidates(path, smiles_column="smile", name_column="x"))


def test_broken_rows_say_where_they_stand(write_file: WriteFile) -> None:
    path = write_file("a.csv", 'name,smiles\n"a,CCO\nb\nc,\n"d",O\n')
    found = read_candidates(path)
    assert failures(found) == [
        ("a.csv:2", "the row's quotation marks do not pair"),
        ("a.csv:3", "the row has no SMILES"),
        ("a.csv:4", "the row has no SMILES"),
    ]
    assert rows(found)[-1] == ("d", "a.csv:5", "O")


def test_a_table_may_state_multiplicities(write_file: WriteFile) -> None:
    text = "name,smiles,multiplicity\noxygen,O=O,3\nwater,O,\nmethylene,[CH2],1.0\nneon,[Ne],x\n"
    oxygen, water, methylene, neon = read_candidates(write_file("a.csv", text))
    for one, smiles, multiplicity in ((oxygen, "O=O", 3), (methylene, "[CH2]", 1)):
        molecule = {"geometry": {"smiles": smiles}, "multiplicity": multiplicity}
        assert one.input == {"molecule": molecule}
        assert validate(one, Caps()).multiplicity == multiplicity
    assert (water.smiles, water.input) == ("O", None)
    assert neon.failure is not None
    assert "'x' is not a whole number" in neon.failure.message


def test_a_row_with_too_many_cells_is_not_guessed_at(write_file: WriteFile) -> None:
    """A comma in a name would make its second half the SMILES: here methane for propane."""
    path = write_file("a.csv", "name,smiles\npropane, C,CCC\nwater,O,,\n")
    broken, water = read_candidates(path)
    assert broken.failure is not None
    assert broken.failure.message == "the row has 3 cells, the table 2 columns"
    assert (water.name, water.smiles) == ("water", "O")


def test_a_column_that_is_there_twice_is_an_error(write_file: WriteFile) -> None:
    path = write_file("a.csv", "smiles,name,SMILES\nC,x,CC\n")
    with pytest.raises(InputError, match="2 columns 'smiles'"):
        list(read_candidates(path))


def test_records_of_an_sdf_file(write_file: WriteFile) -> None:
    text = (
        molfile("CCO", "ethanol") + "> <MASS>\n46\n\n$$$$\n"
        + molfile("O") + ">  <Name>\nwater\n\n$$$$\n"
        + molfile("C") + "$$$$\n\n"
    )  # fmt: skip
    found = list(read_candidates(write_file("a.sdf", text)))
    assert [one.name for one in found] == ["ethanol", "water", "a 3"]
    assert [one.source for one in found] == ["a.sdf:1", "a.sdf:15", "a.sdf:25"]
    for one, smiles in zip(found, ("CCO", "O", "C"), strict=True):
        assert one.molfile is not None
        assert Chem.MolToSmiles(Chem.MolFromMolBlock(one.molfile)) == smiles
    named = read_candidates(write_file("b.sdf", text), name_column="mass")
    assert [one.name for one in named] == ["46", "b 2", "b 3"]


def test_records_that_run_into_each_other_are_not_dropped(write_file: WriteFile) -> None:
    text = molfile("CCO", "ethanol") + molfile("O", "water") + "$$$$\n" + molfile("C", "methane")
    both, methane = read_candidates(write_file("a.sdf", text))
    assert both.failure is not None
    assert both.failure.message == "2 molfiles end in this record, on lines 10, 16"
    assert both.failure.hint == "put a line $$$$ after each"
    assert methane.name == "methane"


def test_a_record_without_an_end_is_refused_alone(write_file: WriteFile) -> None:
    endless = "title\n" + ("x" * 99 + "\n") * 12_000 + "$$$$\n"
    first, second = read_candidates(write_file("a.sdf", endless + molfile("O", "water")))
    assert first.failure is not None
    assert first.failure.kind == "refused"
    assert (second.name, second.source) == ("water", "a.sdf:12003")


def test_a_folder_in_its_order(write_file: WriteFile) -> None:
    write_file("f/water.xyz", WATER_XYZ)
    write_file("f/h2.yaml", H2_YAML)
    write_file("f/b.sdf", molfile("CCO") + "$$$$\n" + molfile("C") + "$$$$\n")
    write_file("f/a.mol", molfile("N"))
    write_file("f/notes.txt", "no molecule")
    write_file("f/broken.xyz", "3\n\nO 0 0 0\n")
    write_file("f/.hidden.xyz", WATER_XYZ)
    found = read_candidates("f")
    assert [one.name for one in found] == ["a 1", "b 1", "b 2", "broken", "Hydrogen", "water"]
    assert found.ignored == ("notes.txt",)
    ((source, message),) = failures(found)
    assert source == "broken.xyz"
    assert "says 3 atoms, but 1 follow" in message
    water = list(found)[-1]
    assert water.input is not None
    assert water.input["molecule"]["geometry"].startswith("O 0 0 0")


def test_names_of_files_may_be_any_bytes(tmp_path: Path) -> None:
    for name in (b"latin-\xe9.xyz", b"red\x1b[31m.xyz"):
        (tmp_path / os.fsdecode(name)).write_text("1\n\nHe 0 0 0\n")
        (tmp_path / os.fsdecode(b"broken " + name)).write_text("2\n\nHe 0 0 0\n")
    found = list(read_candidates(tmp_path))
    assert len(found) == 4
    for one in found:
        assert Candidate.model_validate_json(one.model_dump_json()) == one
        assert f"{one.name}{one.source}".isprintable()


def test_files_named_in_an_input_are_read_in(write_file: WriteFile) -> None:
    write_file("f/water.xyz", WATER_XYZ)
    path = write_file("f/w.yaml", "molecule: {geometry: {file: water.xyz}, charge: 1}\n")
    (found,) = read_candidates(path)
    assert found.input is not None
    assert found.input["molecule"]["geometry"]["cartesian"].startswith("O 0 0 0")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.yaml", "a: &a [x, x]\nb: &b [*a, *a]\n", "alias"),
        ("deep.yaml", "molecules: " + "[" * 100_000, "32 levels"),
        ("twice.yaml", "molecules: [a.xyz]\nmolecules: [b.xyz]\n", "duplicate key"),
        ("tag.yaml", "molecules: !!python/name:os.system\n", "tag"),
        ("nul.yaml", b"molecules: \0", "text file"),
        ("none.yaml", "", "empty"),
        ("a.txt", "CCO", "known extensions"),
        ("a.csv", "", "empty"),
    ],
)
def test_files_that_are_no_candidates(
    write_file: WriteFile, name: str, content: str | bytes, words: str
) -> None:
    with pytest.raises(InputError) as error:
        list(read_candidates(write_file(name, content)))
    assert words in f"{error.value.message} {error.value.hint}"
    assert str(error.value).startswith(name)


def test_what_is_not_there_or_holds_nothing(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_candidates("missing.smi")
    write_file("f/notes.txt", "x")
    with pytest.raises(InputError, match="contains no candidates"):
        read_candidates("f")


GRID = """\
molecules:
  - h2.yaml
  - {smiles: CCO, name: ethanol}
  - more.smi
  - {geometry: "He 0 0 0", charge: 1, name: ion}
grid:
  ansatz: [uccsd, {name: k-upccgsd, k: 2}]
  molecule.basis: [sto-3g, 6-31g]
  optimizer: [slsqp]
  restarts: [0, 1]
"""


def test_a_grid_is_molecules_times_variants(write_file: WriteFile) -> None:
    write_file("h2.yaml", H2_YAML)
    write_file("more.smi", "O water\nC methane\n")
    found = read_candidates(write_file("grid.yaml", GRID))
    assert [one.name for one in found] == ["Hydrogen", "ethanol", "water", "methane", "ion"]
    assert [one.source for one in found][1] == "grid.yaml:3"
    assert len(found.variants) == 8
    assert found.variants[0] == Variant(
        label="uccsd, sto-3g, restarts=0",
        overrides={
            "ansatz": "uccsd", "molecule.basis": "sto-3g", "optimizer": "slsqp", "restarts": 0
        },
    )  # fmt: skip
    assert found.variants[-1].label == "k-upccgsd k=2, 6-31g, restarts=1"
    assert len({variant.label for variant in found.variants}) == 8


def test_without_a_grid_there_is_one_variant(write_file: WriteFile) -> None:
    found = read_candidates(write_file("grid.yaml", "molecules: [{smiles: O}]\n"))
    assert found.variants == (Variant(),)
    assert read_candidates(write_file("a.smi", "O\n")).variants == (Variant(),)


@pytest.mark.parametrize("name", ["../out.xyz", "/etc/passwd", "a/../../out.xyz", "link.xyz"])
def test_a_grid_reads_nothing_outside_its_folder(write_file: WriteFile, name: str) -> None:
    write_file("out.xyz", WATER_XYZ)
    path = write_file("g/grid.yaml", f"molecules: [{{smiles: O}}, {name}]\n")
    Path("g/link.xyz").symlink_to("../out.xyz")
    ((source, message),) = failures(read_candidates(path))
    assert "outside the folder" in message
    assert source == "grid.yaml:1"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("molecules: [a.xyz]\ngird: {}\n", 2, "did you mean 'grid'"),
        ("molecules: a.xyz\n", 1, "list"),
        ("molecules: [a.xyz]\ngrid:\n  anzatz: [uccsd]\n", 3, "did you mean 'ansatz'"),
        ("molecules: [a.xyz]\ngrid:\n  ansatz: uccsd\n", 3, "list"),
        ("molecules: [a.xyz]\ngrid:\n  ansatz: []\n", 3, "list"),
        ("molecules: [a.xyz]\ngrid:\n  ansatz: [uccsd, uccsd]\n", 3, "twice"),
        ("molecules: [a.xyz]\ngrid:\n  ansatz: [uccsd, {name: uccsd}]\n", 3, "twice"),
        ("molecules: [a.xyz]\ngrid:\n  molecule.charge: [0, 1]\n", 3, "candidate"),
        ("molecules: [a.xyz]\ngrid: [uccsd]\n", 2, "mapping"),
    ],
)
def test_a_fault_in_a_grid_is_found_on_its_line(
    write_file: WriteFile, text: str, line: int, words: str
) -> None:
    with pytest.raises(InputError) as error:
        read_candidates(write_file("grid.yaml", text))
    assert error.value.where == f"grid.yaml:{line}"
    assert words in f"{error.value.message} {error.value.hint}"


def test_a_grid_is_not_made_larger_than_anyone_can_run(write_file: WriteFile) -> None:
    axis = "[" + ", ".join(map(str, range(200))) + "]"
    text = f"molecules: [a.xyz]\ngrid: {{seed: {axis}, restarts: {axis}}}\n"
    with pytest.raises(InputError, match="40,000 variants"):
        read_candidates(write_file("grid.yaml", text))


@pytest.mark.parametrize("entry", ["7", "{name: x}", "{smiles: [H]}", "{smiles: O, charge: 1}"])
def test_an_entry_of_a_grid_that_is_no_molecule_costs_only_itself(
    write_file: WriteFile, entry: str
) -> None:
    found = list(read_candidates(write_file("grid.yaml", f"molecules: [{entry}, {{smiles: O}}]")))
    assert [one.failure is None for one in found] == [False, True]


def test_names_can_be_printed_and_are_never_paths() -> None:
    assert printable("a\tb\x1b[31m\x00\u202ec ") == "a b[31mc"
    assert printable("\0 \n") == "unnamed"
    assert len(printable("x" * 1_000_000)) == MAX_NAME
    assert printable("../../etc/passwd") == "../../etc/passwd"  # a name and nothing else


def test_names_are_unique_whatever_they_are() -> None:
    unique = Unique()
    given = ["a", "a (2)", "a", "a", "x" * 200, "x" * 200]
    found = [unique(name) for name in given]
    assert len(set(found)) == len(given)
    assert all(len(name) <= MAX_NAME for name in found)
    assert found[:2] == ["a", "a (2)"]


def test_candidates_are_their_own_json(write_file: WriteFile) -> None:
    for one in read_candidates(write_file("a.smi", "CCO ethanol\n" + "C" * 200_000)):
        assert Candidate.model_validate_json(one.model_dump_json()) == one


CHARGED = "smiles,charge\n[NH4+],1\n[NH4+],0\n[NH4+],\n[NH4+],one\n"


def test_a_column_of_charges_agrees_or_refuses_its_row(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(CHARGED)
    found = [validate(one, Caps()).failure for one in read_candidates(tmp_path / "x.csv")]
    assert [one and one.message for one in found] == [
        None,
        "the structure carries charge +1, the input says +0",
        None,
        "the charge 'one' is not a whole number",
    ]


def test_a_column_of_spins_is_said_not_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("smiles,spin,multiplicity\nO=O,2,\nO=O,2,3\nO,0,\n")
    found = [validate(one, Caps()) for one in read_candidates(tmp_path / "x.csv")]
    doubts = [one.doubts for one in found]
    assert doubts == [("input-understood", "spin-stated"), (), ()]


def test_data_fields_of_records_are_held_against_them(tmp_path: Path) -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("[NH4+]"))
    fields = ("> <charge>\n1\n", "> <charge>\n0\n", "> <multiplicity>\n3\n")
    (tmp_path / "x.sdf").write_text("".join(f"{block}{field}\n$$$$\n" for field in fields))
    found = [validate(one, Caps()) for one in read_candidates(tmp_path / "x.sdf")]
    assert [one.failure is None for one in found] == [True, False, True]
    assert [one.multiplicity for one in found] == [1, None, 3]

"""Sources besides plain files of SMILES: compressed files, InChI, standard input."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from pathlib import Path

import pytest

from vqe_cli.errors import InputError
from vqe_cli.screening.candidates import read_candidates
from vqe_cli.screening.candidates.standard_input import keep_standard_input
from vqe_cli.screening.candidates.validation import Caps, validate
from vqe_cli.screening.model import Candidate

ETHANOL = "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"
MOLFILE = """methane
  hand

  1  0  0  0  0  0            999 V2000
    0.0000    0.0000    0.0000 C   0  0
M  END
$$$$
"""
TEXTS = {
    ".smi": "CCO ethanol\nC methane\n",
    ".ism": "C[C@H](F)Cl chiral\n",
    ".csv": "name,smiles\nethanol,CCO\n",
    ".sdf": MOLFILE,
}


def found(path: Path) -> list[Candidate]:
    return list(read_candidates(path))


@pytest.mark.parametrize("suffix", TEXTS)
def test_packed_files_are_read_like_others(tmp_path: Path, suffix: str) -> None:
    plain, packed = tmp_path / f"a{suffix}", tmp_path / f"a{suffix}.gz"
    plain.write_text(TEXTS[suffix])
    packed.write_bytes(gzip.compress(TEXTS[suffix].encode()))
    expected = found(plain)
    assert len(expected) == TEXTS[suffix].count("\n") if suffix in (".smi", ".ism") else 1
    assert [(one.name, one.smiles, one.molfile) for one in found(packed)] == [
        (one.name, one.smiles, one.molfile) for one in expected
    ]


def test_packed_molfiles_of_a_folder_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a.sdf.gz").write_bytes(gzip.compress(MOLFILE.encode()))
    (tmp_path / "b.xyz.gz").write_bytes(b"")
    candidates = read_candidates(tmp_path)
    assert [one.name for one in candidates] == ["methane"]
    assert candidates.ignored == ("b.xyz.gz",)


@pytest.mark.parametrize("content", [b"CCO ethanol\n", gzip.compress(b"CCO\n" * 999, mtime=0)[:-9]])
def test_what_is_not_packed_or_cut_off_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.smi.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be unpacked"):
        found(path)


@pytest.mark.parametrize("name", ["a.yaml.gz", "a.xyz.gz", "a.gz", "a.doc"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"C\n"))
    with pytest.raises(InputError, match="known"):
        found(tmp_path / name)


def smiles_of(text: str) -> str | None:
    return validate(Candidate(name="a", source="a:1", smiles=text), Caps()).smiles


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.smi", f"{ETHANOL} ethanol\n"),
        ("a.inchi", f"{ETHANOL}\tethanol\n"),
        ("a.csv", f'name,inchi\nethanol,"{ETHANOL}"\n'),
        ("a.tsv", f"InChI\tname\n{ETHANOL}\tethanol\n"),
        ("a.csv", f'name;smiles\nethanol;"{ETHANOL}"\n'),
    ],
)
def test_an_inchi_is_the_molecule_that_it_names(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    (candidate,) = found(path)
    assert candidate.name == "ethanol"
    assert smiles_of(candidate.smiles or "") == "CCO"


def test_smiles_win_where_a_table_has_both(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'inchi,smiles\n"{ETHANOL}",CCN\n')
    assert found(path)[0].smiles == "CCN"


def test_inchis_tell_charge_radical_and_stereo() -> None:
    """Of the acetate ion, methyl and L-alanine, from PubChem."""
    assert smiles_of("InChI=1S/C2H4O2/c1-2(3)4/h1H3,(H,3,4)/p-1") == "CC(=O)[O-]"
    assert smiles_of("InChI=1S/CH3/h1H3") == "[CH3]"
    alanine = "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1"
    assert smiles_of(alanine) == "C[C@H](N)C(=O)O"


@pytest.mark.parametrize("text", [ETHANOL[:-1], f"{ETHANOL}x", "InChI=", "InChI=1S/"])
def test_a_damaged_inchi_is_refused(text: str) -> None:
    seen = validate(Candidate(name="a", source="a:1", smiles=text), Caps())
    assert seen.failure is not None
    assert seen.failure.kind == "input"


@pytest.mark.parametrize("suffix", [".smi", ".csv", ".sdf"])
def test_what_is_piped_in_is_kept_under_its_kind(tmp_path: Path, suffix: str) -> None:
    path = keep_standard_input(io.BytesIO(TEXTS[suffix].encode()), tmp_path)
    assert path.name == f"stdin{suffix}"
    assert path.read_text() == TEXTS[suffix]


@pytest.mark.parametrize("suffix", [".csv", ".sdf", ".smi"])
def test_what_is_packed_is_told_by_what_is_in_it(tmp_path: Path, suffix: str) -> None:
    packed = gzip.compress(TEXTS[suffix].encode())
    path = keep_standard_input(io.BytesIO(packed), tmp_path)
    assert path.name == f"stdin{suffix}.gz"
    assert path.read_bytes() == packed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"CCO ethanol\rCCN amine\r", "carriage returns alone"),
        (b"\x1f\x8b\x08 damaged", "cannot be unpacked"),
    ],
)
def test_faults_of_what_is_piped_in_are_those_of_files(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = keep_standard_input(io.BytesIO(content), tmp_path)
    with pytest.raises(InputError, match=words):
        list(read_candidates(path))


def test_a_line_that_is_too_long_is_a_row(tmp_path: Path) -> None:
    (one,) = read_candidates(keep_standard_input(io.BytesIO(b"C" * 150_000), tmp_path))
    assert one.failure is not None
    assert one.failure.kind == "refused"


def test_nothing_piped_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="standard input is empty"):
        keep_standard_input(io.BytesIO(b"\n"), tmp_path)


def test_the_command_reads_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vqe_cli", "screen", "run", "-", "--dry-run", "--out", "c"]
    done = subprocess.run(
        command, check=False, input="C methane\nCCO\n", capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0
    assert "2 candidates" in done.stdout
    assert not (tmp_path / "c").exists()

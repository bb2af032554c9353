"""Files that are compressed, in a pipe, or on standard input; and what only pretends to be one."""

from __future__ import annotations

import gzip
import io
import sys

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.errors import InputError
from vqe_cli.schema import load
from vqe_cli.schema.readers.content import read_text

pytestmark = pytest.mark.quick

RHF_H2 = -1.116998996754004
"""PySCF 2.14, RHF/STO-3G at 0.735 Å, Hartree."""

XYZ = "2\n\nH 0 0 0\nH 0 0 0.735\n"
YAML = "molecule:\n  geometry: H 0 0 0; H 0 0 0.735\n"
FCIDUMP = """\
 &FCI NORB=2, NELEC=2, MS2=0, ORBSYM=1,5, ISYM=1 &END
  0.6757101548035165   1 1 1 1
  0.6645817302552972   1 1 2 2
  0.1809312700407261   1 2 1 2
  0.6985737227320175   2 2 2 2
 -1.2563390730032502   1 1 0 0
 -0.4718960072811405   2 2 0 0
  0.7199689944489797   0 0 0 0
"""
"""Hydrogen at 0.735 Å: integrals by PySCF 2.14."""

FAST = ("--quiet", "--json", "--optimizer", "none", "--initial", "zeros", "--reference", "none")


@pytest.mark.parametrize("content", [XYZ, YAML, FCIDUMP], ids=["xyz", "yaml", "fcidump"])
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_standard_input(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, content: str, compressed: bool
) -> None:
    raw = gzip.compress(content.encode()) if compressed else content.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    record = run_vqe("run", "-", *FAST).record
    assert record["result"]["energy"] == pytest.approx(RHF_H2, abs=1e-8)


def test_a_fault_in_standard_input_has_its_line(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = io.BytesIO(XYZ.replace("0.735", "0,735").encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(text))
    assert run_vqe("run", "-").err.startswith("error: standard input:4: ")


def test_standard_input_that_is_closed(run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run_vqe("run", "-").code == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("h2.xyz.gz", XYZ),
        ("H2.XYZ.GZ", XYZ),
        ("h2.yaml.gz", YAML),
        ("h2.fcidump.gz", FCIDUMP),
        ("FCIDUMP.gz", FCIDUMP),
    ],
)
def test_compressed_files(write_file: WriteFile, run_vqe: RunVqe, name: str, content: str) -> None:
    file = write_file(name, gzip.compress(content.encode()))
    record = run_vqe("run", file, *FAST).record
    assert record["result"]["energy"] == pytest.approx(RHF_H2, abs=1e-8)
    assert record["name"].lower() in ("h2", "fcidump")


def test_a_compressed_geometry_of_an_input_file(write_file: WriteFile) -> None:
    write_file("h2.xyz.gz", gzip.compress(XYZ.encode()))
    assert load(write_file("in.yaml", "molecule: {geometry: {file: h2.xyz.gz}}\n")).molecule


@pytest.mark.parametrize("name", ["a.xyz.gz", "a.yaml.gz", "a.gz"])
def test_a_bomb_is_not_unpacked(write_file: WriteFile, name: str) -> None:
    file = write_file(name, gzip.compress(b"0" * 100_000_000))
    with pytest.raises(InputError, match="is larger than"):
        load(file)


@pytest.mark.parametrize("cut", [3, 12, 30])
def test_a_damaged_archive_is_refused(write_file: WriteFile, run_vqe: RunVqe, cut: int) -> None:
    outcome = run_vqe("run", write_file("a.xyz.gz", gzip.compress(XYZ.encode())[:cut]))
    assert outcome.code == 2
    assert "decompressed" in outcome.err


def test_a_device_without_end_is_refused(run_vqe: RunVqe) -> None:
    assert "larger" in run_vqe("run", "/dev/zero").err


def test_latin_1_is_read_only_where_it_may_stand(write_file: WriteFile) -> None:
    file = write_file("a", "Wässer".encode("latin-1"))
    assert read_text(file, latin=True) == "Wässer"
    with pytest.raises(InputError, match="UTF-8"):
        read_text(file)

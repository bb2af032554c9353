"""Exported tables, read by other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.screening.campaigns import bad, candidate, case, key, results, revision
from vqe_cli.errors import UnavailableError
from vqe_cli.properties import Column
from vqe_cli.screening.store import Store
from vqe_cli.screening.tables import TABLES, columns_of, export_table

pytestmark = pytest.mark.quick

COLUMNS = (
    Column("name", "text", "Name."),
    Column("energy_hartree", "number", "Energy."),
    Column("count", "integer", "Count."),
    Column("ok", "flag", "Ok?"),
)
ROWS: list[dict[str, Any]] = [
    {"name": 'a "quoted", name', "energy_hartree": -0.1 - 0.2, "count": 3, "ok": True},
    {"name": "two\nlines é", "energy_hartree": 1e-300, "count": -4, "ok": False},
    {"name": None, "energy_hartree": None, "count": None, "ok": None},
]


def written(form: str, folder: Path, rows: Any = ROWS) -> Path:
    path = folder / f"table.{form}"
    export_table(TABLES.create(form), COLUMNS, rows, path)
    return path


def test_csv_follows_rfc_4180_with_all_digits(tmp_path: Path) -> None:
    content = written("csv", tmp_path).read_bytes()
    assert content.startswith(b"name,energy_hartree,count,ok\r\n")
    assert content.endswith(b"\r\n")
    found = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert found[1:] == [
        ['a "quoted", name', "-0.30000000000000004", "3", "true"],
        ["two\nlines é", "1e-300", "-4", "false"],
        ["", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a,  =1", "a,  '=1"),
        ("a\r\n+1", "a\r\n'+1"),
        ("\t=1", "'\t'=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0dx", "'\uff0dx"),
        ("\uff20SUM", "'\uff20SUM"),
        ("a\uff1b\uff1d1", "a\uff1b'\uff1d1"),
        ("C=O", "C=O"),
        ("CC(=O)[O-]", "CC(=O)[O-]"),
        ("N-methyl-2-pyrrolidone", "N-methyl-2-pyrrolidone"),
        ("-1.5e-3", "-1.5e-3"),
    ],
)
def test_csv_guards_every_sign_that_begins_a_formula(text: str, guarded: str) -> None:
    """Signs of the OWASP page on CSV injection, which names separators within cells as well."""
    stream = io.BytesIO()
    column = Column("name", "text", "")
    TABLES.create("csv").write((column,), [{"name": text}], stream)
    _, (cell,) = csv.reader(io.StringIO(stream.getvalue().decode(), newline=""))
    assert cell == guarded


def test_csv_runs_no_formulas_and_leaves_numbers_alone(tmp_path: Path) -> None:
    names = ["=1+1", "+/-ibuprofen", "-cmd|x", "@SUM(A1)", "\tx", "-78", "+1e3", "C=O", "a-b"]
    rows = [{**ROWS[2], "name": name, "energy_hartree": -1.5} for name in names]
    with written("csv", tmp_path, rows).open(newline="", encoding="utf-8") as stream:
        found = [(row["name"], row["energy_hartree"]) for row in csv.DictReader(stream)]
    shown = ["'=1+1", "'+/-ibuprofen", "'-cmd|x", "'@SUM(A1)", "'\tx", *names[5:]]
    assert found == [(name, "-1.5") for name in shown]


def test_json_lines_are_rows(tmp_path: Path) -> None:
    lines = written("jsonl", tmp_path).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_parquet_keeps_kinds_and_descriptions(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    found = parquet.read_table(written("parquet", tmp_path))
    assert found.to_pylist() == ROWS
    assert [str(field.type) for field in found.schema] == ["string", "double", "int64", "bool"]
    assert found.schema.field("energy_hartree").metadata == {b"description": b"Energy."}
    assert parquet.read_table(written("parquet", tmp_path, [])).num_rows == 0


def test_without_pyarrow_the_hint_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnavailableError) as caught:
        written("parquet", tmp_path)
    assert "vqe-cli[parquet]" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", TABLES.names())
def test_an_export_that_breaks_off_leaves_the_old_file(form: str, tmp_path: Path) -> None:
    path = written(form, tmp_path)
    before = path.read_bytes()

    def broken() -> Any:
        yield ROWS[0]
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        written(form, tmp_path, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", TABLES.names())
def test_standard_output_gets_the_same_bytes(
    form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    export_table(TABLES.create(form), COLUMNS, ROWS, None)
    assert capfdbinary.readouterr().out == written(form, tmp_path).read_bytes()


def test_equal_campaigns_export_equal_bytes_whatever_the_order_of_results(tmp_path: Path) -> None:
    found = [item for place in range(6) for item in results(place)]
    found[4] = bad(key(1, "", "dipole"), "dipole", "timeout")
    exports = []
    for name, order in (("one", found), ("two", found[::-1])):
        with Store.create(tmp_path / name) as store:
            store.replace_plan(revision(), map(candidate, "abcdef"), map(case, range(6)))
            for result in order:
                store.ingest([result])
            path = tmp_path / f"{name}.csv"
            export_table(TABLES.create("csv"), store.columns(), store.rows(), path)
        exports.append(path.read_bytes())
    assert exports[0] == exports[1]
    assert exports[0].count(b"\r\n") == 7


def test_kinds_of_a_querys_columns_are_told_from_its_values() -> None:
    rows = [(1, 1.5, "x", None, 2), (None, 2, None, None, "y")]
    kinds = [column.kind for column in columns_of(list("abcde"), rows)]
    assert kinds == ["integer", "number", "text", "text", "text"]


@pytest.mark.parametrize("form", TABLES.names())
def test_a_column_of_text_and_numbers_goes_out_in_every_format(form: str, tmp_path: Path) -> None:
    rows = [(1, "x"), (None, 2.5)]
    columns = columns_of(["count", "mixed"], rows)
    named = [dict(zip(("count", "mixed"), row, strict=True)) for row in rows]
    export_table(TABLES.create(form), columns, named, tmp_path / "answer")
    assert b"2.5" in (tmp_path / "answer").read_bytes()


def test_csv_leaves_carriage_returns_to_a_terminal() -> None:
    """A terminal writes each newline as carriage return and newline (ONLCR of POSIX)."""

    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    TABLES.create("csv").write(COLUMNS, ROWS[2:], stream)
    assert stream.getvalue() == b"name,energy_hartree,count,ok\n,,,\n"

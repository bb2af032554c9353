"""Names of files and molecules do not move the cursor, nor hide what follows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from rich.table import Table
from rich.text import Text

from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from vqe_cli._core.text import escaped, printable, printable_line
from vqe_cli.report.console import console
from vqe_cli.schema.records import to_json

RED = "\x1b[31mred\x1b[2J\x1b]0;title\x07\x9b1m\u202egnp"
HYDROGEN = "molecule: {geometry: 'H 0 0 0; H 0 0 0.74'}\n"
BAD = set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", f"{RED}.yaml"),
        ("run", "--set", f"{RED}=3"),
        ("run", f"--{RED}"),
        (RED,),
        ("list", RED),
        ("list", "ansatz", RED),
        ("inspect", f"{RED}.yaml"),
        ("screen", "run", f"{RED}.smi", "--out", "c"),
        ("screen", "run", RED, "--out", "c"),
        ("screen", "status", RED),
        ("screen", "export", RED),
    ],
)
def test_no_fault_sends_what_its_name_holds(run_vqe: RunVqe, arguments: tuple[str, ...]) -> None:
    outcome = run_vqe(*arguments)
    assert outcome.code == 2
    assert not BAD & set(outcome.out + outcome.err)


def test_a_run_shows_its_name_and_obeys_nothing(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file(f"{RED}.yaml", HYDROGEN.replace("; ", "\\n").replace("'", '"'))
    outcome = run_vqe("run", path)
    assert outcome.code == 0
    assert "red" in outcome.out
    assert not BAD & set(outcome.out + outcome.err)
    record = run_vqe("run", path, "--json")
    assert not BAD & set(record.out + record.err)
    assert record.record["name"] == RED


def test_campaigns_say_names_without_their_escapes(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file(f"{RED}.smi", f"CCO {RED}\nC((\t{RED}\n")
    outcome = run_vqe("screen", "run", path, "--dry-run", "--out", "c")
    assert outcome.code == 0
    assert "2 candidates" in outcome.out
    assert not BAD & set(outcome.out + outcome.err)


def test_tables_and_lines_of_a_console_are_cleaned() -> None:
    stream = io.StringIO()
    out = console(stream)
    table = Table("name")
    table.add_row(RED)
    for what in (RED, Text(RED), table):
        out.print(what)
    assert "red" in stream.getvalue()
    assert not BAD & set(stream.getvalue())


def test_json_means_the_same_with_its_escapes() -> None:
    text = to_json({"name": RED, "accent": "é–Å"})
    assert json.loads(text) == {"name": RED, "accent": "é–Å"}
    assert "é–Å" in text
    assert not BAD & set(text)
    assert json.loads(escaped('"\ud800"')) == "\ud800"


def test_lines_stay_lines_where_they_are_meant() -> None:
    assert printable("a\n\tb\r\x00") == "a\n\tb\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    assert printable_line("a\nb") == "a\N{REPLACEMENT CHARACTER}b"
    assert printable("naïve Ångström") == "naïve Ångström"


def test_a_name_cannot_write_to_the_terminal(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = 'hamiltonian: {name: "a\\e[31m\\e]0;title\\a", paulis: {ZZ: 1.0}}\n'
    outcome = run_vqe("run", write_file("escapes.yaml", text))
    assert outcome.code == 2
    assert "\x1b" not in outcome.out + outcome.err


def test_a_name_is_not_read_as_markup(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = 'hamiltonian: {name: "a [red]b[/red]", paulis: {ZZ: 1.0}}\n'
    file = write_file("in.yaml", text)
    for outcome in (run_vqe("run", file), run_vqe("run", file, file)):
        assert "[red]b[/red]" in outcome.out


@pytest.mark.parametrize("name", [slow("\\ud800"), "π ≥ ²"])
def test_a_result_is_not_lost_to_a_terminal_that_cannot_show_it(
    write_file: WriteFile, name: str
) -> None:
    """A half surrogate pair may be refused before the run, but not lose a finished one."""
    file = write_file("in.yaml", f'hamiltonian: {{name: "{name}", paulis: {{ZZ: 1.0}}}}\n')
    done = subprocess.run(
        [sys.executable, "-m", "vqe_cli", "run", file, "--quiet"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    if done.returncode != 2:
        assert done.returncode == 0
        assert b"-1.0000000000" in done.stdout

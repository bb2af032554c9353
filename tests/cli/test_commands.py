"""The commands around `vqe run`: help, lists, input files, schema, doctor, completion."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from vqe_cli import __version__
from vqe_cli._core.kinds import KINDS
from vqe_cli.cli.main import COMMANDS, vqe
from vqe_cli.schema.known_molecules import MOLECULES, KnownMolecule

HEAVY = {"numpy", "scipy", "pyscf", "qiskit", "qiskit_nature", "matplotlib", "pydantic", "rdkit"}
ESCAPE = "\x1b"


def examples(help_text: str) -> list[str]:
    """The command lines under "Examples:", continuation lines joined."""
    lines = help_text.split("Example", 1)[1].splitlines()[1:]
    block = "\n".join(lines[: lines.index("")] if "" in lines else lines)
    return [
        re.sub(r"\s+", " ", part).strip()
        for part in re.split(r"\n(?=\s*(?:vqe |#))", "\n" + block)
        if part.strip().startswith("vqe ")
    ]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_that_exist_and_fits_a_terminal(run_vqe: RunVqe, command: str) -> None:
    outcome = run_vqe(*command.split(), "--help")
    assert outcome.code == 0
    assert "\\b" not in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80
    found = examples(outcome.out)
    assert found
    for line in found:
        name, *arguments = shlex.split(line)[1:]
        called = vqe.get_command(click.Context(vqe), name)
        assert called is not None, line
        called.make_context(name, arguments)


def test_every_command_is_in_the_help(run_vqe: RunVqe) -> None:
    text = run_vqe("--help").out
    assert all(re.search(rf"^  {command} ", text, re.MULTILINE) for command in COMMANDS)


def test_version_is_that_of_the_package(run_vqe: RunVqe) -> None:
    outcome = run_vqe("--version")
    assert (outcome.code, outcome.out) == (0, f"vqe, version {__version__}\n")


def test_help_needs_no_heavy_import() -> None:
    """That is what keeps it quick."""
    program = """\
import sys
from vqe_cli.cli.main import main
try:
    main(["--help"])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "Usage: vqe" in found.stdout
    assert HEAVY.isdisjoint(found.stderr.split())


def test_list_names_every_entry_of_every_kind(run_vqe: RunVqe) -> None:
    plain = run_vqe("list").out
    content = run_vqe("list", "--json").record
    assert content.pop("schema") == "vqe-list/1"
    assert set(content) == set(KINDS)
    for kind, entries in content.items():
        assert kind in plain
        for name, summary in entries.items():
            assert f"  {name} " in plain
            assert summary


@pytest.mark.parametrize("kind", list(KINDS))
def test_list_of_a_kind_leads_to_the_options_of_each_entry(run_vqe: RunVqe, kind: str) -> None:
    listed = run_vqe("list", kind)
    assert listed.code == 0
    for name in KINDS[kind].registry.names():
        assert name in listed.out
        entry = run_vqe("list", kind, name)
        assert entry.code == 0
        options = KINDS[kind].registry.get(name).model_fields
        assert all(f"  {option} (" in entry.out for option in options)


def test_list_of_an_entry_tells_what_it_is_where_from_and_what_it_takes(run_vqe: RunVqe) -> None:
    outcome = run_vqe("list", "ansatz", "uccsd")
    assert "Unitary coupled cluster" in outcome.out
    assert "Peruzzo" in outcome.out
    assert "spin_adapted" in outcome.out
    as_json = run_vqe("list", "ansatz", "uccsd", "--json").record
    assert "spin_adapted" in as_json["options"]


def test_a_property_is_listed_with_its_columns(run_vqe: RunVqe) -> None:
    lines = [line.strip() for line in run_vqe("list", "property", "gap").out.splitlines()]
    assert "homo_lumo_gap_ev (number)" in lines
    columns = run_vqe("list", "property", "gap", "--json").record["columns"]
    assert list(columns) == [
        "homo_lumo_gap_ev",
        "homo_ev",
        "lumo_ev",
        "gap_verdict",
        "gap_failed_checks",
    ]
    assert "columns" not in run_vqe("list", "ansatz", "uccsd", "--json").record


def test_list_of_an_entry_shows_what_stands_in_its_mappings(run_vqe: RunVqe) -> None:
    lines = run_vqe("list", "backend", "aer").out.splitlines()
    found = [line for line in lines if line.strip().startswith(("noise (", "thermal (", "t1 ("))]
    assert [len(line) - len(line.lstrip()) for line in found] == [2, 6, 10]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(("anzatz",), "'ansatz'"), (("ansatz", "ucsd"), "'uccsd'"), (("optimizer", "x"), "known")],
)
def test_list_of_what_there_is_not_suggests(
    run_vqe: RunVqe, arguments: tuple[str, ...], hint: str
) -> None:
    outcome = run_vqe("list", *arguments)
    assert outcome.code == 2
    assert hint in outcome.err


@pytest.mark.parametrize("arguments", [("list",), ("list", "ansatz", "uccsd"), ("--help",)])
def test_text_in_a_pipe_has_no_colours_and_fits_80_columns(
    run_vqe: RunVqe, arguments: tuple[str, ...]
) -> None:
    text = run_vqe(*arguments).out
    assert ESCAPE not in text
    assert max(map(len, text.splitlines())) <= 80


NAMES = ["water", "a b", "H2O.v2", "yes", "true", "null", "1", "é: x"]


@pytest.mark.parametrize("name", NAMES)
def test_init_writes_a_hamiltonian_that_runs_as_it_is(
    write_file: WriteFile, run_vqe: RunVqe, name: str
) -> None:
    """The model's block [[0, 0.2], [0.2, -2]] by hand."""
    assert run_vqe("init", name, "--hamiltonian").code == 0
    outcome = run_vqe("run", f"{name}.yaml", "--json")
    assert outcome.record["name"] == name
    assert outcome.record["verdict"] == "pass"
    assert outcome.record["result"]["energy"] == pytest.approx(-1 - 1.04**0.5, abs=1e-7)


@pytest.mark.parametrize("name", NAMES[1:])
def test_init_writes_a_template_for_what_it_does_not_know(
    write_file: WriteFile, run_vqe: RunVqe, name: str
) -> None:
    outcome = run_vqe("init", name)
    assert "a template" in outcome.out
    assert "water" in outcome.out
    refused = run_vqe("run", f"{name}.yaml")
    assert refused.code == 2
    assert "no atoms" in refused.err
    template = Path(f"{name}.yaml").read_text()
    Path("filled.yaml").write_text(template.replace("# symbol x y z", "He 0 0 0"))
    filled = run_vqe("run", "filled.yaml", "--json", "--quiet").record
    assert filled["name"] == name


@pytest.mark.parametrize("name", ["water", "H2", "Carbon_monoxide", "oh-", "O2"])
def test_init_knows_common_molecules(write_file: WriteFile, run_vqe: RunVqe, name: str) -> None:
    """By formula, from the atoms in the file."""
    from vqe_cli.chemistry.geometry.coordinates import atoms
    from vqe_cli.chemistry.geometry.structures.formula import hill_formula
    from vqe_cli.schema import load

    formulas = {"water": "H2O", "H2": "H2", "Carbon_monoxide": "CO", "oh-": "HO-", "O2": "O2"}
    assert run_vqe("init", name).out.startswith(f"wrote {name}.yaml; next: vqe run")
    molecule = load(f"{name}.yaml").molecule
    assert molecule is not None
    assert hill_formula(atoms(molecule).symbols, molecule.charge) == formulas[name]
    assert molecule.multiplicity == (3 if name == "O2" else 1)


DEAR = ("bh", "c2h4", "c6h6", "f2", "h2co", "no", "o2")
"""Of more than ten orbitals, or searched for other states; radicals remain in OH and CH2."""


@pytest.mark.parametrize(
    "known",
    slow_but([known for known in MOLECULES if known.names[0] not in DEAR], MOLECULES),
    ids=lambda known: known.names[0],
)
def test_every_known_molecule_can_be_computed(
    write_file: WriteFile, run_vqe: RunVqe, known: KnownMolecule
) -> None:
    run_vqe("init", known.names[0])
    outcome = run_vqe("inspect", f"{known.names[0]}.yaml", "--orbitals", "--json")
    assert outcome.code == 0
    assert sum(outcome.record["electrons"]) > 0


def test_what_init_wrote_passes(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """Hydrogen by full CI in PySCF."""
    run_vqe("init", "hydrogen")
    outcome = run_vqe("run", "hydrogen.yaml", "--json")
    assert outcome.code == 0
    assert outcome.record["verdict"] == "pass"
    assert outcome.record["result"]["energy"] == pytest.approx(-1.137306035753, abs=1e-7)


def test_init_leaves_a_file_that_is_there_alone(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("mine.yaml", "precious\n")
    outcome = run_vqe("init", "mine")
    assert outcome.code == 2
    assert "--force" in outcome.err
    assert file.read_text() == "precious\n"
    assert run_vqe("init", "mine", "--force").code == 0
    assert "molecule:" in file.read_text()


def test_init_in_a_folder_that_is_not_there_says_so(write_file: WriteFile, run_vqe: RunVqe) -> None:
    assert run_vqe("init", "nowhere/mine").code == 2


def test_doctor_finds_what_is_needed(run_vqe: RunVqe) -> None:
    outcome = run_vqe("doctor", "--json")
    status = {finding["name"]: finding["status"] for finding in outcome.record["findings"]}
    assert outcome.code == 0
    assert set(status.values()) <= {"ok", "missing"}
    needed = {"numpy", "scipy", "pyscf", "qiskit", "qiskit-aer", "hydrogen molecule", "checkpoints"}
    assert {name for name in needed if status[name] == "ok"} == needed


def test_doctor_reports_a_state_folder_that_cannot_be_written(
    write_file: WriteFile, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQE_STATE_DIR", str(write_file("file", "x").resolve()))
    outcome = run_vqe("doctor", "--json")
    findings = {finding["name"]: finding for finding in outcome.record["findings"]}
    assert findings["checkpoints"]["status"] == "fault"
    assert outcome.code == 6


def test_doctor_shows_no_token(run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QISKIT_IBM_TOKEN", "abracadabra")
    outcome = run_vqe("doctor")
    assert "abracadabra" not in outcome.out + outcome.err
    assert re.search(r"ok +ibm account", outcome.out)


@pytest.mark.parametrize(
    ("content", "status"), [("{}", "missing"), ('{"work": {"token": "abracadabra"}}', "ok")]
)
def test_doctor_looks_into_the_file_of_saved_accounts(
    run_vqe: RunVqe,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str,
    status: str,
) -> None:
    """IBM's client leaves an empty file where it looked for an account."""
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    file = tmp_path / "qiskit-ibm.json"
    file.write_text(content)
    monkeypatch.setattr("vqe_cli.cli.doctor_command.IBM_ACCOUNTS", file)
    outcome = run_vqe("doctor")
    assert re.search(rf"{status} +ibm account", outcome.out)
    assert "abracadabra" not in outcome.out + outcome.err


def completions(*words: str) -> list[str]:
    """What the shell would offer for the last word."""
    shell = ShellComplete(vqe, {}, "vqe", "_VQE_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ru",), ["run"]),
        (("run", "--ansatz", "ucc"), ["uccgsd", "uccsd"]),
        (("run", "--optimizer", "cob"), ["cobyla", "cobyqa"]),
        (("run", "--mapper", "p"), ["parity"]),
        (("run", "--multi"), ["--multiplicity"]),
        (("reference", "--active-space", "fro"), ["frontier", "frozen-core"]),
    ],
)
def test_the_shell_completes_names(words: tuple[str, ...], offered: list[str]) -> None:
    assert completions(*words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("_VQE_COMPLETE", f"{shell}_source")
    outcome = run_vqe()
    assert outcome.code == 0
    assert "_vqe_completion" in outcome.out


def test_a_reader_that_stops_reading_is_no_error() -> None:
    """As in ``vqe list | head -1``."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "vqe_cli", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("arguments", [("list",), ("schema",)], ids=" ".join)
def test_output_that_does_not_fit_is_told(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vqe_cli", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr.startswith("error: no space left on device")
    assert "Exception" not in done.stderr
    assert done.returncode == 6


def test_closed_output_is_no_error() -> None:
    """As in ``vqe list >&-``."""
    command = shlex.join([sys.executable, "-m", "vqe_cli", "list"])
    done = subprocess.run(
        ["sh", "-c", f"{command} >&-"], stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_the_schema_can_be_written_to_a_file(write_file: WriteFile, run_vqe: RunVqe) -> None:
    write_file("in.yaml", "")
    assert run_vqe("schema", "-o", "schema.json").code == 0
    assert json.loads(Path("schema.json").read_text()) == run_vqe("schema").record


def test_the_schema_knows_every_name_and_option(run_vqe: RunVqe) -> None:
    schema = run_vqe("schema").record
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for kind in ("active-space", "mapper", "ansatz", "optimizer", "backend", "reference"):
        part: dict[str, Any] = schema["properties"][kind.replace("-", "_")]
        text = json.dumps(part)
        for name in KINDS[kind].registry.names():
            assert f'"{name}"' in text
            options = KINDS[kind].registry.get(name).model_fields
            assert all(f'"{option}"' in text for option in options)


@pytest.mark.parametrize("name", ["adapt", "uccgsd", "tups"])
def test_descriptions_are_wrapped_to_the_width_of_the_terminal(run_vqe: RunVqe, name: str) -> None:
    text = run_vqe("list", "ansatz", name).out
    for paragraph in text.split("Reference:")[0].split("\n\n")[1:]:
        lines = paragraph.strip().splitlines()
        for line, following in pairwise(lines):
            assert len(line) <= 80 < len(f"{line} {following.split()[0]}") + 1

"""``vqe screen`` as a stranger would use it: one small campaign, and every mistake one can make."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from pyscf import gto, scf

from tests.cli.hydrogen import vqe_here
from tests.conftest import RunVqe, WriteFile
from tests.screening.workers_here import workers_here
from vqe_cli.screening.workers.fork_client import ForkClient

CANDIDATES = "[H][H]\thydrogen\n[He]\thelium\n[H][H]\tthe same\nC1CC((\tbroken\n"
SETTINGS = "properties: [energy, gap]\nlimits: {memory: 2 GB, time: 300}\n"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory, task_server: ForkClient) -> Path:
    """Its folder; list and settings lie beside it. Nobody changes it."""
    place = tmp_path_factory.mktemp("campaign")
    (place / "list.smi").write_text(CANDIDATES)
    (place / "screen.yaml").write_text(SETTINGS)
    command = ["run", "list.smi", "--config", "screen.yaml", "--out", "out", "--workers", "1"]
    with workers_here(task_server):
        done = vqe_here(place, "screen", *command)
    assert done.code == 0, done.err
    assert "4 of 4" in done.out
    assert "\x1b" not in done.out + done.err
    assert max(map(len, done.out.splitlines())) <= 80
    return place / "out"


@pytest.fixture
def copied(campaign: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(campaign.parent, tmp_path / "copy")) / "out"


def test_the_status_counts_everything(run_vqe: RunVqe, campaign: Path) -> None:
    outcome = run_vqe("screen", "status", campaign)
    assert outcome.code == 0
    assert "2 done, 1 refused, 1 duplicate, 0 running, 0 waiting" in outcome.out
    assert "failed" not in outcome.out
    assert "refused, e.g. broken: 'C1CC((' is not a SMILES" in outcome.out
    record = run_vqe("screen", "status", campaign, "--json").record
    assert record["schema"] == "vqe-screen-status/1"
    assert record["counts"] == {"done": 2, "duplicate": 1, "refused": 1}


def test_the_export_has_a_row_for_each_candidate(run_vqe: RunVqe, campaign: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run_vqe("screen", "export", campaign).out)))
    assert [(row["candidate"], row["status"], row["verdict"]) for row in rows] == [
        ("hydrogen", "done", "pass"),
        ("helium", "done", "warn"),
        ("the same", "duplicate", "pass"),
        ("broken", "refused", ""),
    ]
    mole = gto.M(atom="He 0 0 0", basis="sto-3g", verbose=0)
    assert float(rows[1]["energy_hartree"]) == pytest.approx(scf.RHF(mole).kernel(), abs=1e-8)
    assert rows[2]["duplicate_of"] == "hydrogen"
    assert (rows[3]["failure_kind"], rows[3]["source"]) == ("input", "list.smi:4")


@pytest.mark.parametrize("name", ["table.jsonl", "table.csv", "table.parquet"])
def test_the_ending_of_a_file_tells_the_format(
    run_vqe: RunVqe, campaign: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    outcome = run_vqe("screen", "export", campaign, "-o", path)
    assert (outcome.code, outcome.out) == (0, "")
    begins = {"table.jsonl": b'{"candidate"', "table.csv": b"candidate,", "table.parquet": b"PAR1"}
    assert path.read_bytes().startswith(begins[name])


def test_a_query_is_answered_in_any_format(run_vqe: RunVqe, campaign: Path) -> None:
    sql = "SELECT verdict, count(*) AS molecules FROM campaign WHERE verdict = 'pass' GROUP BY 1"
    found = run_vqe("screen", "export", campaign, "--sql", sql, "--format", "jsonl")
    assert json.loads(found.out) == {"verdict": "pass", "molecules": 2}


def test_the_report_is_one_page(run_vqe: RunVqe, campaign: Path, tmp_path: Path) -> None:
    outcome = run_vqe("screen", "report", campaign, "-o", tmp_path / "report.html")
    assert (outcome.code, outcome.out) == (0, "")
    page = (tmp_path / "report.html").read_text()
    assert all(word in page for word in ("hydrogen", "helium", "broken"))


def test_the_same_command_again_computes_nothing(
    run_vqe: RunVqe, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied.parent)
    database = copied / "campaign.sqlite"
    before = _attempts(database)
    command = ("screen", "run", "list.smi", "--config", "screen.yaml", "--out", "out")
    again = run_vqe(*command, "--json", "--strict")
    assert again.code == 5  # one candidate has no pass
    assert again.record["attempts"] == before == _attempts(database)


def _attempts(database: Path) -> int:
    connection = sqlite3.connect(database)
    try:
        (count,) = connection.execute("SELECT count(*) FROM attempts").fetchone()
    finally:
        connection.close()
    return int(count)


def test_there_is_nothing_to_retry_and_it_says_so(run_vqe: RunVqe, copied: Path) -> None:
    outcome = run_vqe("screen", "retry", copied, "--failed", "timeout")
    assert outcome.out == "no failures of kind timeout to forget\n"
    record = run_vqe("screen", "retry", copied, "--json").record
    assert record == {"schema": "vqe-screen-retry/1", "forgotten": 0}


def test_a_dry_run_makes_no_folder_and_shows_the_job_script(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("list.smi", CANDIDATES)
    cluster = (
        "{kind: slurm, cores: 8, memory: 16GB, walltime: '08:00:00', "
        "prologue: [module load python], directives: [--constraint=avx2]}"
    )
    write_file("screen.yaml", f"cluster: {cluster}\n")
    command = ("screen", "run", "list.smi", "--config", "screen.yaml", "--out", "out", "--dry-run")
    outcome = run_vqe(*command)
    assert outcome.code == 0
    assert "4 candidates, 2 cases in the plan, 1 duplicate, 1 not run" in outcome.out
    lines = outcome.out.splitlines()
    assert {"#SBATCH --cpus-per-task=8", "#SBATCH --constraint=avx2", "module load python"} < {
        *lines
    }
    (worker,) = (line for line in lines if "dask_worker" in line)
    assert "--nthreads 8" in worker
    assert worker.endswith("--protocol tls://")
    assert not Path("out").exists()
    assert run_vqe(*command, "--json").record["schema"] == "vqe-screen-plan/1"


def test_a_dry_run_shows_charges_spins_and_where_what_is_wrong_stands(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("list.smi", "O water\n[OH-]\n[NH4+]\n[CH3]\n[CH3]\nC1CC(\n[Hg]\nC(C)C\n")
    command = ("screen", "run", "list.smi", "--out", "out", "--dry-run", "--set")
    outcome = run_vqe(*command, "candidates.max_heavy_atoms=2")
    assert "charges: 0 (3), -1 (1), +1 (1)" in outcome.out
    assert "multiplicities: 1 (4), 2 (1)" in outcome.out
    for place in ("list.smi:6", "list.smi:7", "list.smi:8"):
        assert place in outcome.out
    plan = run_vqe(*command, "candidates.max_heavy_atoms=2", "--json").record
    assert plan["charges"] == {"0": 3, "-1": 1, "1": 1}
    assert plan["first_refused"].keys() == plan["refused"].keys()
    assert set(plan["first_refused"].values()) == {"list.smi:6", "list.smi:7", "list.smi:8"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("ansat: uccsd", ("screen.yaml:1", "unknown key 'ansat'", "'ansatz'")),
        ("properties: [energy, dipol]", ("screen.yaml:1", "'dipol'", "'dipole'")),
        ("properties: []", ("no property",)),
        ("limits:\n  memory: lots", ("screen.yaml:2", "'lots'", "4 GB")),
        ("limits: {tme: 3}", ("'tme'", "'time'")),
        ("candidates: {smiles_colum: x}", ("'smiles_colum'", "'smiles_column'")),
        ("cluster: {kind: slurm}", ("'cluster.cores' is missing",)),
        ("cluster: {kind: slrm, cores: 1, memory: 1GB, walltime: '1:00'}", ("'slurm'",)),
        ("grid: {ansatz: []}", ("screen.yaml:1", "ansatz")),
        ("grid: {molecule.charge: [0, 1]}", ("molecule.charge", "candidate")),
        ("basis: sto-3g", ("belongs under 'molecule'",)),
        ("molecule: {charge: 1}", ("'charge' comes from the candidates",)),
    ],
)
def test_faults_of_settings_are_told_with_their_place(
    run_vqe: RunVqe, write_file: WriteFile, settings: str, words: tuple[str, ...]
) -> None:
    write_file("list.smi", CANDIDATES)
    write_file("screen.yaml", settings + "\n")
    _refused(run_vqe, ("list.smi", "--config", "screen.yaml", "--out", "out"), words)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.smi", None, ("none.smi: no such file",)),
        ("list.smi", "", ("list.smi: contains no candidates",)),
        ("list.smi", "# only this\n", ("list.smi: contains no candidates",)),
        ("list.csv", "", ("list.csv: is empty",)),
        ("list.csv", "name,smiles\n", ("list.csv: contains no candidates",)),
        ("list.csv", "name,structure\nx,CC\n", ("no column 'smiles'", "candidates.smiles_column")),
        ("list.txt", "CC\n", ("list.txt: ", "known extensions: .smi")),
    ],
)
def test_faults_of_lists_are_told(
    run_vqe: RunVqe, write_file: WriteFile, name: str, text: str | None, words: tuple[str, ...]
) -> None:
    write_file("beside.txt", "")
    if text is not None:
        write_file(name, text)
    _refused(run_vqe, (name, "--out", "out"), words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--config", "none.yaml", "--out", "out"), ("none.yaml: no such file",)),
        (("--out", "list.smi"), ("--out: list.smi is a file",)),
        (("--out", "out", "--workers", "0"), ("--workers", "1<=x<=")),
        (
            ("--out", "out", "--scheduler", "localhost"),
            ("invalid scheduler address", "tls://host:8786"),
        ),
        (("--out", "out", "--smiles", "CCO"), ("No such option",)),
        (("--out", "out", "--set", "nonsense"), ("KEY=VALUE",)),
        (("--out", "out", "--set", "limits.time=-1"), ("limits.time",)),
        ((), ("Missing option '--out'",)),
    ],
)
def test_faults_of_the_command_line_are_told(
    run_vqe: RunVqe, write_file: WriteFile, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    write_file("list.smi", "[He]\n")
    _refused(run_vqe, ("list.smi", *arguments), words)


def test_a_scheduler_that_is_not_there_is_unavailable(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.CONNECT_S", 0.5)
    write_file("list.smi", "[He]\n")
    address = ("--scheduler", "tcp://127.0.0.1:9")
    outcome = run_vqe("screen", "run", "list.smi", "--out", "out", *address)
    assert outcome.code == 6
    assert "no connection to the scheduler tcp://127.0.0.1:9" in outcome.err


@pytest.mark.parametrize("command", ["status", "export", "retry", "report"])
def test_a_folder_without_a_campaign_is_told(
    run_vqe: RunVqe, write_file: WriteFile, command: str
) -> None:
    write_file("folder/note.txt", "")
    for name in ("nowhere", "folder", "folder/note.txt"):
        outcome = run_vqe("screen", command, name)
        assert outcome.code == 2
        assert f"{name} is not a campaign folder" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "xlsx"), ("'xlsx'", "csv, jsonl, parquet")),
        (("--format", "parquet"), ("parquet is a binary format",)),
        (("-o", "table.json"), ("table.json", "--format")),
        (("-o", "nowhere/table.csv"), ("folder nowhere does not exist",)),
        (("--sql", "SELEC 1"), ("syntax error",)),
        (("--sql", "SELECT foo FROM campaign"), ("no such column: foo",)),
        (("--sql", "DELETE FROM campaign"), ("cannot modify",)),
        (("--sql", "SELECT candidate FROM campaign; DROP TABLE results"), ("one",)),
    ],
)
def test_faults_of_an_export_are_told(
    run_vqe: RunVqe, campaign: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    outcome = run_vqe("screen", "export", campaign, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert all(word in outcome.err for word in words)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_table_that_finds_no_room_is_told(campaign: Path) -> None:
    command = [sys.executable, "-m", "vqe_cli", "screen", "export", str(campaign)]
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert found.returncode == 6
    assert "no space left on device: standard output" in found.stderr


def test_a_kind_of_failure_that_there_is_not_is_told(run_vqe: RunVqe, campaign: Path) -> None:
    outcome = run_vqe("screen", "retry", campaign, "--failed", "tired")
    assert outcome.code == 2
    assert "'timeout'" in outcome.err


def test_settings_that_init_writes_are_settings(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("list.smi", CANDIDATES)
    assert "vqe screen run" in run_vqe("init", "screen", "--screen").out
    for line in ("# limits:", "# candidates:", "# grid:", "# cluster:"):
        text = Path("screen.yaml").read_text()
        assert f"\n{line}" in text
        begin = text.index(f"\n{line}") + 1
        section = text[begin:].split("\n\n", 1)[0]
        Path("screen.yaml").write_text(_uncommented(text, section))
    command = ("screen", "run", "list.smi", "--config", "screen.yaml", "--out", "out", "--dry-run")
    plan = run_vqe(*command, "--json").record
    assert plan["cases"] == 2 * 2  # ansätze and bases of hydrogen; helium is not among the elements
    assert "#SBATCH --mem=15G" in plan["job_script"]


def _uncommented(text: str, section: str) -> str:
    lines = (line.removeprefix("# ") for line in section.splitlines())
    return text.replace(section, "\n".join(lines))


def _refused(run_vqe: RunVqe, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    outcome = run_vqe("screen", "run", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert all(word in outcome.err for word in words), outcome.err
    assert "Traceback" not in outcome.err

"""Batch scripts for campaigns, in a small form."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyscf import gto, scf

from tests.families import slow
from tests.screening.slurm import missing, running_slurm

SCRIPTS = Path(__file__).parent.parent.parent / "scripts" / "screening"
ARRAY = SCRIPTS / "slurm_array.sh"
LIST = "# a list\n[H][H]\th2/one two\r\n\nC1CC((\tbroken ring\n  [He] helium\n"


def run(
    *command: object, encoding: str = "utf-8", **environment: str
) -> subprocess.CompletedProcess[str]:
    """With the `vqe` of this environment first in the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {k: v for k, v in os.environ.items() if not k.startswith("SLURM")}
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        encoding=encoding,
        check=False,
        env={**own, "PATH": path, **environment},
    )


def gathered(list_file: Path, folder: Path) -> tuple[int, list[dict[str, str]]]:
    done = run(sys.executable, SCRIPTS / "gather_records.py", list_file, folder)
    return done.returncode, list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_settings_of_the_fragments_are_settings() -> None:
    from vqe_cli.screening.settings import load_config

    load_config(SCRIPTS / "screen.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
def test_fragments_are_screened(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "a folder"
    done = run(SCRIPTS / "screen_fragments.sh", "--first", count, folder, WORKERS=str(count))
    assert done.returncode == 0, done.stderr
    assert f"{count} of {count}, 100 %" in done.stdout
    rows = list(csv.DictReader((folder / "results.csv").open()))
    assert [row["candidate"] for row in rows] == ["formamide", "acetic acid"][:count]
    assert all(row["energy_verdict"] == "pass" for row in rows)
    for row in rows:  # a space of four electrons alone is no ionisation energy, and the row says so
        assert row["verdict"] == "warn"
        assert row["ionization_energy_best_method"] == "CCSD(T)"
        assert "dynamic-correlation" in row["ionization_energy_failed_checks"]
    assert all(abs(float(row["error_mha"])) < 1.6 for row in rows)
    assert rows[-1]["candidate"] in (folder / "report.html").read_text()


@pytest.mark.parametrize("arguments", [("--first",), ("--first", "x"), ("-x",), ("a", "b")])
def test_wrong_use_of_the_fragments_script_is_told(arguments: tuple[str, ...]) -> None:
    done = run(SCRIPTS / "screen_fragments.sh", *arguments)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_an_array_job_computes_skips_and_is_gathered(tmp_path: Path) -> None:
    list_file, folder = tmp_path / "list.smi", tmp_path / "results of it"
    list_file.write_text(LIST)
    for task, code in (("1", 0), ("2", 2)):
        assert run(ARRAY, list_file, folder, SLURM_ARRAY_TASK_ID=task).returncode == code
    assert {path.name for path in folder.iterdir()} == {
        "1-h2_one_two.json",
        "2-broken_ring.failed.json",
    }
    code, rows = gathered(list_file, folder)
    assert (code, [row["status"] for row in rows]) == (1, ["done", "failed", "missing"])
    assert (rows[0]["candidate"], rows[1]["failure_kind"]) == ("h2/one two", "input")

    again = run(ARRAY, list_file, folder, SLURM_ARRAY_TASK_ID="1", STEP="2")
    assert again.stdout.splitlines() == ["1 h2/one two: there already", "3 helium: done"]
    helium = gathered(list_file, folder)[1][2]
    mole = gto.M(atom="He 0 0 0", basis="sto-3g", verbose=0)
    assert float(helium["energy_hartree"]) == pytest.approx(scf.RHF(mole).kernel(), abs=1e-8)


@pytest.mark.parametrize(
    ("content", "name", "smiles"),
    [
        slow(b"\xef\xbb\xbfsmiles\tname\r\n[He]\thelium\r\n", "helium", "[He]"),
        slow("[He] hélium\n".encode("latin-1"), "hélium", "[He]"),
        slow(b"\n[H] |^1:0| atom\n", "atom", "[H] |^1:0|"),
    ],
    ids=["windows", "latin-1", "extension"],
)
def test_the_array_counts_molecules_as_a_campaign_does(
    tmp_path: Path, content: bytes, name: str, smiles: str
) -> None:
    list_file, folder = tmp_path / "list.smi", tmp_path / "results"
    list_file.write_bytes(content)
    done = run(ARRAY, list_file, folder, SLURM_ARRAY_TASK_ID="1", encoding="latin-1")
    assert done.returncode == 0, done.stderr
    code, (row,) = gathered(list_file, folder)
    assert (code, row["candidate"], row["smiles"], row["status"]) == (0, name, smiles, "done")


def test_a_record_of_another_molecule_is_left_out(tmp_path: Path) -> None:
    """The list has changed since: number 1 was helium."""
    list_file, folder = tmp_path / "list.smi", tmp_path / "results"
    list_file.write_text("[He] atom\n")
    assert run(ARRAY, list_file, folder, SLURM_ARRAY_TASK_ID="1").returncode == 0
    list_file.write_text("[Be] atom\n")
    assert [row["status"] for row in gathered(list_file, folder)[1]] == ["missing"]


def test_wrong_use_of_the_array_script_is_told(tmp_path: Path) -> None:
    list_file = tmp_path / "list.smi"
    list_file.write_text("[He]\n")
    for arguments, task, words in (
        ((), "1", "usage"),
        ((list_file, tmp_path / "out"), "", "no task"),
        ((tmp_path / "none.smi", tmp_path / "out"), "1", "cannot read"),
        ((list_file, tmp_path / "out"), "2", "has no molecule 2"),
    ):
        done = run(ARRAY, *arguments, SLURM_ARRAY_TASK_ID=task)
        assert done.returncode == 2
        assert words in done.stderr
    done = run(ARRAY, list_file, tmp_path / "out", SLURM_ARRAY_TASK_ID="1", STEP="x")
    assert (done.returncode, "STEP" in done.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_array_runs_on_a_real_slurm(tmp_path: Path) -> None:
    list_file, folder = tmp_path / "list.smi", tmp_path / "results"
    list_file.write_text(LIST)
    state = tmp_path / "slurm"
    state.mkdir()
    with running_slurm(state) as configuration:
        submit = ("sbatch", "--wait", "--array=1-3", "--mem=900M", f"--chdir={tmp_path}")
        run(*submit, ARRAY, list_file, folder, SLURM_CONF=str(configuration))
    assert [row["status"] for row in gathered(list_file, folder)[1]] == ["done", "failed", "done"]


@pytest.mark.slow
def test_methods_are_compared_over_the_same_molecules(tmp_path: Path) -> None:
    grid = tmp_path / "grid.yaml"
    grid.write_text(
        "molecules:\n"
        '  - {smiles: "[H][H]", name: hydrogen}\n'
        "  - {name: helium, geometry: He 0 0 0, charge: 0, multiplicity: 1}\n"
        "grid: {ansatz: [uccsd, puccd], optimizer: [slsqp, none]}\n"
    )
    settings = tmp_path / "all.yaml"
    settings.write_text("properties: [energy]\ninitial: zeros\n")
    command = [SCRIPTS / "compare_methods.py", grid, "--config", settings, "--out", tmp_path / "o"]
    done = run(sys.executable, *command, "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (tmp_path / "o" / "methods.txt").read_text()
    rows = {row["method"]: row for row in csv.DictReader((tmp_path / "o" / "methods.csv").open())}
    assert set(rows) == {"uccsd, slsqp", "uccsd, none", "puccd, slsqp", "puccd, none"}
    best, none = rows["uccsd, slsqp"], rows["uccsd, none"]
    assert (best["passed"], best["compared"]) == ("1", "2")  # helium has no room for correlation
    assert float(best["max_abs_error_mha"]) < 1e-3  # UCCSD is exact for two electrons
    assert float(none["mean_abs_error_mha"]) == pytest.approx(
        float(none["max_abs_error_mha"]) / 2, abs=1e-6
    )  # without a step hydrogen keeps its correlation energy as an error, helium has none


def test_an_error_of_the_grid_ends_the_comparison(tmp_path: Path) -> None:
    grid = tmp_path / "grid.yaml"
    grid.write_text("molecules: [{smiles: O}]\ngrid: {ansats: [uccsd]}\n")
    command = (SCRIPTS / "compare_methods.py", grid, "--out", tmp_path / "out")
    done = run(sys.executable, *command)
    assert done.returncode == 2
    assert "grid.yaml:2" in done.stderr
    assert "Traceback" not in done.stderr

"""`vqe compare` from the command line."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from pyscf import ci, fci, gto, scf

from tests.conftest import RunVqe, WriteFile
from vqe_cli.comparison.kept_rows import KeptRows

pytestmark = pytest.mark.usefixtures("shared_workers")

H4 = """
molecule:
  name: H4
  geometry: H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3
"""


def test_rows_agree_with_pyscf(run_vqe: RunVqe, write_file: WriteFile) -> None:
    field = scf.RHF(gto.M(atom="H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3", verbose=0)).run()
    exact = fci.FCI(field).kernel()[0]
    path = write_file("h4.yaml", H4)
    found = run_vqe("compare", str(path), "--grid", "ansatz=uccsd,puccd", "--json", "-q")
    assert found.code == 0, found.err
    (problem,) = found.record["problems"]
    rows = {row["method"]: row for row in problem["rows"]}
    assert rows["HF"]["energy"] == pytest.approx(field.e_tot, abs=1e-8)
    assert rows["CISD"]["energy"] == pytest.approx(ci.CISD(field).run().e_tot, abs=1e-7)
    assert rows["FCI"]["energy"] == pytest.approx(exact, abs=1e-8)
    assert problem["best"] == {
        "energy": rows["FCI"]["energy"],
        "method": "FCI",
        "exact": True,
        "gap": None,
    }
    assert 0.0 < rows["VQE-UCCSD"]["error_mha"] < 1.6
    assert rows["VQE-UCCSD"]["accurate"]
    assert rows["VQE-pUCCD"]["error_mha"] > 1.6
    assert not rows["VQE-pUCCD"]["accurate"]
    for row in rows.values():
        assert row["status"] == "done"
        assert row["wall_s"] > 0.0
        assert row["money_usd"] >= 0.0
        assert row["energy_kwh"] > 0.0
    assert set(problem["circuits"]) == {"uccsd", "puccd"}
    assert problem["circuits"]["puccd"]["two_qubit_gates"] > 0


def test_what_does_not_apply_is_told_in_its_row(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("z.yaml", "hamiltonian: {paulis: {ZZ: 1.0, XI: 0.5}}\n")
    found = run_vqe("compare", str(path), "--methods", "numpy,ccsd,vqe", "--json", "-q")
    rows = {row["name"]: row for row in found.record["problems"][0]["rows"]}
    assert rows["ccsd"]["status"] == "refused"
    assert "needs electrons" in rows["ccsd"]["reason"]
    assert rows["numpy"]["exact"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--methods", "hf,dft"), "dft"),
        (("--methods", "hf,hf"), "twice"),
        (("--methods", "hf", "--grid", "ansatz=uccsd"), "add vqe to --methods"),
        (("--grid", "ansatz"), "KEY=A,B"),
        (("--grid", "ansats=uccsd"), "ansats"),
        (("--grid", "ansatz=uccsd,uccsdd"), "uccsdd"),
        (("--grid", "ansatz=uccsd", "--grid", "ansatz=puccd"), "given twice"),
        (("--grid", "molecule.basis=sto-3g,6-31g"), "give one FILE for each value"),
        (("--grid", "active_space=full,frozen-core"), "changes the problem"),
        (("--grid", "reference=fci,none"), "changes no energy"),
        (("--grid", "seed=1,2", "--seeds", "2"), "give --seeds, or seeds in the grid"),
        (("--methods", "hf,,fci"), "a method has no name"),
        (("--methods", "auto"), "no method called 'auto'"),
        (("--seeds", "0"), "--seeds"),
    ],
)
def test_what_is_wrong_is_refused_before_any_row(
    run_vqe: RunVqe, write_file: WriteFile, arguments: tuple[str, ...], message: str
) -> None:
    found = run_vqe("compare", str(write_file("h4.yaml", H4)), *arguments)
    assert found.code == 2
    assert message in found.err


def test_values_that_exclude_each_other_cost_only_their_row(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = str(write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n"))
    arguments = ("compare", path, "--methods", "fci,vqe", "--shots", "50")
    found = run_vqe(*arguments, "--grid", "optimizer=bfgs,none", "--json", "-q")
    assert found.code == 0, found.err
    (problem,) = found.record["problems"]
    bfgs, none = (row for row in problem["rows"] if row["family"] == "vqe")
    assert bfgs["status"] == "refused"
    assert "differences of energies" in bfgs["reason"]
    assert none["status"] == "done"
    assert set(problem["circuits"]) == {"none"}
    alone = run_vqe(*arguments, "--grid", "optimizer=bfgs,cobyqa")
    assert alone.code == 2
    assert "bfgs relies on differences of energies" in alone.err


@pytest.mark.slow  # tests/cli/test_scan_command.py kills a scan, which keeps rows alike
def test_a_killed_comparison_keeps_its_rows(
    run_vqe: RunVqe, write_file: WriteFile, state: Path
) -> None:
    path = write_file("h4.yaml", H4)
    arguments = ["compare", str(path), "--grid", "seed=1,2,3,4", "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vqe_cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    kept: list[Path] = []
    deadline = time.monotonic() + 120
    while len(kept) < 3 and time.monotonic() < deadline:
        kept = list(state.parent.glob("comparisons/*/rows/*.json"))
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = list(state.parent.glob("comparisons/*/rows/*.json"))
    assert 3 <= len(kept) < 12
    again = run_vqe(*arguments, "--resume", "--json")
    assert again.code == 0, again.err
    rows = again.record["problems"][0]["rows"]
    assert all(row["status"] == "done" for row in rows)
    assert len(rows) == 10
    # One more may have been finished, and still have been in the spool.
    assert again.err.count(": done") in (11 - len(kept), 12 - len(kept))
    assert not list(state.parent.glob("comparisons/*"))


def test_an_impossible_problem_is_refused_once(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    found = run_vqe("compare", str(path), "--charge", "1", "-q")
    assert found.code == 2
    assert found.err.count("multiplicity 1 is impossible with 3 electrons") == 1
    assert not found.out


def test_the_line_of_what_is_wrong_is_told(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", f"{H4}  multiplicity: 2\n")
    alone, run = run_vqe("compare", str(path), "-q"), run_vqe("run", str(path))
    assert alone.code == run.code == 2
    assert alone.err == run.err
    assert "h4.yaml:5: multiplicity 2 is impossible" in alone.err


def test_rows_that_are_the_same_count_once(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Mean field, FCI, and two searches of which the second has the same circuit."""
    path = write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n")
    twin = write_file("twin.yaml", path.read_text())
    arguments = ("--methods", "fci,vqe", "--grid", "optimizer=slsqp,bfgs")
    found = run_vqe("compare", str(path), str(twin), *arguments)
    assert found.code == 0, found.err
    lines = [line for line in found.err.splitlines() if ": done" in line]
    assert [line.split(":")[0] for line in lines] == [f"{number} of 5" for number in range(1, 6)]
    assert [line.split(": ")[2] for line in lines][2:] == [
        "VQE-UCCSD (slsqp)",
        "VQE-UCCSD (bfgs)",
        "VQE-UCCSD on a device",
    ]


@pytest.mark.parametrize("option", ["-o", "--plot", "--page"])
def test_an_input_is_not_replaced_by_a_result(
    run_vqe: RunVqe, write_file: WriteFile, option: str
) -> None:
    suffix = {"-o": "yaml", "--plot": "svg", "--page": "html"}[option]
    path = write_file(f"h4.{suffix}", H4)
    found = run_vqe("compare", str(path), option, str(path))
    assert found.code == 2
    assert "is to hold an input and a result" in found.err
    assert path.read_text() == H4


def test_methods_are_the_same_however_they_are_written(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = str(write_file("h4.yaml", H4))
    twice = run_vqe("compare", path, "--methods", "hf,{name: hf}")
    assert twice.code == 2
    assert "is listed twice" in twice.err
    options = run_vqe("compare", path, "--methods", "{name: vqe, ansatz: puccd}")
    assert options.code == 2
    assert "write --grid ansatz=A,B or --set ansatz=A" in options.err


def test_one_impossible_problem_spoils_no_other(run_vqe: RunVqe, write_file: WriteFile) -> None:
    files = [str(write_file("h4.yaml", H4)), str(write_file("x.yaml", f"{H4}  charge: 1\n"))]
    found = run_vqe("compare", *files, "--methods", "hf,fci", "--json", "-q")
    assert found.code == 2
    good, bad = found.record["problems"]
    assert good["refusal"] is None
    assert bad["refusal"]["kind"] == "input"
    assert [row["status"] for row in bad["rows"]] == ["refused", "refused"]
    assert all(row["status"] == "done" for row in good["rows"])


def test_mean_field_and_integrals_are_computed_once(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    found = run_vqe("compare", str(path), "--methods", "hf,fci,vqe", "--seeds", "2", "--json")
    assert found.err.count("mean field and integrals") == 1
    (problem,) = found.record["problems"]
    shared = problem["preparation"]
    hf, fci, *vqe = problem["rows"]
    assert hf["wall_s"] == shared["mean_field_s"]
    both = shared["mean_field_s"] + shared["integrals_s"]
    assert {row["setup_s"] for row in (hf, fci, *vqe)} == {both}
    assert len({row["energy"] for row in vqe}) == 1


def test_limits_that_no_row_fits_are_refused(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h4.yaml", H4))
    found = run_vqe("compare", path, "--max-memory", "10kB", "-q")
    assert found.code == 3
    assert "--max-memory 100MB or more" in found.err
    found = run_vqe("compare", path, "--max-memory", "300MB", "--workers", "4", "-q")
    assert found.code == 3
    assert "--max-memory 400MB or more, or fewer --workers" in found.err


def test_rows_beyond_the_budget_are_refused(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h4.yaml", H4))
    arguments = ("compare", path, "--methods", "hf,ccsd,fci", "--json", "-q")
    found = run_vqe(*arguments, "--max-time", "0.05")
    assert found.code == 3
    assert "of the 0.05 s of core time" in found.record["error"]["message"]
    assert "has taken" in found.record["error"]["message"]
    again = run_vqe(*arguments, "--resume")
    assert again.code == 0


def test_a_mean_field_beyond_its_time_limit_is_refused(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = str(write_file("h4.yaml", H4))
    found = run_vqe("compare", path, "--methods", "hf", "--time-limit", "0.01", "-q")
    assert found.code == 3
    assert "mean field and integrals: it was stopped after" in found.err


def test_what_no_row_computes_is_told(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n"))
    asked = ("--correction", "nevpt2", "--forces", "--states", "3")
    found = run_vqe("compare", path, "--methods", "hf", *asked, "--json", "-q")
    assert "no row has what these keys ask for: correction, forces, states" in found.err
    assert found.record["problems"][0]["left_out"] == ["correction", "forces", "states"]
    assert "note:" not in run_vqe("compare", path, "--methods", "hf").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cluster", "{kind: slurm}"), "cores"),
        (("--cluster", "{kind: x, cores: 1, memory: 1GB, walltime: 01:00:00}"), "kind"),
        (("--cluster", "{kind: slurm}", "--scheduler", "tls://x:1"), "exclude each other"),
        (("--max-cost", "0"), "--max-cost"),
    ],
)
def test_places_and_budgets_are_checked(
    run_vqe: RunVqe, write_file: WriteFile, arguments: tuple[str, ...], message: str
) -> None:
    found = run_vqe("compare", str(write_file("h4.yaml", H4)), *arguments)
    assert found.code == 2
    assert message in found.err


def test_methods_take_options_as_an_input_file_does(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    methods = "fci,{name: selected-ci, max_determinants: 8},selected-ci"
    found = run_vqe("compare", str(path), "--methods", methods, "--json", "-q")
    assert found.code == 0, found.err
    exact, few, all_of_them = found.record["problems"][0]["rows"]
    assert few["settings"] == {"max_determinants": 8}
    assert few["notes"]["determinants"] <= 8
    assert few["energy"] > exact["energy"] + 1e-4
    assert all_of_them["energy"] == pytest.approx(exact["energy"], abs=1e-7)


def test_unknown_options_of_methods_are_refused(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    for command in ("compare", "reference"):
        found = run_vqe(command, str(path), "--methods", "hf,{name: dmrg, states: 8}")
        assert found.code == 2
        assert "'dmrg' has no option 'states'" in found.err


def test_reference_takes_options_of_methods(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    methods = "cisd,{name: selected-ci, select_cutoff: 0.1}"
    found = run_vqe("reference", str(path), "--methods", methods, "--json")
    assert [row["method"] for row in found.record["references"]] == ["cisd", "selected-ci"]


def test_a_comparison_that_runs_loses_no_rows_to_another(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VQE_STATE_DIR", str(tmp_path / "state"))
    arguments = ("compare", str(write_file("h4.yaml", H4)), "--methods", "hf,fci", "-q")
    with closing(KeptRows(_only_folder(run_vqe, arguments, monkeypatch), resume=True)) as kept:
        held = kept.spool / "result"
        held.touch()
        same = run_vqe(*arguments)
        assert same.code == 6
        assert "is already running" in same.err
        assert "campaign" not in same.err
        assert held.exists()
        assert run_vqe(*arguments[:3], "hf,mp2", "-q").code == 0
        assert held.exists()


def _only_folder(
    run_vqe: RunVqe, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder of a comparison whose output fails: its rows are kept."""
    place = Path(os.environ["VQE_STATE_DIR"])

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/disk")

    with monkeypatch.context() as patch:
        patch.setattr("vqe_cli.report.comparison.terminal.show_comparison", full)
        found = run_vqe(*arguments)
    assert found.code == 6
    assert "--resume" in found.err
    (folder,) = (place / "comparisons").iterdir()
    assert len(list((folder / "rows").iterdir())) == 3  # the problem, and two methods
    return folder

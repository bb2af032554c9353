"""`vqe run` with several files: a row each, and one that fails costs only itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.analysis import properties_of_run

pytestmark = pytest.mark.quick

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"
MODEL = "hamiltonian:\n  name: model\n  paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}\n"


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    return write_file("h2.yaml", H2)


def test_several_files_give_a_row_each_in_order(
    run_vqe: RunVqe, write_file: WriteFile, hydrogen: Path
) -> None:
    model = write_file("model.yaml", MODEL)
    plain = run_vqe("run", hydrogen, model, "--quiet")
    assert plain.code == 0
    rows = [line.split()[:2] for line in plain.out.splitlines()[1:]]
    assert rows == [["Hydrogen", "-1.1373060358"], ["model", "-2.0198039027"]]
    as_json = run_vqe("run", model, hydrogen, "--json", "-o", "all.json")
    assert as_json.record["schema"] == "vqe-runs/1"
    assert [run["name"] for run in as_json.record["runs"]] == ["model", "Hydrogen"]
    assert json.loads(Path("all.json").read_text()) == as_json.record


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("molecule: {geometry: Xx 0 0 0}\n", 2),
        ("hamiltonian: {paulis: {" + 40 * "Z" + ": 1.0}}\nbackend: aer\n", 3),
    ],
)
def test_one_bad_file_does_not_stop_the_others(
    run_vqe: RunVqe, write_file: WriteFile, hydrogen: Path, bad: str, code: int
) -> None:
    wrong, model = write_file("wrong.yaml", bad), write_file("model.yaml", MODEL)
    plain = run_vqe("run", hydrogen, wrong, "missing.yaml", model, "--quiet")
    assert plain.code == code
    assert [line.split()[-1] for line in plain.out.splitlines()[1:]] == [
        "pass",
        "error",
        "error",
        "pass",
    ]
    assert plain.err.count("error: ") == 2
    runs = run_vqe("run", wrong, hydrogen, "--json").record["runs"]
    assert [run["schema"] for run in runs] == ["vqe-error/1", "vqe-run/1"]
    assert runs[0]["name"] == "wrong"


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_what_was_finished_is_kept_when_a_later_run_breaks_off(
    run_vqe: RunVqe,
    write_file: WriteFile,
    hydrogen: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: BaseException,
) -> None:
    genuine = properties_of_run.run

    def breaks(spec: Any, **options: Any) -> Any:
        if spec.title == "model":
            raise fault
        return genuine(spec, **options)

    monkeypatch.setattr("vqe_cli.cli.runner.run", breaks)
    model = write_file("model.yaml", MODEL)
    outcome = run_vqe("run", hydrogen, model, "--json", "-o", "all.json")
    assert outcome.code == (1 if isinstance(fault, RuntimeError) else 130)
    runs = outcome.record["runs"]
    assert [run["schema"] for run in runs] == ["vqe-run/1", "vqe-error/1"]
    assert json.loads(Path("all.json").read_text()) == outcome.record

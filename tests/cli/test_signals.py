"""Signals at any moment, and going on after them."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import H2
from tests.conftest import Outcome, RunVqe, WriteFile

SLOW = H2 + "backend: {name: aer, shots: 256}\noptimizer: {name: spsa, maxiter: 300, resamplings: 6"
SLOW += ", tolerance: 1.0e-12, max_effort: 1.0}\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_batch_systems_signals_stop_a_run_as_ctrl_c_does(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def signalled(*_: Any) -> None:
        os.kill(os.getpid(), number)
        time.sleep(1.0)

    before = signal.getsignal(number)
    monkeypatch.setattr("vqe_cli.variational.preparation.select_orbitals", signalled)
    found = run_vqe("run", hydrogen)
    assert found.code == 130
    assert "interrupted" in found.err
    assert "--resume" in found.err
    assert signal.getsignal(number) is before


def test_a_signal_within_exec_ends_with_our_code() -> None:
    """Python has a mind of its own about a KeyboardInterrupt there."""
    program = (
        "import os, signal, vqe_cli.pipeline\n"
        "vqe_cli.variational.preparation.select_orbitals = lambda *_: exec("
        "'import time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(1)')\n"
        "from vqe_cli.cli.main import main\n"
        "main(['run', '--smiles', '[H][H]', '-q'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert "interrupted" in done.stderr


class Disturbed:
    """A run of some seconds in a process of its own, which gets a signal at some moment.

    Args:
        folder: Where it works.
    """

    def __init__(self, folder: Path) -> None:
        self.file, self.result = folder / "slow.yaml", folder / "result.json"
        self.state = folder / "state"
        self.file.write_text(SLOW)

    def run(self, *flags: str, after: float | None = None, number: int = 0) -> Outcome:
        """Run, and send the signal after so many seconds."""
        process = subprocess.Popen(
            [sys.executable, "-m", "vqe_cli", "run", str(self.file), "--json", "-q",
             "-o", str(self.result), *flags],
            env={**os.environ, "VQE_STATE_DIR": str(self.state), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        with process:
            if after is not None:
                time.sleep(after)
                process.send_signal(number)
            out, err = process.communicate(timeout=240)
        return Outcome(process.returncode, out, err)

    def check(self, found: Outcome) -> None:
        """Either the whole result is there, or a checkpoint that can be read."""
        kept = sorted(self.state.rglob("*.jsonl"))
        assert sorted(self.state.rglob("*.*")) == kept
        assert "Traceback" not in found.err
        if self.result.exists():
            record = json.loads(self.result.read_text())
            assert record["schema"] == "vqe-run/1"
            assert kept == [] or found.code != 0
        else:
            assert found.code in (130, -signal.SIGTERM, -signal.SIGHUP)
        if found.code == 130:
            assert found.record["error"]["kind"] == "interrupted"
        for checkpoint in kept:
            lines = checkpoint.read_text().split("\n")
            assert lines.pop() == ""
            assert all(json.loads(line) for line in lines)
        hidden = {path.name for path in self.result.parent.iterdir()}
        assert hidden <= {"slow.yaml", "result.json", "state"}


MOMENTS = 10
SHORT = (1, 4, 7)
"""While it imports, while it begins, and while it optimises."""


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, marks=() if moment in SHORT else pytest.mark.slow)
        for moment in range(MOMENTS)
    ],
)
def test_sigterm_at_some_moment_leaves_a_result_or_a_checkpoint(
    tmp_path: Path, moment: int
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    run = Disturbed(folder)
    after = random.Random(moment).uniform(moment, moment + 1) * 0.5
    run.check(run.run(after=after, number=signal.SIGTERM))


def test_a_signal_between_the_record_and_the_plot_leaves_one_object(tmp_path: Path) -> None:
    """Importing what draws takes long enough."""
    (tmp_path / "h2.yaml").write_text(H2)
    words = ["run", "h2.yaml", "--json", "-q", "-o", "r.json", "--plot", "r.png"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vqe_cli", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        while not (tmp_path / "r.json").exists():
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert json.loads(out) == json.loads((tmp_path / "r.json").read_text())
    assert process.returncode == 130
    assert "interrupted" in err
    assert not (tmp_path / "r.png").exists()


def test_a_signal_while_the_interpreter_ends_does_not_change_the_outcome() -> None:
    program = (
        "import atexit, os, signal, sys\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGTERM))\n"
        "from vqe_cli.cli.main import main\n"
        "sys.argv = ['vqe', 'list', 'ansatz', '--json']\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "vqe-list/1"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_runs_that_are_stopped_again_and_again_end_as_others_do(
    tmp_path: Path, number: signal.Signals
) -> None:
    whole_folder, folder = tmp_path / "whole", tmp_path / "run"
    whole_folder.mkdir()
    folder.mkdir()
    whole = Disturbed(whole_folder).run().record
    moments, run = random.Random(1), Disturbed(folder)
    for _ in range(30):
        found = run.run("--resume", after=moments.uniform(0.0, 6.0), number=number)
        run.check(found)
        if run.result.exists():
            break
    run.run("--resume")
    found_record = json.loads(run.result.read_text())
    assert found_record["result"]["energy"] == pytest.approx(whole["result"]["energy"], abs=1e-9)
    assert found_record["result"]["evaluations"] == whole["result"]["evaluations"]


@pytest.fixture
def interrupted(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Leave a checkpoint of a run with some flags."""
    from vqe_cli import pipeline

    def leave(*flags: str) -> Path:
        def stopped(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "result_record", stopped)
            assert run_vqe("run", hydrogen, "-q", *flags).code == 130
        return hydrogen

    return leave


@pytest.mark.parametrize("quiet", [(), ("-q",)], ids=["aloud", "quiet"])
def test_resume_after_an_edit_says_what_changed_and_keeps_the_checkpoint(
    run_vqe: RunVqe, interrupted: Callable[..., Path], state: Path, quiet: tuple[str, ...]
) -> None:
    file = interrupted("--seed", "3")
    (kept,) = state.glob("*.jsonl")
    file.write_text(H2.replace("0.735", "0.74"))
    found = run_vqe("run", file, "--resume", "--seed", "4", *quiet)
    assert found.code == 0
    (warning,) = (line for line in found.err.splitlines() if line.startswith("warning"))
    assert "starting from the beginning" in warning
    assert "seed: 3 -> 4" in warning
    assert "molecule.geometry" in warning
    assert list(state.glob("*.jsonl")) == [kept]

    file.write_text(H2)
    again = run_vqe("run", file, "--resume", "--seed", "3", *quiet)
    assert "warning" not in again.err
    assert ("evaluations in the checkpoint" in again.err) == (not quiet)
    assert not list(state.glob("*.jsonl"))


def test_another_file_is_no_edit_of_this_one(
    run_vqe: RunVqe, interrupted: Callable[..., Path], write_file: WriteFile
) -> None:
    interrupted()
    other = write_file("other.yaml", H2.replace("0.735", "0.74"))
    assert "warning" not in run_vqe("run", other, "--resume").err

"""Interrupted runs: what is kept, and that going on ends where an undisturbed run ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import vqe_here
from tests.conftest import Outcome, RunVqe, WriteFile
from vqe_cli.variational import checkpoints
from vqe_cli.variational.checkpoints import FileJournal
from vqe_cli.variational.journal import LogEntry

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\nreference: none\n"
SLOW = {
    "adam": "ansatz: efficient-su2\nbackend: aer\noptimizer: {name: adam, maxiter: 60}\n"
    "restarts: 0\n",
    "spsa": "backend: {name: aer, shots: 256}\n"
    "optimizer: {name: spsa, resamplings: 6, tolerance: 1.0e-9, max_effort: 1.0}\n",
}
"""Three seconds each; the second has random steps and random energies."""

PROGRAM = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever was inherited
from vqe_cli.cli.main import main
main()
"""
PATIENCE = 60.0
ENOUGH = 60
"""Evaluations in the checkpoint after which a run is stopped."""


@dataclass(frozen=True)
class Run:
    """A run in a process of its own, with one state folder for all that follow.

    Args:
        file: The input.
        state: Where checkpoints go.
    """

    file: Path
    state: Path

    def start(self, *flags: str) -> subprocess.Popen[str]:
        """Start, and do not wait."""
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "run", str(self.file), *flags],
            env={**os.environ, "VQE_STATE_DIR": str(self.state), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def resume(self, run_vqe: RunVqe) -> Outcome:
        """Go on to the end, in this process."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VQE_STATE_DIR", str(self.state))
            return run_vqe("run", self.file, "--resume", "--json")

    def stop(self, number: signal.Signals, *flags: str) -> Outcome:
        """Run until a checkpoint has some evaluations, and stop it by a signal."""
        with self.start(*flags) as process:
            end = time.monotonic() + PATIENCE
            while self.kept() < ENOUGH and process.poll() is None and time.monotonic() < end:
                time.sleep(0.01)
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE)
        return Outcome(process.returncode, out, err)

    @property
    def checkpoints(self) -> list[Path]:
        """The checkpoints that are there."""
        return sorted((self.state / "checkpoints").glob("*.jsonl"))

    def kept(self) -> int:
        """Evaluations in all checkpoints: their lines without the headings."""
        return sum(file.read_bytes().count(b"\n") - 1 for file in self.checkpoints)


@pytest.fixture(scope="module", params=["spsa", pytest.param("adam", marks=pytest.mark.slow)])
def undisturbed(request: pytest.FixtureRequest, tmp_path_factory: Any) -> tuple[Run, Outcome]:
    """A slow run and how it ends when nobody disturbs it."""
    folder = tmp_path_factory.mktemp(request.param)
    file = folder / "in.yaml"
    file.write_text(H2 + SLOW[request.param])
    return Run(file, folder / "state"), vqe_here(folder, "run", file, "--json")


def check_same_end(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Two runs made the same steps and found the same, but for the order of sums."""
    assert found["verdict"] == expected["verdict"]
    one, other = found["result"], expected["result"]
    assert one["evaluations"] == other["evaluations"]
    assert one["energy"] == pytest.approx(other["energy"], abs=1e-9)
    assert one["parameters"] == pytest.approx(other["parameters"], abs=1e-9)
    steps, expected_steps = one["history"], other["history"]
    assert [s["evaluations"] for s in steps] == [s["evaluations"] for s in expected_steps]
    energies = [step["energy"] for step in expected_steps]
    assert [step["energy"] for step in steps] == pytest.approx(energies, abs=1e-9)


def test_a_finished_run_leaves_no_checkpoint(undisturbed: tuple[Run, Outcome]) -> None:
    run, outcome = undisturbed
    assert outcome.record["result"]["wall_s"] > checkpoints.FLUSH_SECONDS
    assert not list(run.state.rglob("*.*"))


def test_after_ctrl_c_the_message_says_how_to_go_on_and_going_on_ends_the_same(
    undisturbed: tuple[Run, Outcome], run_vqe: RunVqe
) -> None:
    run, whole = undisturbed
    stopped = run.stop(signal.SIGINT)
    assert stopped.code == 130
    assert stopped.out == ""
    assert "Traceback" not in stopped.err
    assert "--resume" in stopped.err
    best = re.search(r"best so far: (-\d+\.\d+) Ha after \d+ steps, (\d+) eval", stopped.err)
    assert best is not None
    assert -1.2 < float(best[1]) < 0.0
    kept = run.kept()
    assert kept >= int(best[2]) > 0

    resumed = run.resume(run_vqe)
    assert f"{kept} evaluations in the checkpoint" in resumed.err
    assert "(from the checkpoint)" in resumed.err
    check_same_end(resumed.record, whole.record)
    assert run.checkpoints == []


def test_after_a_kill_at_most_the_last_moments_are_lost(
    undisturbed: tuple[Run, Outcome], run_vqe: RunVqe
) -> None:
    run, whole = undisturbed
    run.stop(signal.SIGKILL)
    (checkpoint,) = run.checkpoints
    kept = run.kept()
    assert kept >= ENOUGH
    assert time.time() - checkpoint.stat().st_mtime < checkpoints.FLUSH_SECONDS + 2.0
    with checkpoint.open("a") as stream:
        stream.write('{"x": "0123456789abcd')

    resumed = run.resume(run_vqe)
    check_same_end(resumed.record, whole.record)
    found = re.search(r"(\d+) evaluations in the checkpoint", resumed.err)
    assert found is not None
    assert int(found[1]) == kept


@pytest.mark.parametrize("undisturbed", ["spsa"], indirect=True)
def test_an_interrupt_under_json_is_one_object_with_what_was_known(
    undisturbed: tuple[Run, Outcome],
) -> None:
    run, whole = undisturbed
    stopped = run.stop(signal.SIGINT, "--json", "--quiet")
    (checkpoint,) = run.checkpoints
    checkpoint.unlink()
    assert stopped.code == 130
    assert stopped.err == ""
    assert stopped.record["error"]["kind"] == "interrupted"
    assert "--resume" in stopped.record["error"]["hint"]
    known = stopped.record["known"]
    assert len(known["parameters"]) == len(whole.record["result"]["parameters"])
    assert known["best_energy"] < 0


@pytest.fixture
def writing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every evaluation is written, so that quick runs have checkpoints too."""
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "checkpoints"


def journal_with(*values: float, resume: bool = False) -> FileJournal:
    journal = FileJournal("f" * 64, resume=resume)
    for value in values:
        journal.append([LogEntry(point="p", value=value, gradient=(0.25, -1e-17))])
    return journal


def test_what_is_read_back_is_what_was_kept_to_the_last_bit(writing_at_once: None) -> None:
    values = (-1.1373060357533998, 5e-324, -0.1 - 0.2)
    journal_with(*values).close(finished=False)
    entry = LogEntry("q", -0.5, standard_error=0.125, shots=4096, discarded=0.25)
    second = FileJournal("f" * 64, resume=True)
    second.append([entry])
    second.close(finished=False)
    found = list(FileJournal("f" * 64, resume=True).replay())
    assert [e.value for e in found] == [*values, -0.5]
    assert found[0].gradient == (0.25, -1e-17)
    assert found[-1] == entry


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda raw: raw[:-10], 2),
        (lambda raw: raw + b'{"x": "p", "e": -1', 3),
        (lambda raw: raw + b"\0\0\0\0", 3),
        (lambda raw: raw + b"\xff\xfe\n", 3),
        (lambda raw: raw.replace(b"-2.0", b"null"), 1),
        (lambda raw: raw.replace(b"ff", b"00"), 0),
        (lambda _: b"", 0),
    ],
    ids=["cut-off", "half-a-line", "zeros", "garbage", "hole", "another-run", "empty"],
)
def test_a_damaged_checkpoint_gives_what_is_whole_before_the_damage(
    writing_at_once: None, damage: Any, left: int
) -> None:
    journal = journal_with(-1.0, -2.0, -3.0)
    journal.close(finished=False)
    journal.path.write_bytes(damage(journal.path.read_bytes()))
    found = FileJournal("f" * 64, resume=True)
    assert [entry.value for entry in found.replay()] == [-1.0, -2.0, -3.0][:left]


def test_without_resume_an_old_checkpoint_is_not_read(writing_at_once: None) -> None:
    journal_with(-1.0).close(finished=False)
    assert FileJournal("f" * 64, resume=False).found == 0


def test_a_run_that_begins_anew_leaves_the_old_checkpoint_until_it_has_its_own(
    writing_at_once: None,
) -> None:
    journal_with(-1.0, -2.0).close(finished=False)
    FileJournal("f" * 64, resume=False).close(finished=False)
    assert FileJournal("f" * 64, resume=True).found == 2


def test_wrong_numbers_in_a_checkpoint_do_not_pass_as_a_result(
    run_vqe: RunVqe, write_file: WriteFile, writing_at_once: None, folder: Path
) -> None:
    """A checkpoint of other points is left aside: the energy is computed, never taken over."""
    file = write_file("in.yaml", H2 + "optimizer: {name: slsqp}\n")
    fingerprint = run_vqe("run", file, "--json", "--quiet").record["fingerprint"]
    folder.mkdir(parents=True, exist_ok=True)
    lines = [{"schema": checkpoints.SCHEMA, "fingerprint": fingerprint}]
    lines += [{"x": "0" * 16, "e": -99.0, "g": [0.0, 0.0]}] * 5
    (folder / f"{fingerprint[:32]}.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    outcome = run_vqe("run", file, "--resume", "--json", "--quiet")
    assert outcome.record["result"]["energy"] == pytest.approx(-1.137306035753, abs=1e-7)


def test_resume_without_a_checkpoint_is_an_ordinary_run(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    outcome = run_vqe("run", write_file("in.yaml", H2), "--resume")
    assert outcome.code == 0
    assert "0 evaluations in the checkpoint" in outcome.err


def test_a_state_folder_that_cannot_be_written_does_not_cost_the_run(
    run_vqe: RunVqe,
    write_file: WriteFile,
    writing_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VQE_STATE_DIR", str(write_file("no-folder", "x").resolve()))
    outcome = run_vqe("run", write_file("in.yaml", H2), "--json")
    assert outcome.code == 0
    assert outcome.record["verdict"] == "pass"


def test_a_run_that_is_refused_leaves_no_checkpoint(
    run_vqe: RunVqe, write_file: WriteFile, writing_at_once: None, folder: Path
) -> None:
    assert run_vqe("run", write_file("in.yaml", H2 + "initial: [0.1, 0.2, 0.3]\n")).code == 2
    assert not list(folder.glob("*"))


def test_the_same_run_twice_at_a_time_leaves_the_other_its_checkpoint(tmp_path: Path) -> None:
    one, other = (FileJournal("f" * 64, resume=False, folder=tmp_path) for _ in range(2))
    for journal in (one, other):
        journal.append([LogEntry((0.5,), -1.0)])
        journal.flush()
    one.close(finished=True)
    assert other.path.exists()
    other.close(finished=False)
    again = FileJournal("f" * 64, resume=True, folder=tmp_path)
    assert again.found == 1
    again.close(finished=True)
    assert not again.path.exists()


def test_another_versions_checkpoint_is_replaced_and_that_is_said(
    run_vqe: RunVqe, write_file: WriteFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vqe_cli import pipeline

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    file = write_file("h2.yaml", H2)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "result_record", stopped)
        assert run_vqe("run", file, "-q").code == 130
    (checkpoint,) = folder.glob("*.jsonl")
    checkpoint.write_text(checkpoint.read_text().replace("vqe-checkpoint/1", "vqe-checkpoint/9", 1))
    found = run_vqe("run", file, "--resume", "-q")
    assert found.code == 0
    assert "does not fit and is replaced: another version wrote it" in found.err

"""A signal while a job on a device is waited for: what is finished is kept, the job continues."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.backends.ibm.local import next_waiting
from vqe_cli.backends.ibm.worker import serve
from vqe_cli.variational.checkpoints import FLUSH_SECONDS

EXACT = """
hamiltonian: {name: Exact, paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}}
optimizer: slsqp
"""
WAITING = """
hamiltonian: {name: Waiting, paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}}
backend: {name: fake_manila, shots: 300}
optimizer: none
"""


SEARCHING = """
hamiltonian: {name: Searching, paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}}
backend: {name: fake_manila, shots: 300, optimize_on_device: true}
optimizer: {name: spsa, maxiter: 4}
"""
"""A job with points for calibration, one for each step with a pair of points, and the last."""


@contextmanager
def at_rest(state: Path) -> Iterator[Path]:
    """The folder of fake devices whose one worker does not come meanwhile."""
    folder = state / "ibm-jobs" / "local"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@pytest.fixture
def device_at_rest(tmp_path: Path) -> Iterator[Path]:
    """The state folder of such devices."""
    state = tmp_path / "state"
    with at_rest(state):
        yield state


@dataclass(frozen=True)
class Interrupted:
    """A run that was interrupted while its job was awaited.

    Args:
        file: The input.
        state: The state folder that it left.
        outcome: Its exit code and what it said.
    """

    file: Path
    state: Path
    outcome: tuple[int, str, str]


@pytest.fixture(scope="module")
def interrupted_once(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    """A run with a job that is still waiting."""
    folder = tmp_path_factory.mktemp("waiting")
    file, state = folder / "waiting.yaml", folder / "state"
    file.write_text(WAITING)
    with at_rest(state):
        outcome = interrupted(["run", str(file), "--json", "-q"], state)
    return Interrupted(file, state, outcome)


@pytest.fixture
def waiting(interrupted_once: Interrupted, tmp_path: Path) -> Iterator[Interrupted]:
    """The same with a state folder of its own, which commands in this process use."""
    state = tmp_path / "state"
    shutil.copytree(interrupted_once.state, state)
    with at_rest(state):
        yield replace(interrupted_once, state=state)


def serve_and_kill(file: Path, state: Path, jobs: int) -> None:
    """Run as many jobs of a search, each for longer than evaluations wait to be written, then kill.

    The kill comes while the next job is awaited.
    """
    command = [sys.executable, "-m", "vqe_cli", "run", str(file), "-q"]
    with at_rest(state) as folder:
        client = subprocess.Popen(command, env={**os.environ, "VQE_STATE_DIR": str(state)})
        until = time.monotonic() + 60
        served = 0
        while len(jobs_out(state)) <= jobs:
            assert client.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until
            if len(jobs_out(state)) > served and (job := next_waiting(folder)) is not None:
                time.sleep(1.1 * FLUSH_SECONDS)
                serve(job)
                served += 1
            time.sleep(0.01)
        client.send_signal(signal.SIGKILL)
        client.wait()


def jobs_out(state: Path) -> list[str]:
    """Ids of jobs that were sent."""
    path = state / "ibm-jobs" / "jobs.sqlite3"
    try:
        with sqlite3.connect(path) as file:
            return [row[0] for row in file.execute("SELECT job_id FROM jobs") if row[0]]
    except sqlite3.OperationalError:
        return []


def interrupted(arguments: list[str], state: Path) -> tuple[int, str, str]:
    """Send SIGINT to a process of its own once its job is out; exit code and what it said."""
    environment = {**os.environ, "VQE_STATE_DIR": str(state)}
    client = subprocess.Popen(
        [sys.executable, "-m", "vqe_cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 60
        while not jobs_out(state):
            assert client.poll() is None, client.communicate()
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(0.2)
        client.send_signal(signal.SIGINT)
        out, err = client.communicate(timeout=30)
    finally:
        if client.poll() is None:
            client.kill()
            client.communicate()
    return client.returncode, out, err


def test_ctrl_c_while_a_job_is_awaited_is_130_with_a_hint(waiting: Interrupted) -> None:
    code, out, err = waiting.outcome
    assert code == 130, err
    (job,) = jobs_out(waiting.state)
    assert f"job {job} continues" in err
    found = json.loads(out)
    assert found["error"]["kind"] == "interrupted"
    assert "--resume" in found["error"]["hint"]
    # The energy of the simulated search was known: -1 - sqrt(1.04) at best.
    assert found["known"]["best_energy"] >= -1 - 1.04**0.5 - 1e-9
    assert found["known"]["steps"] == 1


def test_what_other_files_gave_is_written(
    device_at_rest: Path, write_file: WriteFile, tmp_path: Path
) -> None:
    files = [str(write_file(f"{name}.yaml", text)) for name, text in
             (("exact", EXACT), ("waiting", WAITING), ("never", EXACT))]  # fmt: skip
    output = tmp_path / "out.json"
    code, out, err = interrupted(["run", *files, "-o", str(output), "-q"], device_at_rest)
    assert code == 130, err
    assert "best so far" in err
    runs = json.loads(output.read_text())["runs"]
    assert [run["schema"] for run in runs] == ["vqe-run/1", "vqe-error/1"]
    # -1 - sqrt(1.04), from the 2x2 block of the Hamiltonian
    assert runs[0]["result"]["energy"] == pytest.approx(-2.0198039, abs=1e-6)
    assert "Exact" in out


def test_ctrl_c_while_a_job_is_fetched_says_that_it_goes_on(
    waiting: Interrupted, run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vqe_cli.backends.ibm import awaiting

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    (job,) = jobs_out(waiting.state)
    monkeypatch.setattr(awaiting.time, "sleep", stop)
    outcome = run_vqe("jobs", "fetch", job)
    assert outcome.code == 130
    assert f"job {job} continues" in outcome.err


def test_an_interrupted_job_becomes_an_energy(waiting: Interrupted, run_vqe: RunVqe) -> None:
    (job,) = jobs_out(waiting.state)
    found = next_waiting(waiting.state / "ibm-jobs" / "local")
    assert found is not None
    serve(found)
    fetched = run_vqe("jobs", "fetch", job, "--json").record
    resumed = run_vqe("run", waiting.file, "--resume", "--json", "-q").record
    assert fetched["run"]["result"]["energy"] == resumed["result"]["energy"]
    assert fetched["jobs"][0]["energy"] == resumed["result"]["energy"]
    assert fetched["jobs"][0]["standard_error"] == resumed["result"]["standard_error"] > 0
    assert jobs_out(waiting.state) == [job]
    assert "±" in run_vqe("jobs", "fetch", job).out


@pytest.mark.slow
def test_a_search_that_is_killed_takes_as_many_jobs_and_ends_as_an_undisturbed_one(
    write_file: WriteFile, run_vqe: RunVqe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, state = write_file("searching.yaml", SEARCHING), tmp_path / "killed"
    undisturbed = run_vqe("run", file, "--json", "-q").record["result"]
    serve_and_kill(file, state, jobs=3)
    assert len(jobs_out(state)) == 4
    monkeypatch.setenv("VQE_STATE_DIR", str(state))
    resumed = run_vqe("run", file, "--resume", "--json", "-q").record["result"]
    assert resumed["energy"] == undisturbed["energy"]
    assert resumed["parameters"] == undisturbed["parameters"]
    assert len(jobs_out(state)) == len(undisturbed["backend"]["jobs"])
    assert resumed["backend"]["jobs"] == jobs_out(state)
    assert resumed["backend"]["executions"] == undisturbed["backend"]["executions"]

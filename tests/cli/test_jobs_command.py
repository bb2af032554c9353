"""Jobs on devices from the command line: sent, killed, resumed, listed, fetched, cancelled."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from qiskit_ibm_runtime.accounts.exceptions import InvalidAccountError
from qiskit_ibm_runtime.api.exceptions import RequestsApiError

from tests.conftest import RunVqe, WriteFile
from vqe_cli.backends.ibm import runtime

H2 = 'molecule: {name: Hydrogen, geometry: "H 0 0 0\\nH 0 0 0.735"}\n'
MODEL = "hamiltonian: {name: Model, paulis: {ZZ: -1.0, ZI: 0.5, XX: 0.2}}\n"
ON_MANILA = ("--backend", "fake_manila", "--shots", "300", "--optimizer", "none", "-q")
TOKEN = "MARKER-4711-abcdefgh"


def rows(state: Path, columns: str) -> list[tuple[Any, ...]]:
    """From the list of jobs, as another program would read it."""
    path = state / "ibm-jobs" / "jobs.sqlite3"
    if not path.exists():
        return []
    with sqlite3.connect(path) as file:
        return file.execute(f"SELECT {columns} FROM jobs ORDER BY number").fetchall()


def claimed(about: dict[str, Any]) -> Any:
    """The entry of a job that is about to be sent."""
    from vqe_cli.backends.ibm.job_files import ledger

    of_run = {"key": "k", "fingerprint": "f"}
    expected = {"plan": "open", "executions": 20, "estimated_seconds": 2.0}
    (entry,) = ledger().claim_all([{**of_run, **expected, **about}], lambda _: [None])
    return entry


def kill_when_a_job_is_out(arguments: list[str], state: Path) -> None:
    """Start `vqe`, and kill it as soon as its first job has been sent."""
    command = [sys.executable, "-m", "vqe_cli", *arguments]
    environment = {**os.environ, "VQE_STATE_DIR": str(state)}
    client = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not any(job_id for (job_id,) in rows_or_none(state)) and time.monotonic() < until:
        assert client.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    client.send_signal(signal.SIGKILL)
    client.wait()


def rows_or_none(state: Path) -> list[tuple[Any, ...]]:
    """The list may just be being made."""
    try:
        return rows(state, "job_id")
    except sqlite3.OperationalError:
        return []


def test_a_killed_client_is_resumed_with_its_job(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    file = write_file("model.yaml", MODEL)
    state = tmp_path / "state"
    kill_when_a_job_is_out(["run", str(file), *ON_MANILA], state)
    sent_before = rows(state, "job_id")
    assert len(sent_before) == 1

    listed = run_vqe("jobs", "--json").record["jobs"]
    assert [(job["job_id"], job["title"]) for job in listed] == [(*sent_before[0], "Model")]
    fetched = run_vqe("jobs", "fetch", sent_before[0][0], "--json").record
    shots = sum(sum(row["repetitions"]) for pub in fetched["results"] for row in pub)
    assert shots == fetched["jobs"][0]["executions"]

    resumed = run_vqe("run", file, *ON_MANILA, "--resume", "--json").record
    jobs = rows(state, "job_id, key")
    assert jobs[0][0] == sent_before[0][0]
    assert len({key for _, key in jobs}) == len(jobs)
    assert resumed["result"]["backend"]["jobs"][0] == sent_before[0][0]

    whole = run_vqe("run", file, *ON_MANILA, "--json").record
    assert whole["result"]["energy"] == resumed["result"]["energy"]
    assert len(rows(state, "job_id")) == 2 * len(jobs)


def test_no_jobs_is_an_empty_list(run_vqe: RunVqe) -> None:
    assert "no jobs" in run_vqe("jobs").out
    assert run_vqe("jobs", "--json").record == {"schema": "vqe-jobs/1", "jobs": []}


@pytest.mark.parametrize("action", ["fetch", "cancel"])
def test_an_unknown_job_is_bad_input(run_vqe: RunVqe, action: str) -> None:
    outcome = run_vqe("jobs", action, "local-none")
    assert outcome.code == 2
    assert "local-none" in outcome.err


def test_a_job_is_cancelled_and_listed_as_such(
    run_vqe: RunVqe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.backends.ibm.services import request
    from vqe_cli.backends.ibm import local
    from vqe_cli.backends.ibm.job_files import ledger, local_folder

    monkeypatch.setattr(local, "ensure_worker", lambda folder: folder.exists())
    service = local.LocalService(local_folder(), "fake_manila", (0, 1))
    about: dict[str, Any] = {"title": "A", "service": "local", "device": "fake_manila"}
    entry = claimed(about)
    job_id = service.submit(request(), entry.tag, None)
    ledger().update(entry, job_id=job_id, status="queued")
    assert run_vqe("jobs", "cancel", job_id).out == f"{job_id}: cancelled\n"
    table = run_vqe("jobs")
    assert job_id in table.out
    assert "cancelled" in table.out
    assert run_vqe("jobs", "fetch", job_id).code == 6


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        ("DONE", 6, "job d1 has ended already: done"),
        ("ERROR", 6, "job d1 has ended already: failed"),
        ("RUNNING", 6, "can no longer be cancelled"),
        ("CANCELLED", 0, "d1: cancelled"),
    ],
)
def test_a_job_that_has_ended_is_not_called_cancelled(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, status: str, code: int, said: str
) -> None:
    from qiskit_ibm_runtime.exceptions import RuntimeInvalidStateError

    from vqe_cli.backends.ibm.job_files import ledger

    def refuse() -> None:
        raise RuntimeInvalidStateError("Job cannot be cancelled: 409 Client Error")

    job = SimpleNamespace(cancel=refuse, status=lambda: status, metrics=dict)
    monkeypatch.setattr(runtime, "connect", lambda *_: SimpleNamespace(job=lambda _: job))
    about: dict[str, Any] = {"title": "A", "service": "cloud", "device": "ibm_fez"}
    entry = claimed(about)
    ledger().update(entry, job_id="d1", status="queued")
    outcome = run_vqe("jobs", "cancel", "d1")
    assert outcome.code == code
    assert said in outcome.out + outcome.err


def test_nothing_is_sent_to_a_real_device_without_yes(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = runtime.fake_device("fake_manila")
    monkeypatch.setattr(fake, "name", "ibm_manila")
    monkeypatch.setattr(runtime, "connect", lambda *_: None)
    monkeypatch.setattr("vqe_cli.backends.ibm.device_preparation.find_device", lambda *_: fake)
    monkeypatch.setattr("vqe_cli.backends.ibm.device_preparation._cloud", lambda *_: None)
    arguments = ("run", write_file("h2.yaml", H2), "--optimizer", "none", "-q")
    backend = "{name: ibm_manila, shots: 1000, plan: payg}"
    outcome = run_vqe(*arguments, "--backend", backend, "--json")
    assert outcome.code == 3
    message = outcome.record["error"]["message"]
    # 4 settings of 1000 shots on average, each 250 µs and some 20 µs of circuit and readout:
    # 2 s + 4000 x 270 µs = 3.1 s, at 1.60 USD/s 4.9 USD
    assert "4,000 times" in message
    assert "3.1 s of QPU time, 4.9" in message
    assert "--yes" in outcome.record["error"]["hint"]
    assert rows(tmp_path / "state", "job_id") == []


@pytest.mark.parametrize(
    "error",
    [
        InvalidAccountError(f"token {TOKEN} is not valid"),
        RequestsApiError(f"401 Client Error: Authorization: Bearer {TOKEN}", status_code=401),
        ValueError(f"Account(token={TOKEN})"),
        RuntimeError(f"unforeseen {TOKEN}"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--debug",)])
def test_a_token_leaves_no_trace(
    run_vqe: RunVqe,
    write_file: WriteFile,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: Exception,
    more: tuple[str, ...],
) -> None:
    def refuse() -> None:
        raise error

    monkeypatch.setenv("QISKIT_IBM_TOKEN", TOKEN)
    monkeypatch.setattr("qiskit_ibm_runtime.QiskitRuntimeService", refuse)
    file = write_file("h2.yaml", H2)
    debug = [text for text in more if text == "--debug"]
    others = [text for text in more if text != "--debug"]
    outcome = run_vqe(*debug, "run", file, "--backend", "ibm_fez", *others)
    assert outcome.code == 6
    text = outcome.out + outcome.err
    assert ("Traceback" in text) == bool(debug)
    assert type(error).__name__ in text
    assert TOKEN not in text
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


def test_an_account_that_cannot_be_asked_does_not_hide_the_list(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vqe_cli.backends.ibm.job_files import ledger

    def refuse() -> None:
        raise InvalidAccountError("no")

    monkeypatch.setattr("qiskit_ibm_runtime.QiskitRuntimeService", refuse)
    about: dict[str, Any] = {"title": "A", "service": "cloud", "device": "ibm_fez"}
    entry = claimed(about)
    ledger().update(entry, job_id="d2abc3", status="queued")
    outcome = run_vqe("jobs", "--json")
    assert outcome.code == 0
    assert [job["status"] for job in outcome.record["jobs"]] == ["queued"]
    assert "warning" in outcome.err
    assert json.loads(outcome.out)["jobs"][0]["job_id"] == "d2abc3"

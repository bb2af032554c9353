"""Every fault in a task is reported as the right kind of failure."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.screening.tasks import ACT, PRELOAD, deed
from vqe_cli.screening.model import Task, TaskOutcome
from vqe_cli.screening.workers.fork_client import fork_client
from vqe_cli.screening.workers.supervisor import STOP_FILE, supervise

LOADED = ("tests.screening.deeds",)


def outcome(task: Task, spool: Path) -> TaskOutcome:
    return TaskOutcome.model_validate_json(
        supervise(task.model_dump_json(), str(spool), ACT, PRELOAD)
    )


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether a process ends within some seconds; a zombie has ended."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_good_task_leaves_its_result_and_no_failure(tmp_path: Path) -> None:
    found = outcome(deed("sleep"), tmp_path)
    assert found.failure is None
    assert found.task == "sleep"
    assert found.property_key == "second"
    assert found.peak_bytes > 5_000_000  # no Python process is smaller
    assert abs(found.started - time.time()) < 60
    assert found.worker.endswith(f":{os.getpid()}")
    assert (tmp_path / "sleep.done").read_text() == "sleep"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("segfault", "crash", "SIGSEGV"),
        ("kill-self", "crash", "SIGKILL"),
        ("leave", "crash", "exit code 0 before it was done"),
        ("fail", "internal", "RuntimeError: nobody foresaw this"),
        ("map", "memory", "exceeded its memory limit"),
        ("hog", "memory", "the limit is 0.4 GB"),
        ("hog-in-grandchild", "memory", "the limit is 0.4 GB"),
        ("no-convergence", "not-converged", "the density oscillates"),
    ],
)
def test_failures_are_typed(name: str, kind: str, words: str, tmp_path: Path) -> None:
    failure = outcome(deed(name, memory=400_000_000), tmp_path).failure
    assert failure is not None
    assert failure.kind == kind
    assert words in failure.message
    assert len(failure.message.splitlines()) < 10


def test_an_error_keeps_its_hint(tmp_path: Path) -> None:
    failure = outcome(deed("no-convergence"), tmp_path).failure
    assert failure is not None
    assert failure.hint == "try level shifts"


def test_a_segmentation_fault_names_the_line(tmp_path: Path) -> None:
    failure = outcome(deed("segfault"), tmp_path).failure
    assert failure is not None
    assert "_segfault" in failure.message


def test_a_hang_that_holds_pythons_lock_ends_at_its_time(tmp_path: Path) -> None:
    found = outcome(deed("hang", within=0.5), tmp_path)
    assert found.failure is not None
    assert found.failure.kind == "timeout"
    assert 0.5 < found.wall_s < 5


def test_output_beyond_any_pipe_blocks_nothing(tmp_path: Path) -> None:
    assert outcome(deed("flood"), tmp_path).failure is None


def test_a_grandchild_that_left_group_and_parent_is_killed_too(tmp_path: Path) -> None:
    note = tmp_path / "note"
    assert outcome(deed("escape", note=str(note)), tmp_path).failure is None
    assert gone(int(note.read_text()))


def test_no_temporary_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome(deed("segfault"), tmp_path)
    assert list(tmp_path.glob("vqe-task-*")) == []


def test_the_stop_file_kills_what_runs_and_keeps_what_waits(tmp_path: Path) -> None:
    timer = threading.Timer(0.3, (tmp_path / STOP_FILE).touch)
    timer.start()
    found = outcome(deed("sleep", seconds=100.0), tmp_path)
    timer.join()
    assert found.failure is not None
    assert found.failure.kind == "lost"
    assert found.wall_s < 5
    waiting = outcome(deed("sleep"), tmp_path)
    assert waiting.failure is not None
    assert waiting.failure.kind == "lost"
    assert not (tmp_path / "sleep.done").exists()


def test_a_fork_server_that_is_killed_is_started_again(tmp_path: Path) -> None:
    outcome(deed("sleep"), tmp_path)
    server = fork_client(LOADED).pid
    assert server is not None
    timer = threading.Timer(0.3, os.kill, (server, signal.SIGKILL))
    timer.start()
    found = outcome(deed("sleep", task_id="victim", seconds=100.0), tmp_path)
    timer.join()
    assert found.failure is not None
    assert found.failure.kind == "lost"
    assert found.wall_s < 5
    assert outcome(deed("sleep", task_id="next"), tmp_path).failure is None
    assert fork_client(LOADED).pid != server


def test_what_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    task = deed("sleep").model_dump_json()
    said = json.loads(supervise(task, str(tmp_path), ACT, ("no_such_module",)))
    assert said["failure"]["kind"] == "lost"
    assert "No module named 'no_such_module'" in said["failure"]["message"]


@pytest.mark.parametrize("name", ["print-secret", "print-secret-and-die"])
def test_tokens_do_not_get_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "d41d8cd98f00b204e9800998ecf8427e"
    monkeypatch.setenv("QISKIT_IBM_TOKEN", secret)
    preload = ("json",)  # a fork server of its own, which has the token
    task = deed(name).model_dump_json()
    said = supervise(task, str(tmp_path), ACT, preload)
    fork_client((*preload, *LOADED)).close()
    assert "[token removed]" in said
    assert secret not in said


def test_threads_share_a_fork_server(tmp_path: Path) -> None:
    found: list[TaskOutcome] = []

    def one(number: int) -> None:
        found.append(outcome(deed("sleep", task_id=str(number), seconds=0.1), tmp_path))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(one.task) for one in found) == list(range(12))
    assert all(one.failure is None for one in found)

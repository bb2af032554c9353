"""A scheduler that ends before its tasks leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.screening.waiting import wait_until

Started = tuple["subprocess.Popen[str]", list[psutil.Process]]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A scheduler whose two tasks run, and all processes below it; whatever happens, it ends."""
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "tests.screening.scheduler_process", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield scheduler, processes_below(scheduler, tmp_path)
    finally:
        scheduler.kill()
        scheduler.communicate()


def processes_below(scheduler: subprocess.Popen[str], folder: Path) -> list[psutil.Process]:
    """Workers, fork servers and the two children, once these run."""
    notes = [folder / f"note-{number}" for number in range(2)]
    wait_until(lambda: all(note.exists() and note.read_text() for note in notes))
    below = psutil.Process(scheduler.pid).children(recursive=True)
    assert {int(note.read_text()) for note in notes} < {process.pid for process in below}
    assert len(below) >= 6  # two workers, two fork servers, two children
    return below


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_killed_scheduler_leaves_no_process(tmp_path: Path, started: Started) -> None:
    scheduler, below = started
    scheduler.kill()
    scheduler.communicate()
    wait_until(lambda: not living(below), within=10)


def test_ctrl_c_in_the_terminal_ends_all_without_a_word(tmp_path: Path, started: Started) -> None:
    scheduler, below = started
    os.killpg(scheduler.pid, signal.SIGINT)  # as a terminal does
    out, err = scheduler.communicate(timeout=30)
    assert scheduler.returncode == 130
    assert (out, err) == ("", "")
    wait_until(lambda: not living(below), within=10)


def test_ctrl_c_is_quiet_after_a_worker_was_replaced(tmp_path: Path, started: Started) -> None:
    scheduler, below = started
    child = psutil.Process(int((tmp_path / "note-0").read_text()))
    worker = child.parents()[1]
    siblings = set(psutil.Process(scheduler.pid).children())
    worker.kill()
    wait_until(lambda: bool(set(psutil.Process(scheduler.pid).children()) - siblings))
    os.killpg(scheduler.pid, signal.SIGINT)
    out, err = scheduler.communicate(timeout=30)
    assert scheduler.returncode == 130
    assert (out, err) == ("", "")
    wait_until(lambda: not living(below), within=10)


def test_a_scheduler_and_fork_servers_killed_at_once_leave_no_child(
    tmp_path: Path, started: Started
) -> None:
    scheduler, below = started
    children = {int((tmp_path / f"note-{number}").read_text()) for number in range(2)}
    for process in [psutil.Process(scheduler.pid), *below]:
        if process.pid not in children:
            process.kill()
    scheduler.communicate()
    wait_until(lambda: not living(below), within=10)

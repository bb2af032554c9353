"""Log files of the workers in a campaign's folder."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.screening.tasks import ACT, PRELOAD, deed
from vqe_cli._core.log import package_logger
from vqe_cli.screening.workers import log_files
from vqe_cli.screening.workers.log_files import LOGS, worker_log
from vqe_cli.screening.workers.supervisor import supervise


def lines(campaign: Path) -> list[str]:
    path = campaign / LOGS / f"{socket.gethostname()}-{os.getpid()}.log"
    return path.read_text().splitlines()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    for name in ("spool", LOGS):
        (tmp_path / name).mkdir()
    return tmp_path / "spool"


def test_a_task_tells_its_start_in_its_process_and_its_end_in_the_workers(
    spool: Path, tmp_path: Path
) -> None:
    supervise(deed("sleep").model_dump_json(), str(spool), ACT, PRELOAD)
    start, end = lines(tmp_path)
    assert "started, attempt 1" in start
    assert start.split()[2] != str(os.getpid())
    assert "ended after" in end
    assert end.split()[2] == str(os.getpid())


def test_who_was_killed_for_its_memory_is_told(spool: Path, tmp_path: Path) -> None:
    task = deed("hog", memory=400_000_000)
    supervise(task.model_dump_json(), str(spool), ACT, PRELOAD)
    assert "WARNING vqe.screening" in lines(tmp_path)[-1]
    assert "failed (memory): it used" in lines(tmp_path)[-1]


def test_a_long_file_makes_room_once(
    spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "MOST_BYTES", 10)
    for _ in range(3):
        supervise(deed("sleep").model_dump_json(), str(spool), ACT, PRELOAD)
    name = f"{socket.gethostname()}-{os.getpid()}.log"
    assert {path.name for path in (tmp_path / LOGS).iterdir()} == {name, f"{name}.1"}
    assert len(lines(tmp_path)) == 2


def test_threads_of_one_worker_write_into_their_own_campaigns(tmp_path: Path) -> None:
    folders = [tmp_path / name / LOGS for name in ("first", "second")]
    both_listen = threading.Barrier(2)

    def work(folder: Path) -> None:
        with worker_log(folder):
            both_listen.wait(10)
            package_logger("vqe_cli.screening").info("of %s", folder.parent.name)
            both_listen.wait(10)

    for folder in folders:
        folder.mkdir(parents=True)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, folders))
    for folder in folders:
        (line,) = lines(folder.parent)
        assert line.endswith(f"of {folder.parent.name}")


def test_without_a_folder_of_logs_none_is_made(tmp_path: Path) -> None:
    supervise(deed("sleep").model_dump_json(), str(tmp_path / "spool"), ACT, PRELOAD)
    assert not (tmp_path / LOGS).exists()

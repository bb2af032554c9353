"""Tasks on a real local cluster: failures are isolated, and lost tasks are reported as lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import psutil
import pytest
from distributed import LocalCluster

from tests.clusters import local_cluster
from tests.screening.tasks import ACT, PRELOAD, deed
from tests.screening.waiting import wait_until
from vqe_cli import __version__
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.screening.model import Task, TaskOutcome
from vqe_cli.screening.workers.executor import DaskExecutor, layout
from vqe_cli.screening.workers.status_files import RUNNING


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def executor(spool: Path) -> Iterator[DaskExecutor]:
    with DaskExecutor(2, None, spool, function=ACT, preload=PRELOAD) as running:
        yield running


def outcomes(executor: DaskExecutor, count: int, within: float = 60) -> dict[str, TaskOutcome]:
    found: dict[str, TaskOutcome] = {}
    end = time.monotonic() + within
    while len(found) < count and time.monotonic() < end:
        found |= {one.task: one for one in executor.completed(1.0)}
    return found


def kinds(found: dict[str, TaskOutcome]) -> dict[str, str]:
    return {name: one.failure.kind for name, one in found.items() if one.failure is not None}


def running_worker(executor: DaskExecutor, task: Task, spool: Path) -> int:
    """Submit a task and tell which worker watches it, as soon as it runs."""
    executor.submit(task)
    note = Path(str(task.spec["note"]))
    while not note.exists() or not note.read_text():
        time.sleep(0.02)
    server = psutil.Process(int(note.read_text())).parent()
    assert server is not None
    worker = server.parent()
    assert worker is not None
    return worker.pid


def test_four_culprits_among_twenty_innocents(executor: DaskExecutor, spool: Path) -> None:
    culprits = [
        deed("segfault"),
        deed("hog"),
        deed("hang", within=1.0),
        deed("kill-self"),
    ]
    innocents = [deed("sleep", task_id=f"innocent-{n}", seconds=0.02) for n in range(20)]
    assert executor.slots == 2
    workers = executor.worker_addresses
    for number, task in enumerate(innocents):
        executor.submit(task)
        if number % 5 == 2:
            executor.submit(culprits[number // 5])
    found = outcomes(executor, 24)
    assert len(found) == 24
    assert kinds(found) == {
        "segfault": "crash",
        "hog": "memory",
        "hang": "timeout",
        "kill-self": "crash",
    }
    assert len(list(spool.glob("innocent-*.done"))) == 20
    assert executor.worker_addresses == workers


def test_a_worker_that_is_killed_is_replaced_and_its_task_comes_back(
    executor: DaskExecutor, spool: Path, tmp_path: Path
) -> None:
    task = deed("stay", note=str(tmp_path / "note"))
    before = executor.worker_addresses
    os.kill(running_worker(executor, task, spool), signal.SIGKILL)
    found = outcomes(executor, 1)
    assert kinds(found) == {"stay": "lost"}
    child = int((tmp_path / "note").read_text())
    wait_until(lambda: not psutil.pid_exists(child))
    wait_until(lambda: executor.slots == 2 and executor.worker_addresses != before)
    executor.submit(deed("sleep", task_id="stay"))
    assert kinds(outcomes(executor, 1)) == {}


def test_tasks_that_wait_for_a_killed_worker_are_not_lost(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    (tmp_path / RUNNING).mkdir()
    with DaskExecutor(1, None, spool, function=ACT, preload=PRELOAD) as executor:
        worker = running_worker(executor, deed("stay", note=str(tmp_path / "note")), spool)
        for number in range(3):
            executor.submit(deed("sleep", task_id=f"waiting-{number}"))
        os.kill(worker, signal.SIGKILL)
        found = outcomes(executor, 4)
    assert kinds(found) == {"stay": "lost"}
    assert len(found) == 4


def test_everything_is_stopped_at_once(tmp_path: Path, executor: DaskExecutor) -> None:
    for number in range(5):
        executor.submit(deed("sleep", task_id=f"long-{number}", seconds=100.0))
    time.sleep(0.3)
    found = {one.task: one for one in executor.cancel_all()}
    assert kinds(found) == {f"long-{number}": "lost" for number in range(5)}
    executor.resume()
    executor.submit(deed("sleep", task_id="afterwards"))
    assert kinds(outcomes(executor, 1)) == {}


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8786",
        "http://localhost:8786",
        "tcp://localhost",
        "tcp://[:8786",
        "tls://localhost:99999",
        "tcp://localhost:scheduler",
    ],
)
def test_what_is_no_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="invalid scheduler address"):
        DaskExecutor(None, address, tmp_path).__enter__()


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.CONNECT_S", 0.5)
    with pytest.raises(UnavailableError, match="no connection to the scheduler"):
        DaskExecutor(None, "tcp://127.0.0.1:1", tmp_path).__enter__()


def test_a_scheduler_with_keys_of_which_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="needs keys, and Dask's configuration has none"):
        DaskExecutor(None, "tls://127.0.0.1:1", tmp_path).__enter__()


def test_keys_that_are_not_there(tmp_path: Path) -> None:
    lost = {f"distributed.comm.tls.{key}": "lost.pem" for key in ("ca-file", "client.cert")}
    with (
        dask.config.set(lost),
        pytest.raises(UnavailableError, match="keys in Dask's configuration cannot be used"),
    ):
        DaskExecutor(None, "tls://127.0.0.1:1", tmp_path).__enter__()


def test_a_connection_that_is_not_encrypted_is_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.CONNECT_S", 0.5)
    executor = DaskExecutor(None, "tcp://192.0.2.1:8786", tmp_path)
    with pytest.raises(UnavailableError):
        executor.__enter__()
    assert "not encrypted" in executor.notes[0]


def _probe_elsewhere(token: str) -> tuple[bool, str]:
    return Path(f"/no/such/disk{token}").exists(), __version__


@pytest.fixture
def other_cluster() -> Iterator[LocalCluster]:
    with local_cluster() as cluster:
        yield cluster


def test_a_running_scheduler_is_used_and_left_running(
    other_cluster: LocalCluster, tmp_path: Path
) -> None:
    address = other_cluster.scheduler_address
    with DaskExecutor(None, address, tmp_path, function=ACT, preload=PRELOAD) as guest:
        assert guest.slots == 1
        assert ["any user of this machine can run programs" in note for note in guest.notes] == [
            True
        ]
        guest.submit(deed("sleep", task_id="guest"))
        assert kinds(outcomes(guest, 1)) == {}
    assert (tmp_path / "guest.done").exists()
    assert len(other_cluster.scheduler.workers) == 1


def test_a_worker_of_another_version_is_refused(
    other_cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.probe", _probe_newer)
    with pytest.raises(UnavailableError, match=r"it has version 99\.0"):
        DaskExecutor(None, other_cluster.scheduler_address, tmp_path).__enter__()


def _probe_newer(token: str) -> tuple[bool, str]:
    return Path(token).exists(), "99.0"


def test_a_worker_that_does_not_see_the_spool_is_refused(
    other_cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.probe", _probe_elsewhere)
    with pytest.raises(UnavailableError, match="does not see the campaign folder"):
        DaskExecutor(None, other_cluster.scheduler_address, tmp_path).__enter__()


def test_a_worker_that_comes_late_and_does_not_fit_is_sent_away(
    other_cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.LOOK_S", 0.0)
    with DaskExecutor(None, other_cluster.scheduler_address, tmp_path) as executor:
        first = executor.worker_addresses
        monkeypatch.setattr("vqe_cli.screening.workers.executor.probe", _probe_elsewhere)
        other_cluster.scale(2)
        wait_until(lambda: executor.slots == 1 and len(executor.notes) > 1)
        assert "retired" in executor.notes[1]
        assert executor.worker_addresses == first


def test_a_scheduler_that_dies_is_told(
    other_cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.workers.executor.CONNECT_S", 2.0)
    with DaskExecutor(None, other_cluster.scheduler_address, tmp_path) as executor:
        other_cluster.close()
        with pytest.raises(UnavailableError, match="connection to the scheduler is lost"):
            [executor.completed(0.2) for _ in range(100)]


@pytest.mark.parametrize(
    ("slots", "expected"),
    [(1, (1, 1)), (2, (2, 1)), (7, (7, 1)), (8, (4, 2)), (12, (4, 3)), (64, (8, 8))],
)
def test_slots_share_processes(slots: int, expected: tuple[int, int]) -> None:
    assert layout(slots) == expected

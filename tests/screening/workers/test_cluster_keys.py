"""Workers on this machine require keys, since other users can reach the same ports."""

from __future__ import annotations

import gc
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import Client
from distributed.core import rpc
from distributed.security import Security

from tests.screening.tasks import ACT, PRELOAD, deed
from tests.screening.waiting import wait_until
from vqe_cli.screening.model import TaskOutcome
from vqe_cli.screening.workers.cluster_keys import temporary_keys
from vqe_cli.screening.workers.executor import DaskExecutor

pytestmark = pytest.mark.filterwarnings(
    # Tornado leaves the sockets of handshakes that fail to the garbage collector.
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:unclosed:ResourceWarning",
)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Let sockets go where their warnings are expected."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskExecutor]:
    spool = tmp_path_factory.mktemp("spool")
    with DaskExecutor(1, None, spool, function=ACT, preload=PRELOAD) as running:
        yield running


def addresses(executor: DaskExecutor) -> list[str]:
    """Of the scheduler, its workers, and what starts the workers again."""
    nannies = [worker["nanny"] for worker in executor._client.scheduler_info()["workers"].values()]
    return [executor.scheduler_address, *executor.worker_addresses, *nannies]


def listening() -> list[tuple[str, int]]:
    """Where this process and its children can be reached."""
    own = psutil.Process()
    return [
        (one.laddr.ip, one.laddr.port)
        for process in (own, *own.children(recursive=True))
        for one in process.net_connections()
        if one.status == psutil.CONN_LISTEN
    ]


@pytest.mark.parametrize("scheme", ["tls", "tcp"])
def test_without_the_keys_nobody_is_let_in(executor: DaskExecutor, scheme: str) -> None:
    for address in addresses(executor):
        assert address.startswith("tls://127.0.0.1:")
        strange = temporary_keys() if scheme == "tls" else Security()
        reached = address.replace("tls://", f"{scheme}://")
        with pytest.raises(OSError):  # noqa: PT011  # what TLS or Dask make of it
            Client(reached, security=strange, timeout=2, set_as_default=False)


def test_nanny_and_worker_do_nothing_for_strangers(executor: DaskExecutor) -> None:
    async def asked(address: str) -> None:
        strange = temporary_keys().get_connection_args("client")
        connection = rpc(address, connection_args=strange, timeout=2)
        try:
            await connection.identity()
        finally:
            await connection.close_rpc()

    for address in addresses(executor):
        with pytest.raises(OSError):  # noqa: PT011
            executor._client.sync(asked, address)


def test_everything_listens_on_this_machine_alone_and_shows_no_pages(
    executor: DaskExecutor,
) -> None:
    found = listening()
    assert len(found) >= 3
    assert {host for host, _ in found} == {"127.0.0.1"}
    for _, port in found:
        for page in ("/info/main/workers.html", "/json/counts.json", "/metrics", "/status"):
            with pytest.raises(OSError) as error:  # noqa: PT011
                urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=2)
            code = getattr(error.value, "code", None)
            assert code in (None, 404), f"{port}{page}"


def test_dasks_own_files_lie_where_others_cannot_look(executor: DaskExecutor) -> None:
    for worker in executor._client.scheduler_info()["workers"].values():
        private = next(p for p in Path(worker["local_directory"]).parents if "vqe-task" in p.name)
        assert private.stat().st_mode & 0o077 == 0


def test_with_the_keys_tasks_run(executor: DaskExecutor) -> None:
    executor.submit(deed("sleep", task_id="within"))
    found: list[TaskOutcome] = []
    wait_until(lambda: bool(found.extend(executor.completed(0.2)) or found))
    assert found[0].failure is None

"""The executor: Dask distributes tasks to workers, and a supervised child runs each."""

from __future__ import annotations

import logging
import secrets
import signal
import time
from asyncio import CancelledError
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from multiprocessing import resource_tracker
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.redaction import redact
from vqe_cli._core.resources import available_threads
from vqe_cli._core.version import __version__
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import Failure, Task, TaskOutcome
from vqe_cli.screening.workers.cluster_keys import temporary_keys, without_pages
from vqe_cli.screening.workers.disk_errors import storage
from vqe_cli.screening.workers.fork_client import PRELOAD
from vqe_cli.screening.workers.scheduler_address import checked
from vqe_cli.screening.workers.scratch import scratch_folder
from vqe_cli.screening.workers.status_files import RUNNING, may_have_begun
from vqe_cli.screening.workers.supervisor import STOP_FILE, WORK, supervise

LOG = package_logger(__name__)

CONNECT_S = 20.0
"""A scheduler that does not answer within this time is unavailable."""

FETCH_S = 30.0
"""An outcome that cannot be fetched from a worker within this time is lost."""

LOOK_S = 2.0
"""Shortest time between two updates of the list of workers."""

MOST_THREADS = 8
LEAST_PROCESSES = 4

MOST_RETURNS = 10
"""A task whose workers are killed so often while it waits counts as lost."""

GONE_S = 120.0
"""Workers on this machine that have not come back within this time are given up."""

LOCAL_SETTINGS = {
    # On a busy machine a killed worker may take longer to come back than Dask waits for it.
    "distributed.deploy.lost-worker-timeout": "1 week",
    # Profiling happens a hundred times a second, and supervising threads have nothing to profile.
    "distributed.worker.profile.enabled": False,
    # Pages without authentication would show other users of the machine what runs.
    "distributed.worker.http.routes": [],
}

ENDING_S = 15.0
"""Longest wait for running tasks to stop; they see the stop file within about a second."""


class DaskExecutor:
    """Workers of this machine, of a scheduler that is running, or of a batch system.

    Args:
        workers: Number of workers to start on this machine; None for one per core.
        scheduler: Address of a Dask scheduler (``tcp://host:port`` or ``tls://host:port``), whose
            workers see the spool under the same path. Keys for TLS come from Dask's configuration.
        spool: Folder for results.
        dashboard: Whether Dask's dashboard is served on this machine.
        cluster: Running cluster, see `clusters`; then `workers` and `scheduler` are None.
        function: Function that a child calls, see `supervise`.
        preload: Modules and functions loaded before children are forked.
    """

    def __init__(
        self,
        workers: int | None,
        scheduler: str | None,
        spool: Path,
        dashboard: bool = False,
        *,
        cluster: Any = None,
        function: str = WORK,
        preload: tuple[str, ...] = PRELOAD,
    ) -> None:
        self._workers, self._scheduler, self._cluster = workers, scheduler, cluster
        self._spool, self._dashboard = spool.resolve(), dashboard
        self._function, self._preload = function, preload
        self._is_local = scheduler is None and cluster is None
        self._stack = ExitStack()
        self._client: Any = None
        self._security: Any = None
        self._running: dict[str, tuple[Any, Task]] = {}
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._known: dict[str, int] = {}
        self._returned: Counter[str] = Counter()
        self._looked, self._last_worker_seen = 0.0, time.monotonic()
        self.notes: list[str] = []
        """Messages for the user: unsafe connections, workers that were retired."""

    def __enter__(self) -> DaskExecutor:
        """Start or connect, and check that all workers see the spool and have the same version."""
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            self._client = stack.enter_context(self._connected(stack))
            self.resume()
            self._check_first_workers()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop running tasks, and release the workers."""
        with self._stack:
            self.cancel_all()

    @property
    def slots(self) -> int:
        """The number of tasks that can run now; 0 while no job of a batch system has started."""
        self._look()
        return sum(self._known.values())

    @property
    def worker_addresses(self) -> tuple[str, ...]:
        """The addresses of the workers."""
        return tuple(sorted(self._known))

    @property
    def scheduler_address(self) -> str:
        """The address of the scheduler."""
        return str(self._client.scheduler.address)

    @property
    def dashboard(self) -> str | None:
        """The address of Dask's dashboard; None if it was not requested."""
        return self._client.dashboard_link if self._dashboard else None

    def submit(self, task: Task) -> None:
        """Queue a task, whose outcome `completed` will return.

        Args:
            task: The task.

        Raises:
            UnavailableError: The connection to the scheduler is lost.
        """
        self._check_connection()
        key = f"{task.id}-{secrets.token_hex(8)}"
        future = self._client.submit(
            supervise,
            task.model_dump_json(),
            str(self._spool),
            self._function,
            self._preload,
            key=key,
            pure=False,
            retries=0,
        )
        self._running[key] = (future, task)
        future.add_done_callback(lambda done: self._ended.put(done.key))

    def completed(self, timeout: float) -> list[TaskOutcome]:
        """Outcomes that have arrived.

        Args:
            timeout: Longest wait for the first outcome, seconds.

        Raises:
            UnavailableError: The connection to the scheduler is lost.
        """
        self._check_connection()
        self._look()
        found = []
        for key in self._ended_keys(timeout):
            if key in self._running:
                future, task = self._running.pop(key)
                if self._waits_again(future, task):
                    continue
                found.append(self._outcome(future, task))
        return found

    def _waits_again(self, future: Any, task: Task) -> bool:
        """Queue a task again that waited for a worker that was killed; False for other tasks."""
        from distributed import KilledWorker

        if future.status != "error" or may_have_begun(self._spool.parent / RUNNING, task):
            return False
        if not isinstance(future.exception(timeout=FETCH_S), KilledWorker):
            return False
        self._returned[task.id] += 1
        if self._returned[task.id] > MOST_RETURNS:
            return False
        LOG.info("task %s waits for another worker: its own was killed", task.title)
        future.release()
        self.submit(task)
        return True

    def cancel_all(self) -> list[TaskOutcome]:
        """Kill running tasks and drop waiting ones.

        Returns:
            Their outcomes, failures of kind ``lost``.
        """
        if not self._running:
            return []
        with storage(self._spool):
            (self._spool / STOP_FILE).touch()
        outcomes: list[TaskOutcome] = []
        deadline = time.monotonic() + ENDING_S
        while self._running and time.monotonic() < deadline and self._connected_still():
            outcomes += self.completed(0.2)
        for future, task in self._running.values():
            future.cancel()
            outcomes.append(_lost(task, "it was stopped with the campaign"))
        self._running.clear()
        return outcomes

    def resume(self) -> None:
        """Permit tasks to run again after `cancel_all`, or after a campaign that was stopped."""
        (self._spool / STOP_FILE).unlink(missing_ok=True)

    def _ended_keys(self, timeout: float) -> list[str]:
        keys = []
        try:
            keys.append(self._ended.get(timeout=timeout))
            while True:
                keys.append(self._ended.get_nowait())
        except Empty:
            return keys

    def _outcome(self, future: Any, task: Task) -> TaskOutcome:
        from distributed import KilledWorker

        error: BaseException | None = None
        try:
            if future.status == "finished":
                return TaskOutcome.model_validate_json(future.result(timeout=FETCH_S))
            if future.status == "error":
                error = future.exception(timeout=FETCH_S)
        except (TimeoutError, CancelledError, OSError, KilledWorker):
            return _lost(task, "its worker died before it handed over the outcome")
        finally:
            future.release()
        if error is None or isinstance(error, KilledWorker):
            return _lost(task, "its worker died")
        message = f"supervision failed: {type(error).__name__}: {redact(str(error))}"
        return _lost(task, message)

    @contextmanager
    def _connected(self, stack: ExitStack) -> Iterator[Any]:
        from distributed import Client

        if self._is_local:
            scratch = stack.enter_context(scratch_folder())
            stack.enter_context(self._settings(scratch))
            stack.enter_context(without_pages(self._dashboard))
            with _without_the_terminals_signals():
                self._cluster = stack.enter_context(self._begun(scratch))
        target = self._cluster if self._scheduler is None else self._checked_address()
        try:
            client = Client(
                target, timeout=CONNECT_S, set_as_default=False, security=self._security
            )
        except (OSError, TypeError, ValueError) as error:
            raise UnavailableError(
                f"no connection to the scheduler {target}: {redact(str(error))}",
                hint="start one with 'dask scheduler'; tls:// needs keys in Dask's configuration",
            ) from error
        with client:
            yield client

    def _settings(self, scratch: str) -> Any:
        """A context manager with Dask's settings for workers on this machine.

        Args:
            scratch: Folder for Dask's files, in place of one whose name is predictable.
        """
        from dask import config

        return config.set({**LOCAL_SETTINGS, "temporary-directory": scratch})

    def _begun(self, scratch: str) -> Any:
        """Workers on this machine; if one is killed while it starts, all are started once more."""
        try:
            return self._local(scratch)
        except RuntimeError:
            pass
        try:
            return self._local(scratch)
        except RuntimeError as error:
            raise UnavailableError(
                f"the workers could not be started: {redact(str(error))}",
                hint="look for what kills processes on this machine, such as a limit on memory",
            ) from error

    def _local(self, scratch: str) -> Any:
        """A scheduler and workers that only this process can use.

        Other users of the machine can reach the ports, and a connection suffices to run programs
        as this user. All connections therefore need keys, which are made for this one cluster and
        stay in memory.
        """
        from distributed import LocalCluster

        if self._dashboard and find_spec("bokeh") is None:
            hint = "pip install 'vqe-cli[dashboard]'"
            raise UnavailableError("Dask's dashboard needs the package bokeh", hint=hint)
        processes, threads = layout(self._workers or available_threads())
        self._security = temporary_keys()
        return LocalCluster(
            security=self._security,
            protocol="tls://",
            n_workers=processes,
            threads_per_worker=threads,
            memory_limit=0,
            local_directory=scratch,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL,
            # Lost tasks are repeated by the campaign's scheduler.
            scheduler_kwargs={"allowed_failures": 0, "dashboard": self._dashboard},
        )

    def _checked_address(self) -> str:
        address = str(self._scheduler)
        self.notes += checked(address)
        return address

    def _check_first_workers(self) -> None:
        """Refuse unsuitable workers at the start, where they are an error of the set-up."""
        for address, trouble in self._probed(self._nthreads()).items():
            if trouble is not None:
                hint = "all workers must see the campaign folder and have the same version"
                raise UnavailableError(f"worker {address}: {trouble}", hint=hint)

    def _look(self) -> None:
        """Retire unsuitable workers that come later, so that no task fails because of them."""
        if time.monotonic() - self._looked < LOOK_S:
            return
        troubles = self._probed(self._nthreads())
        self._check_any_worker()
        unsuitable = {address: trouble for address, trouble in troubles.items() if trouble}
        if unsuitable:
            self.notes += [
                f"worker {address} retired: {why}" for address, why in unsuitable.items()
            ]
            self._client.retire_workers(list(unsuitable))
            for address in unsuitable:
                del self._known[address]

    def _check_any_worker(self) -> None:
        """Refuse to wait for workers on this machine that do not come back."""
        if self._known or not self._is_local:
            self._last_worker_seen = time.monotonic()
        elif time.monotonic() - self._last_worker_seen > GONE_S:
            raise UnavailableError(
                "all workers on this machine have ended and do not come back",
                hint="finished results are kept; repeat the command to resume",
            )

    def _nthreads(self) -> dict[str, int]:
        self._looked = time.monotonic()
        try:
            return dict(self._client.nthreads())
        except OSError as error:
            raise _no_scheduler() from error

    def _probed(self, present: dict[str, int]) -> dict[str, str | None]:
        """Problems of workers not seen before, None for suitable ones.

        Workers that die during the check remain unseen.
        """
        from distributed.comm import CommClosedError

        fresh = [address for address in present if address not in self._known]
        self._known = present
        if not fresh:
            return {}
        token = self._spool / f".token-{secrets.token_hex(8)}"
        with storage(self._spool):
            token.touch()
        try:
            found = self._client.run(probe, str(token), workers=fresh, on_error="return")
        finally:
            token.unlink()
        for address in [a for a, answer in found.items() if isinstance(answer, CommClosedError)]:
            del found[address], self._known[address]
        for address in found:
            LOG.info("worker %s has started, slots: %d", address, present[address])
        return {address: _trouble(answer) for address, answer in found.items()}

    def _connected_still(self) -> bool:
        return self._client.status in ("running", "connecting")

    def _check_connection(self) -> None:
        if not self._connected_still():
            raise _no_scheduler()


def layout(slots: int) -> tuple[int, int]:
    """The number of worker processes, and of threads in each.

    Every process has a fork server of some 300 MB, and threads only supervise children, so that
    several threads share a process. A killed process loses the tasks of all its threads: there
    are at least four processes where possible.

    Args:
        slots: Number of tasks that run at the same time.
    """
    possible = range(1, MOST_THREADS + 1)
    fitting = (n for n in possible if slots % n == 0 and (n == 1 or slots // n >= LEAST_PROCESSES))
    threads = max(fitting)
    return slots // threads, threads


def probe(token: str) -> tuple[bool, str]:
    """Whether this worker sees a file, and its version of this package.

    Args:
        token: Path of a file in the spool.
    """
    return Path(token).exists(), __version__


def _no_scheduler() -> UnavailableError:
    return UnavailableError(
        "the connection to the scheduler is lost",
        hint="finished results are kept; repeat the command to resume",
    )


def _trouble(answer: Any) -> str | None:
    if isinstance(answer, BaseException):
        return f"it cannot load vqe_cli: {redact(str(answer))}"
    sees, version = answer
    if not sees:
        return "it does not see the campaign folder"
    return None if version == __version__ else f"it has version {version}, not {__version__}"


def _lost(task: Task, message: str) -> TaskOutcome:
    return TaskOutcome(
        task=task.id,
        failure=Failure(kind="lost", message=message),
        wall_s=0.0,
        peak_bytes=0,
        worker="unknown",
        started=time.time(),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off the terminal."""
    import distributed  # noqa: F401  # creates the loggers

    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    loggers = [logging.getLogger(name) for name in [*names, "tornado.application", "asyncio"]]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextmanager
def _without_the_terminals_signals() -> Iterator[None]:
    """Block Ctrl-C and hang-up for threads and processes started within a block.

    A terminal sends these signals to the workers as well. They are delivered to this process
    after the block.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        # Starting this helper of multiprocessing unblocks Ctrl-C.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

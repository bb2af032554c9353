"""IBM's own devices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.job import Request, Results, Status, read_results
from vqe_cli.backends.submitter import unheard
from vqe_cli.errors import UnavailableError

LEAST_BUSY = "ibm:least-busy"

FOUND_AT_MOST = 20
"""Largest number of jobs that a search for a tag returns; there should be one."""

_STATUS: dict[str, Status] = {
    "INITIALIZING": "queued",
    "QUEUED": "queued",
    "RUNNING": "running",
    "DONE": "done",
    "COMPLETED": "done",
    "ERROR": "failed",
    "FAILED": "failed",
}


def status_from(text: str) -> Status:
    """The status from the service's text; unknown texts are taken for jobs that have not ended.

    Args:
        text: The service's text, such as ``QUEUED`` or ``CANCELLED - RAN TOO LONG``.
    """
    word = text.rpartition(".")[2].strip().upper()  # enumerations print their name
    if word.startswith("CANCEL"):
        return "cancelled"
    return _STATUS.get(word, "running")


def find_device(
    connection: Any, name: str, qubits: int, tell: Callable[[str], None] = unheard
) -> Any:
    """A device by name, or the one with the shortest queue.

    Args:
        connection: Connection to IBM's service.
        name: Name of the device, such as ``ibm_fez``, or ``ibm:least-busy``.
        qubits: Fewest qubits that the device must have.
        tell: Callback for messages about pauses.

    Raises:
        UnavailableError: The account has no such device, or it is not operational.
    """
    with runtime.translated(f"looking up {name}"):
        if name == LEAST_BUSY:
            return runtime.patiently(
                lambda: connection.least_busy(min_num_qubits=qubits),
                f"looking up {name}",
                tell=tell,
            )
        device = runtime.patiently(
            lambda: connection.backend(name), f"looking up {name}", tell=tell
        )
        status = runtime.patiently(device.status, f"checking the status of {name}", tell=tell)
    if not status.operational or status.status_msg != "active":
        raise UnavailableError(
            f"{name} is not operational: {status.status_msg}",
            hint="wait, or use ibm:least-busy; --resume needs no device for jobs that have ended",
        )
    return device


class CloudService:
    """Jobs on a device of IBM.

    Args:
        connection: Connection to IBM's service.
        device: The device, a `BackendV2`; None where jobs are only looked up.
        mode: Execution mode: ``job``, ``batch`` or ``session``.
    """

    name = "cloud"
    pauses = (1.0, 30.0)

    def __init__(self, connection: Any, device: Any = None, mode: str = "job") -> None:
        self._connection = connection
        self._device = device
        self._kind = mode
        self._mode: Any = None

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Send a job, unless the plan's time is used up.

        Returns:
            The id of the job at the service.
        """
        self._refuse_without_time()
        options = {**request.options, "environment": {"job_tags": ["vqe", tag]}}
        if max_seconds is not None:
            options["max_execution_time"] = max_seconds
        if self._mode is None:
            # A session is billed by wall-clock time, so that closing it in time limits the cost.
            wall_clock = max_seconds if self._kind == "session" else None
            self._mode = runtime.execution_mode(self._kind, self._device, wall_clock)
        return str(runtime.sampler(self._mode, options).run(request.pubs()).job_id())

    def _refuse_without_time(self) -> None:
        usage = self._connection.usage()
        if usage.get("usage_limit_reached"):
            raise UnavailableError(
                "the instance has no QPU time left: a job would wait for the next period",
                hint="wait, raise the limit, or use a fake device",
            )

    def find(self, tag: str) -> list[str]:
        """The ids of jobs with a tag."""
        jobs = self._connection.jobs(job_tags=[tag], limit=FOUND_AT_MOST)
        return [str(job.job_id()) for job in reversed(jobs)]

    def status(self, job_id: str) -> Status:
        """The status of a job."""
        return status_from(str(self._connection.job(job_id).status()))

    def result(self, job_id: str) -> Results:
        """The counts of a job."""
        return read_results(self._connection.job(job_id).result())

    def usage(self, job_id: str) -> float | None:
        """Billed seconds; None while the service reports 0."""
        usage = self._connection.job(job_id).metrics().get("usage", {})
        if usage.get("status", "pending") == "pending":
            return None
        return float(usage["qpu_charge_time_seconds"])

    def cancel(self, job_id: str) -> None:
        """Request that a job be cancelled."""
        self._connection.job(job_id).cancel()

    def close(self) -> None:
        """Close a batch or a session, which ends the billing of a session."""
        if self._mode is not None and self._kind != "job":
            self._mode.close()
            self._mode = None


class DistantService:
    """IBM's service, connected at the first request; its device is looked up to send a job.

    A job that has ended needs no device, and a result on this machine needs no network.

    Args:
        connect: Function that connects to the service.
        find: Function that finds the device.
        mode: Execution mode: ``job``, ``batch`` or ``session``.
    """

    name = CloudService.name
    pauses = CloudService.pauses

    def __init__(self, connect: Callable[[], Any], find: Callable[[], Any], mode: str) -> None:
        self._connect, self._find, self._mode = connect, find, mode
        self._opened: CloudService | None = None

    @cached_property
    def _sending(self) -> CloudService:
        device = self._find()
        self._opened = CloudService(device.service, device, self._mode)
        return self._opened

    @cached_property
    def _connected(self) -> CloudService:
        return CloudService(self._connect())

    @property
    def _asking(self) -> CloudService:
        return self._opened or self._connected

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Send a job.

        Returns:
            The id of the job at the service.
        """
        return self._sending.submit(request, tag, max_seconds)

    def find(self, tag: str) -> list[str]:
        """The ids of jobs with a tag."""
        return self._asking.find(tag)

    def status(self, job_id: str) -> Status:
        """The status of a job."""
        return self._asking.status(job_id)

    def result(self, job_id: str) -> Results:
        """The counts of a job."""
        return self._asking.result(job_id)

    def usage(self, job_id: str) -> float | None:
        """Billed seconds of a job; None while they are not known."""
        return self._asking.usage(job_id)

    def cancel(self, job_id: str) -> None:
        """Request that a job be cancelled."""
        self._asking.cancel(job_id)

    def close(self) -> None:
        """Close a batch or a session if one was opened."""
        if self._opened is not None:
            self._opened.close()

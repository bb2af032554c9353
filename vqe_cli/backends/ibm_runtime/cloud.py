"""IBM's own devices."""

from __future__ import annotations

from typing import Any

from vqe_cli.backends.ibm_runtime import runtime
from vqe_cli.backends.ibm_runtime.job import Request, Results, Status, read_results
from vqe_cli.errors import UnavailableError

LEAST_BUSY = "ibm:least-busy"

_STATUS: dict[str, Status] = {
    "INITIALIZING": "queued",
    "QUEUED": "queued",
    "RUNNING": "running",
    "DONE": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
}


def find_device(connection: Any, name: str, qubits: int) -> Any:
    """A device by name, or the one with the shortest queue.

    Args:
        connection: IBM's service.
        name: Such as ``ibm_fez``, or ``ibm:least-busy``.
        qubits: The fewest it must have.

    Raises:
        UnavailableError: The account has none, or it is not at work.
    """
    with runtime.translated(f"looking up {name}"):
        if name == LEAST_BUSY:
            return runtime.patiently(lambda: connection.least_busy(min_num_qubits=qubits))
        device = runtime.patiently(lambda: connection.backend(name))
        status = runtime.patiently(device.status)
    if not status.operational or status.status_msg != "active":
        raise UnavailableError(
            f"{name} is not at work: {status.status_msg}", hint="wait, or use ibm:least-busy"
        )
    return device


class CloudService:
    """Jobs on a device of IBM.

    Args:
        connection: IBM's service.
        device: IBM's device; None where jobs are only looked up.
        mode: ``job``, ``batch`` or ``session``.
    """

    name = "cloud"
    pauses = (1.0, 30.0)

    def __init__(self, connection: Any, device: Any = None, mode: str = "job") -> None:
        self._connection = connection
        self._device = device
        self._kind = mode
        self._mode: Any = None

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Send a job, unless the plan's time is used up and it would wait for ever."""
        self._refuse_without_time()
        options = {**request.options, "environment": {"job_tags": ["vqe", tag]}}
        if max_seconds is not None:
            options["max_execution_time"] = max_seconds
        if self._mode is None:
            # A session is billed by the clock, so that closing in time is what limits it.
            wall_clock = max_seconds if self._kind == "session" else None
            self._mode = runtime.execution_mode(self._kind, self._device, wall_clock)
        return str(runtime.sampler(self._mode, options).run(request.pubs()).job_id())

    def _refuse_without_time(self) -> None:
        usage = runtime.patiently(self._connection.usage)
        if usage.get("usage_limit_reached"):
            raise UnavailableError(
                "the instance has no QPU time left: a job would wait until there is",
                hint="wait for the next period, raise the limit, or rehearse on a fake device",
            )

    def find(self, tag: str) -> str | None:
        """Ask for jobs with that tag."""
        jobs = self._connection.jobs(job_tags=[tag], limit=1)
        return str(jobs[0].job_id()) if jobs else None

    def status(self, job_id: str) -> Status:
        """Ask."""
        return _STATUS[str(self._connection.job(job_id).status())]

    def result(self, job_id: str) -> Results:
        """Fetch the counts."""
        return read_results(self._connection.job(job_id).result())

    def usage(self, job_id: str) -> float | None:
        """Ask; the service says 0 until it has counted."""
        usage = self._connection.job(job_id).metrics().get("usage", {})
        if usage.get("status", "pending") == "pending":
            return None
        return float(usage["qpu_charge_time_seconds"])

    def cancel(self, job_id: str) -> None:
        """Ask for it."""
        self._connection.job(job_id).cancel()

    def close(self) -> None:
        """End a batch or a session: no new jobs, and a session is no longer billed."""
        if self._mode is not None and self._kind != "job":
            self._mode.close()
            self._mode = None

"""Sending a job exactly once, even if responses are lost, and reading its billed time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vqe_cli._core.log import package_logger
from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.cost import Caps, Plan
from vqe_cli.backends.ibm.failures import is_transient, may_have_arrived
from vqe_cli.backends.ibm.job import Request, Service
from vqe_cli.backends.ibm.ledger import Entry, Ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import UnavailableError

LOG = package_logger(__name__)

LOOKED_FOR = (
    "the job may have been accepted nevertheless: --resume looks for it before sending anything"
)


@dataclass(frozen=True)
class SpendingPolicy:
    """The device, plan and limits that determine the costs of a run.

    Args:
        device: Name of the device.
        plan: IBM's plan, which determines the prices.
        caps: Limits on QPU time and cost.
        real: Whether the device is real, and its time is billed.
    """

    device: str
    plan: Plan
    caps: Caps
    real: bool


class Sender:
    """Sends jobs to a service.

    Args:
        service: The service that runs the jobs.
        policy: The device, plan and limits.
        submitter: The run on whose behalf jobs are sent.
        ledger: The ledger with an entry for each job.
    """

    def __init__(
        self, service: Service, policy: SpendingPolicy, submitter: Submitter, ledger: Ledger
    ) -> None:
        self._service, self._policy = service, policy
        self._submitter, self._ledger = submitter, ledger
        self._doubtful: set[int] = set()

    def send(self, entry: Entry, request: Request, announced: bool) -> Entry:
        """Submit a job unless the service has it already, and store its id at once.

        Args:
            entry: Entry of the job.
            request: The job.
            announced: Whether an earlier process may have sent the job.

        Returns:
            The entry with the job's id.

        Raises:
            UnavailableError: The service did not accept the job, or did not confirm it.
        """
        with runtime.translated(f"sending a job to {self._policy.device}"):
            job_id = self._submitted(entry, request, announced)
        self._ledger.update(entry, job_id=job_id, status="queued")
        LOG.info("job %s sent to %s", job_id, self._policy.device)
        if self._policy.real:
            self._submitter.notify(f"job {job_id} sent to {self._policy.device}")
        return replace(entry, job_id=job_id, status="queued")

    def _submitted(self, entry: Entry, request: Request, doubtful: bool) -> str:
        """Submit a job, again only if it was certainly not accepted, and return its id.

        Args:
            entry: Entry of the job.
            request: The job.
            doubtful: Whether the job may have been sent before.
        """
        doing = f"sending a job to {self._policy.device}"
        limit = None if entry.limit_seconds is None else int(entry.limit_seconds)
        for pause in (*runtime.pauses(_seed(entry)), None):
            if doubtful:
                self._doubtful.add(entry.number)
            found = self._found(entry, runtime.LOOKS if doubtful else ())
            if found:
                return found[0]
            try:
                return self._service.submit(request, entry.tag, limit)
            except Exception as error:
                failure = error
            if not is_transient(failure):
                break
            doubtful = doubtful or may_have_arrived(failure)
            if pause is not None:
                runtime.hold_on(failure, pause, doing, self._submitter.notify)
        if doubtful:
            raise runtime.explained(failure, doing, LOOKED_FOR) from None
        self._ledger.update(entry, status="failed", billed_seconds=0.0)
        raise failure

    def _found(self, entry: Entry, looks: Sequence[float]) -> list[str]:
        """Ids of the jobs with an entry's tag; the service's list may lag behind.

        Args:
            entry: The entry with the tag.
            looks: Seconds before each further request while no job is found.
        """
        found = self._patiently(lambda: self._service.find(entry.tag), entry)
        for pause in looks:
            if found:
                break
            self._submitter.notify(
                f"checking whether {self._policy.device} has already received the job"
            )
            time.sleep(pause)
            found = self._patiently(lambda: self._service.find(entry.tag), entry)
        return found

    def _patiently(self, call: Callable[[], runtime.T], entry: Entry) -> runtime.T:
        doing = f"looking up jobs on {self._policy.device}"
        return runtime.patiently(call, doing, seed=_seed(entry), tell=self._submitter.notify)

    def copies(self, entry: Entry, job_id: str) -> list[Entry]:
        """Report and record copies of a job after a response was lost; they are billed, too.

        Args:
            entry: Entry of the job.
            job_id: Id of the job that is used.

        Returns:
            The entries of the copies.
        """
        if entry.number not in self._doubtful:
            return []
        with runtime.translated(f"looking for copies of job {job_id}"):
            found = self._patiently(lambda: self._service.find(entry.tag), entry)
        copies = [each for each in found if each != job_id]
        entries = [self._ledger.add_copy(entry, copy) for copy in copies]
        for copy in copies:
            self._submitter.notify(
                f"warning: {self._policy.device} has the same job twice, as {job_id} and {copy};"
                f" `vqe jobs cancel {copy}` stops the second, which is not used"
            )
        return entries

    def billed(self, job_id: str) -> float | None:
        """Billed seconds of a job; None if unknown. Failures only cause a warning.

        Args:
            job_id: Id of a job that has ended.
        """
        pauses = runtime.LOOKS if self._policy.real and self._policy.caps.any else ()
        try:
            for pause in (*pauses, None):
                with runtime.translated(f"looking up the QPU time of job {job_id}"):
                    found = runtime.patiently(
                        lambda: self._service.usage(job_id), tell=self._submitter.notify
                    )
                if found is not None or pause is None:
                    return found
                time.sleep(pause)
        except UnavailableError as error:
            self._submitter.notify(f"warning: {error.message}")
        return None


def _seed(entry: Entry) -> int:
    """Random seed of pauses, different for every job, the same for each attempt."""
    return int(entry.key[:8], 16) if set(entry.key[:8]) <= set("0123456789abcdef") else 0

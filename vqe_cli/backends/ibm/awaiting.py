"""Waiting for a job and fetching its result, with hints about ``--resume`` on failures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import private_folder
from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.failures import is_missing
from vqe_cli.backends.ibm.job import FINAL, Results, Service, Status
from vqe_cli.backends.ibm.ledger import Entry, Ledger
from vqe_cli.backends.ibm.local import save_results
from vqe_cli.backends.submitter import unheard

LOG = package_logger(__name__)

STILL_OUT = "the job continues: --resume uses its result and sends nothing again"


def on_resumption(job_id: str, status: Status) -> str:
    """A hint about what ``--resume`` does for a job whose result was not obtained.

    Args:
        job_id: Id of the job at the service.
        status: Final status of the job.
    """
    if status == "done":
        return (
            f"the job itself succeeded: `vqe jobs fetch {job_id}`, or --resume, requests its result"
            " again and sends nothing"
        )
    return (
        "--resume sends this job again, and it is billed again; results of the run's other jobs"
        " are kept"
    )


def wait(service: Service, job_id: str, tell: Callable[[str], None] = unheard) -> Status:
    """Poll, in growing intervals, until a job has ended, and report when it begins to run.

    Args:
        service: The service that runs the job.
        job_id: Id of the job at the service.
        tell: Callback for messages about its status and about pauses.

    Returns:
        The final status.
    """
    pause, longest = service.pauses
    last = None
    with runtime.translated(f"waiting for job {job_id}", STILL_OUT):
        while (status := _status(service, job_id, tell)) not in FINAL:
            if service.name == "cloud" and status != last:
                tell(f"job {job_id} is {status}; Ctrl-C does not cancel it")
            if status != last:
                LOG.info("job %s is %s", job_id, status)
            last = status
            time.sleep(pause)
            pause = min(1.3 * pause, longest)
    LOG.info("job %s has ended: %s", job_id, status)
    return status


def _status(service: Service, job_id: str, tell: Callable[[str], None]) -> Status:
    """The status of a job; the request is repeated if a job just sent is not known yet."""
    doing = f"waiting for job {job_id}"
    ask = partial(runtime.patiently, lambda: service.status(job_id), doing, tell=tell)
    for pause in runtime.LOOKS:
        try:
            return ask()
        except Exception as error:
            if not is_missing(error):
                raise
        time.sleep(pause)
    return ask()


def refreshed(
    service: Service, ledger: Ledger, entry: Entry, tell: Callable[[str], None] = unheard
) -> Entry:
    """The updated entry of a job, kept in the ledger; a job with a lost id is found by its tag.

    Args:
        service: The service that runs the job.
        ledger: The ledger that has the entry.
        entry: Entry of the job; returned unchanged if the service has no such job.
        tell: Callback for messages about pauses.

    Raises:
        UnavailableError: The service cannot be reached, or does not know the job.
    """
    with runtime.translated(f"looking up job {entry.job_id or entry.tag}"):
        known = [entry.job_id] if entry.job_id else None
        ids = known or runtime.patiently(lambda: service.find(entry.tag), tell=tell)
        if not ids:
            return entry
        job_id = ids[0]
        status = runtime.patiently(lambda: service.status(job_id), tell=tell)
        billed = None
        if status in FINAL:
            billed = runtime.patiently(lambda: service.usage(job_id), tell=tell)
    ledger.update(entry, job_id=job_id, status=status, billed_seconds=billed)
    return replace(entry, job_id=job_id, status=status, billed_seconds=billed)


def _nothing(_: Results) -> None:
    """Accept results without a check."""


def fetch(
    service: Service,
    job_id: str,
    status: Status,
    path: Path,
    check: Callable[[Results], None] = _nothing,
    tell: Callable[[str], None] = unheard,
) -> None:
    """Fetch and store the complete result of a job that has ended.

    Args:
        service: The service that ran the job.
        job_id: Id of the job at the service.
        status: Final status of the job.
        path: The file in which the result is stored.
        check: Function that raises `IncompleteResultError` if something is missing.
        tell: Callback for messages about pauses.
    """

    def whole() -> Results:
        found = service.result(job_id)
        check(found)
        return found

    with runtime.translated(f"fetching job {job_id}", on_resumption(job_id, status)):
        found = runtime.patiently(whole, f"fetching job {job_id}", tell=tell)
    private_folder(path.parent)
    save_results(path, found)
    LOG.info("job %s: results kept in %s", job_id, path)

"""Status, results and cancellation of jobs, outside any run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from vqe_cli._core.wording import counted
from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.awaiting import fetch, on_resumption, refreshed, wait
from vqe_cli.backends.ibm.cloud import CloudService
from vqe_cli.backends.ibm.failures import IncompleteResultError, MissingJobError
from vqe_cli.backends.ibm.job import FINAL, Results, Service
from vqe_cli.backends.ibm.job_files import ledger, local_folder, result_file
from vqe_cli.backends.ibm.ledger import Entry, Ledger
from vqe_cli.backends.ibm.local import LocalService, load_results
from vqe_cli.backends.submitter import unheard
from vqe_cli.errors import InputError, UnavailableError, did_you_mean, interruptible


class Overview:
    """All jobs of this machine; services are connected at the first request.

    Args:
        tell: Callback for messages to a user who waits.
    """

    def __init__(self, tell: Callable[[str], None] = unheard) -> None:
        self._tell = tell
        self._ledger: Ledger = ledger()
        self._service: Callable[[str], Service] = cache(lambda name: _service(name, tell))

    def entries(self, warn: Callable[[str], None]) -> list[Entry]:
        """Every job with its present status, oldest first.

        Args:
            warn: Callback for services that cannot be reached and jobs that they do not know,
                which are returned with their last status.
        """
        return list(self._refreshed(self._ledger.all(), warn))

    def _refreshed(self, entries: Iterable[Entry], warn: Callable[[str], None]) -> Iterable[Entry]:
        silent: set[str] = set()
        for entry in entries:
            if entry.service in silent or entry.settled:
                yield entry
                continue
            try:
                yield self._refresh(entry)
            except UnavailableError as error:
                if not isinstance(error, MissingJobError):
                    silent.add(entry.service)
                warn(error.message)
                yield entry

    def _refresh(self, entry: Entry) -> Entry:
        return refreshed(self._service(entry.service), self._ledger, entry, self._tell)

    def find(self, job_id: str) -> Entry:
        """The entry of a job that was sent from this machine.

        Args:
            job_id: Id of the job at the service.

        Raises:
            InputError: No job with that id was sent from this machine.
        """
        known = {entry.job_id: entry for entry in self._ledger.all() if entry.job_id}
        if job_id not in known:
            hint = did_you_mean(job_id, sorted(known)) if known else "no jobs have been sent yet"
            raise InputError(f"no job '{job_id}' was sent from this machine", hint=hint)
        return known[job_id]

    def result(self, job_id: str) -> tuple[Entry, Results]:
        """Wait for a job's result and store it; later calls read it from this machine.

        Args:
            job_id: Id of the job at the service.

        Returns:
            The entry of the job, and its result.

        Raises:
            UnavailableError: The job failed or was cancelled.
        """
        entry, kept = self.find(job_id), result_file(job_id)
        if not kept.exists():
            hint = f"job {job_id} continues; repeat the command to fetch its result"
            with interruptible(hint=hint):
                self._fetch(entry, job_id, kept)
        return self._billed(entry), load_results(kept)

    def _fetch(self, entry: Entry, job_id: str, kept: Path) -> None:
        service = self._service(entry.service)
        status = wait(service, job_id, self._tell)
        self._ledger.update(entry, status=status)
        fetch(service, job_id, status, kept, partial(_check_shots, entry), self._tell)

    def _billed(self, entry: Entry) -> Entry:
        """The entry with the billed time, if the service reports it."""
        if entry.settled:
            return entry
        try:
            return self._refresh(entry)
        except UnavailableError as error:
            self._tell(f"warning: {error.message}")
            return entry

    def keep_energy(self, entry: Entry, energy: float, standard_error: float | None) -> Entry:
        """Store the energy that was computed from a job's results.

        Args:
            entry: Entry of the job.
            energy: The energy, Hartree.
            standard_error: Standard error of the energy, Hartree; None if it is exact.

        Returns:
            The changed entry.
        """
        found = {"energy": energy, "standard_error": standard_error}
        self._ledger.update(entry, **found)
        return replace(entry, energy=energy, standard_error=standard_error)

    def cancel(self, job_id: str) -> Entry:
        """Stop a job.

        Args:
            job_id: Id of the job at the service.

        Returns:
            The changed entry.

        Raises:
            UnavailableError: The job has ended already.
        """
        entry = self.find(job_id)
        try:
            with runtime.translated(f"cancelling job {job_id}"):
                self._service(entry.service).cancel(job_id)
        except UnavailableError:
            entry = self._refresh(entry)
            if entry.status not in FINAL:
                raise
            if entry.status != "cancelled":
                hint = on_resumption(job_id, entry.status)
                message = f"job {job_id} has ended already: {entry.status}"
                raise UnavailableError(message, hint=hint) from None
            return entry
        return self._refresh(entry)


def _check_shots(entry: Entry, results: Results) -> None:
    """Refuse a result with fewer executions than the entry has."""
    found = sum(counts.shots for rows in results for counts in rows)
    if found < entry.executions:
        raise IncompleteResultError(
            f"{found:,} of {counted(entry.executions, 'shot')} were received"
        )


def _service(name: str, tell: Callable[[str], None]) -> Service:
    if name == "local":
        return LocalService(local_folder())
    return CloudService(runtime.connect(tell))

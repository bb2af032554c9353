"""Jobs seen from outside any run: how far they are, their results, stopping them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

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
    """All jobs of this machine; a service is connected to when one of its jobs is asked for.

    Args:
        tell: Hears what a user who waits has to know.
    """

    def __init__(self, tell: Callable[[str], None] = unheard) -> None:
        self._tell = tell
        self._ledger: Ledger = ledger()
        self._service: Callable[[str], Service] = cache(lambda name: _service(name, tell))

    def entries(self, warn: Callable[[str], None]) -> list[Entry]:
        """Every job, oldest first, as far as it is now.

        Args:
            warn: Told of a service that cannot be asked, or of a job that it does not know; they
                are as they were last seen.
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
        """A job that this tool sent.

        Args:
            job_id: The service's id.

        Raises:
            InputError: It sent none of that id.
        """
        known = {entry.job_id: entry for entry in self._ledger.all() if entry.job_id}
        if job_id not in known:
            hint = did_you_mean(job_id, sorted(known)) if known else "none was sent yet"
            raise InputError(f"no job '{job_id}' was sent from this machine", hint=hint)
        return known[job_id]

    def result(self, job_id: str) -> tuple[Entry, Results]:
        """A job's result, which is waited for, kept, and from then on read from this machine.

        Args:
            job_id: The service's id.

        Raises:
            UnavailableError: It failed or was cancelled.
        """
        entry, kept = self.find(job_id), result_file(job_id)
        if not kept.exists():
            hint = f"job {job_id} goes on; the same command asks for it again"
            with interruptible(hint=hint):
                self._fetch(entry, job_id, kept)
        return self._billed(entry), load_results(kept)

    def _fetch(self, entry: Entry, job_id: str, kept: Path) -> None:
        service = self._service(entry.service)
        status = wait(service, job_id, self._tell)
        self._ledger.update(entry, status=status)
        fetch(service, job_id, status, kept, partial(_check_shots, entry), self._tell)

    def _billed(self, entry: Entry) -> Entry:
        """With what it took, if that can be asked; its result is here all the same."""
        if entry.settled:
            return entry
        try:
            return self._refresh(entry)
        except UnavailableError as error:
            self._tell(f"warning: {error.message}")
            return entry

    def keep_energy(self, entry: Entry, energy: float, standard_error: float | None) -> Entry:
        """Write down what energy a job's bits gave.

        Args:
            entry: Of the job.
            energy: Hartree.
            standard_error: Hartree.
        """
        found = {"energy": energy, "standard_error": standard_error}
        self._ledger.update(entry, **found)
        return replace(entry, energy=energy, standard_error=standard_error)

    def cancel(self, job_id: str) -> Entry:
        """Stop a job.

        Args:
            job_id: The service's id.

        Raises:
            UnavailableError: It has ended already.
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
    """Hold a result to how often circuits were run; what they were is not known here."""
    found = sum(counts.shots for rows in results for counts in rows)
    if found < entry.executions:
        raise IncompleteResultError(f"{found:,} of {entry.executions:,} shots came")


def _service(name: str, tell: Callable[[str], None]) -> Service:
    if name == "local":
        return LocalService(local_folder())
    return CloudService(runtime.connect(tell))

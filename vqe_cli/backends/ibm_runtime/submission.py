"""Sending each job once, within limits, and waiting for it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vqe_cli.backends.ibm_runtime import runtime
from vqe_cli.backends.ibm_runtime.cost import Caps, Charge, Plan, prices
from vqe_cli.backends.ibm_runtime.job import FINAL, Request, Results, Service, Status
from vqe_cli.backends.ibm_runtime.ledger import Entry, Ledger
from vqe_cli.backends.ibm_runtime.local import load_results, save_results
from vqe_cli.backends.ibm_runtime.submitter import Submitter
from vqe_cli.errors import RefusedError
from vqe_cli.machine import state_folder
from vqe_cli.objective import Counts

MOST_EXECUTIONS = 10_000_000
"""In one job, by the service's limits."""

MOST_ROWS = 5000
"""Parameter points in one job, counted for each circuit; they are uploaded together."""


def jobs_folder() -> Path:
    """Where jobs and their results are kept."""
    return state_folder() / "ibm-jobs"


def local_folder() -> Path:
    """Where the jobs of fake devices run."""
    return jobs_folder() / "local"


def ledger() -> Ledger:
    """The list of all jobs."""
    return Ledger(jobs_folder() / "jobs.sqlite3")


@dataclass(frozen=True)
class Terms:
    """What a run may take.

    Args:
        device: Where jobs run.
        plan: Whose prices hold.
        caps: Limits.
        real: Whether it is a device, that is whether it costs anything.
    """

    device: str
    plan: Plan
    caps: Caps
    real: bool


class JobQueue:
    """Turns requests into results: from this process, or from one that died.

    Args:
        service: Runs the jobs.
        terms: What they may take.
        submitter: On whose behalf they are sent.
    """

    def __init__(self, service: Service, terms: Terms, submitter: Submitter) -> None:
        self._service = service
        self._terms = terms
        self._submitter = submitter
        self._ledger = ledger()
        self._prices = prices()
        self._approved = not terms.real
        self._begun = submitter.resume
        self.jobs: list[Entry] = []
        """Those whose results were used, oldest first."""

    def results(self, request: Request) -> Results:
        """Counts for every circuit and row.

        Args:
            request: Cut into several jobs where it is more than one may be.

        Raises:
            RefusedError: It would pass a limit, or nobody approved of it.
            UnavailableError: The service failed.
        """
        parts = split(request)
        entries = [self._entry(part) for part, _ in parts]
        answers = [
            (indices, part.by_circuit(self._await(entry)))
            for (part, indices), entry in zip(parts, entries, strict=True)
        ]
        return joined(len(request.circuits), answers)

    def summary(self) -> dict[str, object]:
        """The jobs whose results were used, for the record."""
        billed = [job.billed_seconds for job in self.jobs]
        known = [seconds for seconds in billed if seconds is not None]
        estimated = sum(job.estimated_seconds for job in self.jobs)
        return {
            "jobs": [job.job_id for job in self.jobs],
            "executions": sum(job.executions for job in self.jobs),
            "estimated_qpu_seconds": estimated,
            "billed_qpu_seconds": sum(known) if len(known) == len(billed) else None,
            "estimated_cost": self._prices.of_seconds(self._terms.plan, estimated).money,
            "currency": self._prices.currency,
            "prices_of": self._prices.date,
        }

    def spent(self) -> Charge:
        """What the run has taken, billed where that is known and estimated where not.

        On a fake device, which bills nothing, what a real one would take.
        """
        entries = self._ledger.of_run(self._submitter.fingerprint) if self._begun else []
        seconds = (e.seconds if self._terms.real else e.estimated_seconds for e in entries)
        return self._prices.of_seconds(self._terms.plan, sum(seconds))

    def _entry(self, request: Request) -> Entry:
        """Of a job that the service has accepted, now or earlier."""
        self._begin()
        fingerprint, terms = self._submitter.fingerprint, self._terms
        wanted = self._prices.charge(terms.plan, 1, request.executions)
        key = request.key(fingerprint, terms.device)
        known = {entry.key: entry for entry in self._ledger.of_run(fingerprint)}.get(key)
        if known is not None and known.job_id is not None and known.status in _ANSWERING:
            return known
        spent = self._spent_without(known)
        terms.caps.check(spent, wanted, self._prices)
        self._ask(wanted, request)
        left = terms.caps.seconds_left(spent, terms.plan, self._prices)
        with _alone():
            entry = self._ledger.claim(
                key,
                fingerprint=fingerprint,
                title=self._submitter.title,
                service=self._service.name,
                device=terms.device,
                plan=terms.plan,
                executions=request.executions,
                estimated_seconds=wanted.seconds,
            )
            return entry if entry.job_id is not None else self._send(entry, request, left)

    def _begin(self) -> None:
        """A run that is not resumed does not use the jobs of an earlier start."""
        if self._begun:
            return
        earlier = self._ledger.of_run(self._submitter.fingerprint)
        out = [entry.job_id for entry in earlier if entry.status not in FINAL and entry.job_id]
        if out:
            self._submitter.notify(
                f"jobs of an earlier start are still out, which --resume would use: {' '.join(out)}"
            )
        self._ledger.supersede(self._submitter.fingerprint)
        self._begun = True

    def _spent_without(self, known: Entry | None) -> Charge:
        """What is spent, but for a job that was announced and perhaps never sent."""
        spent = self.spent()
        if known is None or known.status != "sending":
            return spent
        announced = self._prices.of_seconds(self._terms.plan, known.estimated_seconds)
        return Charge(spent.seconds - announced.seconds, spent.money - announced.money)

    def _send(self, entry: Entry, request: Request, max_seconds: int | None) -> Entry:
        """Submit, unless the service has the job already; its id is kept before anything else."""
        service = self._service

        def once() -> str:
            return service.find(entry.tag) or service.submit(request, entry.tag, max_seconds)

        with runtime.translated(f"sending a job to {self._terms.device}"):
            job_id = runtime.patiently(once)
        self._ledger.update(entry, job_id=job_id, status="queued")
        if self._terms.real:
            self._submitter.notify(f"job {job_id} sent to {self._terms.device}")
        return replace(entry, job_id=job_id, status="queued")

    def _ask(self, wanted: Charge, request: Request) -> None:
        """Before the first job of a process goes to a real device."""
        if self._approved:
            return
        text = (
            f"{self._terms.device}, plan {self._terms.plan}: the next job runs"
            f" {len(request.circuits)} circuits {request.executions:,} times in all,"
            f" about {self._prices.show(wanted)} (prices of {self._prices.date})"
        )
        if self._submitter.approve is None:
            raise RefusedError(f"{text}; nobody could be asked", hint="agree with --yes")
        if not self._submitter.approve(text):
            raise RefusedError(f"{text}; not agreed to", hint="nothing was sent")
        self._approved = True

    def _await(self, entry: Entry) -> Results:
        """The result, from this machine if it was fetched before."""
        assert entry.job_id is not None
        kept = result_file(entry.job_id)
        if not kept.exists():
            entry = self._fetch(entry, entry.job_id, kept)
        self.jobs.append(entry)
        return load_results(kept)

    def _fetch(self, entry: Entry, job_id: str, kept: Path) -> Entry:
        try:
            status = wait(self._service, job_id)
            self._ledger.update(entry, status=status)
            fetch(self._service, job_id, kept)
        except KeyboardInterrupt:
            self._submitter.notify(
                f"job {job_id} goes on at {self._terms.device}: --resume takes its result,"
                f" `vqe jobs cancel {job_id}` stops it"
            )
            raise
        billed = self._billed(job_id)
        self._ledger.update(entry, billed_seconds=billed)
        return replace(entry, status=status, billed_seconds=billed)

    def _billed(self, job_id: str) -> float | None:
        with runtime.translated(f"asking what job {job_id} took"):
            return runtime.patiently(lambda: self._service.usage(job_id))


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other process send a job meanwhile: it might be the same one."""
    folder = jobs_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "sending.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_ANSWERING = frozenset({"sending", "queued", "running", "done"})
"""States of a job that has a result or may get one."""


def wait(service: Service, job_id: str) -> Status:
    """Ask, in growing intervals, until a job has ended.

    Args:
        service: Runs it.
        job_id: The service's id.
    """
    pause, longest = service.pauses
    with runtime.translated(f"waiting for job {job_id}"):
        while (status := runtime.patiently(lambda: service.status(job_id))) not in FINAL:
            time.sleep(pause)
            pause = min(1.3 * pause, longest)
    return status


def fetch(service: Service, job_id: str, path: Path) -> None:
    """Keep the result of a job that has ended.

    Args:
        service: Ran it.
        job_id: The service's id.
        path: Where to.
    """
    with runtime.translated(f"fetching job {job_id}"):
        found = runtime.patiently(lambda: service.result(job_id))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    save_results(path, found)


def result_file(job_id: str) -> Path:
    """Where the result of a job is kept once it was fetched."""
    return jobs_folder() / "results" / f"{job_id}.npz"


def split(request: Request) -> list[tuple[Request, tuple[int, ...]]]:
    """Jobs that are each small enough for the service.

    Args:
        request: One or more circuits with their rows.

    Returns:
        Each job, and which of the request's circuits are in it.
    """
    most = max(1, min(MOST_ROWS, MOST_EXECUTIONS // request.shots))
    rows = [(index, row) for index, rows in enumerate(request.parameters) for row in rows]
    parts = [rows[start : start + most] for start in range(0, len(rows), most)]
    found = []
    for number, part in enumerate(parts):
        grouped = {index: [row for other, row in part if other == index] for index, _ in part}
        job = replace(
            request,
            circuits=tuple(request.circuits[index] for index in grouped),
            parameters=tuple(np.array(rows) for rows in grouped.values()),
            question=request.question if len(parts) == 1 else f"{request.question} #{number}",
        )
        found.append((job, tuple(grouped)))
    return found


def joined(count: int, parts: Iterable[tuple[tuple[int, ...], Results]]) -> Results:
    """The inverse of `split`, for results.

    Args:
        count: Circuits of the whole.
        parts: For each job, which circuits are in it, and their results.
    """
    found: list[tuple[Counts, ...]] = [()] * count
    for indices, results in parts:
        for index, rows in zip(indices, results, strict=True):
            found[index] += rows
    return tuple(found)

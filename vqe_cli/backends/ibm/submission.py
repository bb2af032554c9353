"""Results of requests: jobs are checked against limits, approved, sent and waited for."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vqe_cli._core.resources import private_folder
from vqe_cli._core.wording import counted
from vqe_cli.backends.ibm.awaiting import fetch, refreshed, wait
from vqe_cli.backends.ibm.cost import Charge, prices
from vqe_cli.backends.ibm.job import FINAL, Request, Results, Service
from vqe_cli.backends.ibm.job_files import jobs_folder, ledger, result_file
from vqe_cli.backends.ibm.ledger import Entry
from vqe_cli.backends.ibm.local import load_results
from vqe_cli.backends.ibm.parts import joined, split
from vqe_cli.backends.ibm.sending import Sender, SpendingPolicy
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import InputError, ResourceLimitError, UnavailableError

ROUND_OFF = 1e-6
"""Round-off of approved seconds."""


def _nothing(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class JobsUsed:
    """The jobs whose results were used.

    Args:
        jobs: Ids of the jobs at the service, oldest first.
        executions: Number of executions of circuits in all jobs.
        estimated_qpu_seconds: Estimated QPU time of all jobs in seconds.
        billed_qpu_seconds: Billed QPU time of all jobs; None if one has not been billed yet.
        estimated_cost: Estimated cost in the currency of the prices.
        currency: Currency of the prices.
        prices_of: Date of the prices.
    """

    jobs: tuple[str, ...]
    executions: int
    estimated_qpu_seconds: float
    billed_qpu_seconds: float | None
    estimated_cost: float
    currency: str
    prices_of: str


class JobQueue:
    """A queue that turns requests into results, with jobs of this or an earlier process.

    Args:
        service: The service that runs the jobs.
        policy: The device, plan and limits.
        submitter: The run on whose behalf jobs are sent.
        check: Function, called before a job is sent, that refuses what the device cannot run.
        keep: Function, called before a job is sent, that stores what its results need.
    """

    def __init__(
        self,
        service: Service,
        policy: SpendingPolicy,
        submitter: Submitter,
        check: Callable[[Request], None] = _nothing,
        keep: Callable[[], None] = _nothing,
    ) -> None:
        self._service = service
        self._policy = policy
        self._submitter = submitter
        self._check, self._keep = check, keep
        self._ledger = ledger()
        self._sender = Sender(service, policy, submitter, self._ledger)
        self._prices = prices()
        self._agreed = 0.0
        self._foreseen: tuple[int, Charge] | None = None
        self._begun = submitter.resume
        self._own: set[int] = set()
        self.jobs: list[Entry] = []
        """Entries of the jobs whose results were used, oldest first."""

    @property
    def sends(self) -> bool:
        """Whether jobs may be sent; otherwise only results of earlier jobs are used."""
        return not self._submitter.offline

    def results(self, request: Request) -> Results:
        """Counts for every circuit and row.

        Args:
            request: The request, which is split where it is too large for one job.

        Raises:
            ResourceLimitError: The jobs would exceed a limit, or were not approved.
            UnavailableError: The service failed.
        """
        parts = split(request)
        jobs = [part for part, _ in parts]
        answers = [
            (indices, part.by_circuit(self._await(entry, part)))
            for (part, indices), entry in zip(parts, self._entries(jobs), strict=True)
        ]
        return joined(len(request.circuits), answers)

    def foresee(self, jobs: int, seconds: float) -> None:
        """Announce the cost of an optimisation before its first job, so that all of it is approved.

        Args:
            jobs: Largest number of jobs.
            seconds: Seconds of all executions.

        Raises:
            InputError: The optimisation would cost money, and no limit is set.
        """
        loading = jobs * self._prices.job
        whole = self._prices.of_seconds(self._policy.plan, loading + seconds)
        self._foreseen = (jobs, whole)
        paid = self._policy.real and self._prices.per_second[self._policy.plan] > 0
        if paid and not self._policy.caps.any:
            raise InputError(
                "every job of an optimisation on a device is billed, and no limit is set:"
                f" up to {counted(jobs, 'job')}, about {self._prices.show(whole)}",
                path=("backend",),
                hint="add max_cost or max_qpu_seconds, or omit optimize_on_device",
            )

    def summary(self) -> JobsUsed:
        """The jobs whose results were used, for the record."""
        jobs = self._used()
        billed = [job.billed_seconds for job in jobs]
        known = [seconds for seconds in billed if seconds is not None]
        estimated = sum(job.estimated_seconds for job in jobs)
        return JobsUsed(
            jobs=tuple(job.job_id for job in jobs if job.job_id is not None),
            executions=sum(job.executions for job in jobs),
            estimated_qpu_seconds=estimated,
            billed_qpu_seconds=sum(known) if len(known) == len(billed) else None,
            estimated_cost=self._prices.of_seconds(self._policy.plan, estimated).money,
            currency=self._prices.currency,
            prices_of=self._prices.date,
        )

    def _used(self) -> list[Entry]:
        """Used jobs, oldest first, with those behind the checkpoint of a resumed run."""
        earlier = self._run() if self._submitter.resume else []
        done = {entry.number: entry for entry in (*earlier, *self.jobs) if entry.status == "done"}
        return [done[number] for number in sorted(done)]

    def spent(self) -> Charge:
        """The charge of the run: billed, reserved for jobs in progress, or else estimated.

        For a fake device, which bills nothing, the estimate for a real one.
        """
        return self._spent_of(self._run())

    def _spent_of(self, entries: Sequence[Entry]) -> Charge:
        seconds = (e.seconds if self._policy.real else e.estimated_seconds for e in entries)
        return self._prices.of_seconds(self._policy.plan, sum(seconds))

    def _entries(self, requests: Sequence[Request]) -> list[Entry]:
        """Entries of jobs that the service has accepted, now or earlier."""
        fingerprint = self._submitter.fingerprint
        keys = [request.key(fingerprint, self._policy.device) for request in requests]
        known = {entry.key: entry for entry in self._run()}
        out = {
            key: entry
            for key, entry in known.items()
            if entry.job_id is not None and entry.status in _ANSWERING
        }
        missing = {
            key: request for key, request in zip(keys, requests, strict=True) if key not in out
        }
        if missing:
            announced = {key for key in missing if key in known and known[key].job_id is None}
            out.update(self._sent(missing, announced))
        return [out[key] for key in keys]

    def _sent(self, requests: dict[str, Request], announced: set[str]) -> dict[str, Entry]:
        """Get approval, divide what remains of the limits, send the jobs and record them.

        Args:
            requests: Requests by their keys.
            announced: Keys of those that an earlier process may have sent already.
        """
        if not self.sends:
            raise ResourceLimitError(
                "the run needs the results of a job that has not been sent",
                hint="`vqe run FILE --resume` sends it; what has been fetched is kept",
            )
        if not self._begun:
            self._name_earlier()
        plan, usual = self._policy.plan, self._prices.execution
        wanted = [self._prices.of_job(plan, one.seconds(usual)) for one in requests.values()]
        others = [e for e in self._run() if e.key not in requests or e.job_id is not None]
        others = self._with_room(others, wanted)
        for request in requests.values():
            self._check(request)
        self._ask(wanted, list(requests.values()), self._spent_of(others))
        with _alone():
            self._keep()
            entries = self._ledger.claim_all(
                [
                    self._row(key, request, charge)
                    for (key, request), charge in zip(requests.items(), wanted, strict=True)
                ],
                lambda run: self._shares(run, wanted),
                self._own,
                anew=not self._begun,
            )
            self._begun = True
            self._own |= {entry.number for entry in entries}
            return {
                entry.key: entry
                if entry.job_id is not None
                else self._sender.send(entry, request, entry.key in announced)
                for entry, request in zip(entries, requests.values(), strict=True)
            }

    def _run(self) -> list[Entry]:
        """The run's jobs; those of an earlier start only if this one resumes it."""
        if not self._begun:
            return []
        return self._ledger.of_run(self._submitter.fingerprint, self._own)

    def _with_room(self, others: list[Entry], wanted: Sequence[Charge]) -> list[Entry]:
        """The run's other jobs; their status is updated before a job is refused.

        Raises:
            ResourceLimitError: Together with the other jobs, a limit would be exceeded.
        """
        try:
            self._shares(others, wanted)
        except ResourceLimitError:
            others = [entry if entry.settled else self._as_now(entry) for entry in others]
            self._shares(others, wanted)
        return others

    def _as_now(self, entry: Entry) -> Entry:
        """The updated entry of a job; unchanged if the service cannot be reached."""
        try:
            return refreshed(self._service, self._ledger, entry, self._submitter.notify)
        except UnavailableError as error:
            self._submitter.notify(f"warning: {error.message}")
            return entry

    def _shares(self, others: Sequence[Entry], wanted: Sequence[Charge]) -> Sequence[float | None]:
        """Limits for jobs that will be in progress together, without what others may take."""
        spent = self._spent_of(others)
        return self._policy.caps.shared(spent, wanted, self._policy.plan, self._prices)

    def _row(self, key: str, request: Request, wanted: Charge) -> dict[str, object]:
        """The columns of a job that are known before it is sent."""
        return {
            "key": key,
            "fingerprint": self._submitter.fingerprint,
            "title": self._submitter.title,
            "service": self._service.name,
            "device": self._policy.device,
            "plan": self._policy.plan,
            "executions": request.executions,
            "estimated_seconds": wanted.seconds,
        }

    def _name_earlier(self) -> None:
        """Report unfinished jobs of an earlier start, which only a resumed run uses."""
        earlier = self._ledger.of_run(self._submitter.fingerprint)
        out = [entry for entry in earlier if entry.status not in FINAL]
        out = [entry if entry.job_id else self._as_now(entry) for entry in out]
        ids = [entry.job_id for entry in out if entry.job_id]
        if ids:
            self._submitter.notify(
                f"jobs of an earlier start have not ended; --resume would use them: {' '.join(ids)}"
            )
        if len(ids) < len(out):
            self._submitter.notify(
                "an earlier start ended while sending a job, which may have been accepted:"
                " `vqe jobs` looks for it, and --resume would use it"
            )

    def _ask(self, wanted: Sequence[Charge], requests: Sequence[Request], spent: Charge) -> None:
        """Ask for approval before a real device takes more than was approved."""
        next_ones = sum(wanted, Charge(0.0, 0.0))
        after = spent.seconds + next_ones.seconds
        if not self._policy.real or after <= self._agreed + ROUND_OFF:
            return
        circuits = sum(len(request.circuits) for request in requests)
        executions = sum(request.executions for request in requests)
        jobs = "the next job runs" if len(wanted) == 1 else f"the next {len(wanted)} jobs run"
        text = (
            f"{self._policy.device}, plan {self._policy.plan}: {jobs}"
            f" {counted(circuits, 'circuit')} {executions:,} times in total,"
            f" about {self._prices.show(next_ones)}"
        )
        whole = after
        if self._foreseen is not None and self._foreseen[1].seconds > after:
            count, charge = self._foreseen
            whole = charge.seconds
            text += (
                f"; the whole search, up to {counted(count, 'job')},"
                f" about {self._prices.show(charge)}"
            )
        elif self._agreed:
            total = self._prices.of_seconds(self._policy.plan, after)
            text += f"; more than was approved, {self._prices.show(total)} in total"
        text += f" (prices of {self._prices.date})"
        if self._submitter.approve is None:
            raise ResourceLimitError(
                f"{text}; confirmation needed, but there is no terminal", hint="pass --yes"
            )
        if not self._submitter.approve(text):
            raise ResourceLimitError(f"{text}; not approved", hint="nothing was sent")
        self._agreed = whole

    def _await(self, entry: Entry, request: Request) -> Results:
        """The result of a job, from this machine if it was fetched before."""
        job_id = entry.job_id
        assert job_id is not None
        kept = result_file(job_id)
        if not kept.exists():
            if not self.sends:
                raise ResourceLimitError(
                    f"the energy also needs job {job_id}, which has not been fetched yet",
                    hint=f"vqe jobs fetch {job_id}",
                )
            entry = self._fetch(entry, job_id, kept, request)
        elif entry.billed_seconds is None and self._policy.caps.any and self.sends:
            # Until the job is billed, its limit is reserved and cannot be used by others.
            billed = self._sender.billed(job_id)
            self._ledger.update(entry, status="done", billed_seconds=billed)
            entry = replace(entry, status="done", billed_seconds=billed)
        self.jobs.append(entry)
        return load_results(kept)

    def _fetch(self, entry: Entry, job_id: str, kept: Path, request: Request) -> Entry:
        try:
            notify = self._submitter.notify
            status = wait(self._service, job_id, notify)
            self._ledger.update(entry, status=status)
            if status != "done":
                self._ledger.update(entry, billed_seconds=self._sender.billed(job_id))
            fetch(self._service, job_id, status, kept, request.check_whole, notify)
        except KeyboardInterrupt:
            self._submitter.notify(
                f"job {job_id} continues on {self._policy.device}: --resume uses its result,"
                f" `vqe jobs fetch {job_id}` computes an energy from it,"
                f" `vqe jobs cancel {job_id}` stops it"
            )
            raise
        self._own |= {copy.number for copy in self._sender.copies(entry, job_id)}
        billed = self._sender.billed(job_id)
        self._ledger.update(entry, billed_seconds=billed)
        return replace(entry, status=status, billed_seconds=billed)


@contextmanager
def _alone() -> Iterator[None]:
    """A lock against other processes that might send the same job."""
    with (private_folder(jobs_folder()) / "sending.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_ANSWERING = frozenset({"sending", "queued", "running", "done"})
"""Statuses of a job that has a result or may get one."""

"""The loop that keeps workers busy: tasks go out, results come in, failures are tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vqe_cli._core.log import package_logger
from vqe_cli.errors import UnavailableError
from vqe_cli.properties import PROPERTIES
from vqe_cli.screening.model import Failure, Limits, Outcome, Part, PartResult, Task
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.store import Store
from vqe_cli.screening.store.model import Attempt, MissingCase
from vqe_cli.screening.workers.retry import POLICIES, retried
from vqe_cli.screening.workers.spool import drain

LOG = package_logger(__name__)

IN_FLIGHT = 2
"""Tasks submitted for each slot, so that none waits for the driver."""

WAIT_S = 0.5
"""Longest wait for an outcome before the spool is looked at again."""

TURN_S = 0.5
"""Between two looks at how it stands, at least."""

PAUSE = 9
"""And this many times what the last one took: it reads a file for every running task, which a
network disk may take a millisecond for, and nobody gets work or hands it in meanwhile."""

ARRIVAL_S = 60.0
"""A result that is not in the spool by then has been lost; network disks show files late."""


class Executor(Protocol):
    """Where tasks are computed."""

    @property
    def slots(self) -> int:
        """How many at once."""

    def submit(self, task: Task) -> None:
        """Queue a task."""

    def completed(self, timeout: float) -> list[Outcome]:
        """Outcomes that have come in."""


@dataclass
class Flight:
    """A task under way.

    Args:
        case: What it computes.
        task: As it was submitted last.
        left: Parts without a result, by key.
        failures: Of its attempts so far.
        trouble: The first failure among its results.
        twins: Cases that came later and ask the same.
        deadline: When results that were announced must be there; None before they were.
    """

    case: MissingCase
    task: Task
    left: dict[str, Part]
    failures: list[Failure] = field(default_factory=list)
    trouble: Failure | None = None
    twins: list[MissingCase] = field(default_factory=list)
    deadline: float | None = None


class _Queue:
    """Cases in order, and whether any are left.

    Args:
        cases: In order.
    """

    def __init__(self, cases: Iterator[MissingCase]) -> None:
        self._cases = cases
        self.empty = False

    def take(self) -> MissingCase | None:
        """The next one, or None."""
        case = next(self._cases, None)
        self.empty = case is None
        return case


class Driver:
    """Works through what is missing in a store.

    Args:
        store: Open for writing.
        executor: Running.
        limits: Of one attempt.
        spool: Where children leave results.
        progress: Told of everything.
        approved: Whether jobs may go to real devices.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        limits: Limits,
        spool: Path,
        progress: Progress,
        *,
        approved: bool = False,
    ) -> None:
        self._store, self._executor, self._spool = store, executor, spool
        self._limits, self._progress, self._approved = limits, progress, approved
        self._flights: dict[str, Flight] = {}
        self._by_part: dict[str, Flight] = {}
        self._later: dict[str, Flight] = {}
        self.notes: list[str] = []
        """Lines that the user should see: results that were damaged on their way."""

    def drive(self, on_turn: Callable[[], None]) -> None:
        """Compute all that is missing.

        Args:
            on_turn: Called about twice a second, and at the end.

        Raises:
            UnavailableError: The disk is full or the scheduler is gone; what was finished is kept.
        """
        cases, turn = _Queue(self._store.missing()), 0.0
        while True:
            self._submit_more(cases)
            if cases.empty and not self._flights and not self._later:
                on_turn()
                return
            outcomes = self._executor.completed(WAIT_S)
            self.collect()
            self._store.record_outcomes([self._attempt(outcome) for outcome in outcomes])
            for outcome in outcomes:
                self._settle(outcome)
            self._give_up_waiting()
            if time.monotonic() > turn:
                turn = _timed(on_turn)

    def collect(self) -> None:
        """Take everything out of the spool."""
        self.notes += [damaged.note for damaged in drain(self._spool, self._keep)]

    def _keep(self, results: Sequence[PartResult]) -> int:
        kept = self._store.ingest(results)
        for result in results:
            flight = self._by_part.pop(result.key, None)
            if flight is None:
                continue  # left by an earlier driver
            flight.left.pop(result.key, None)
            flight.trouble = flight.trouble or result.failure
            if flight.deadline is not None and not flight.left:
                self._land(flight)
        return kept

    def _submit_more(self, cases: _Queue) -> None:
        """Fill the slots; tasks that take more than their share come last, and few at once."""
        room = IN_FLIGHT * self._executor.slots - len(self._flights)
        while room > 0 and (case := cases.take()) is not None:
            room -= self._begin(case)
        if room > 0 and self._later and len(self._flights) < max(1, self._executor.slots // 2):
            self._launch(self._later.pop(next(iter(self._later))))

    def _begin(self, case: MissingCase) -> bool:
        """Launch a case, unless another variant asks the same, or has had its answer."""
        twin = self._flights.get(case.task) or self._later.get(case.task)
        if twin is not None:
            twin.twins.append(case)
        elif case.parts:
            self._launch(self._flight(case))
            return True
        else:
            self._progress.ended(case, self._store.trouble(case.id))
        return False

    def _flight(self, case: MissingCase) -> Flight:
        task = Task(
            id=case.task,
            title=case.title,
            spec=case.spec,
            parts=case.parts,
            known=self._store.known_records(case.id),
            limits=self._limits,
            attempt=1,
            approved=self._approved,
        )
        return Flight(case, task, {part.key: part for part in case.parts})

    def _launch(self, flight: Flight) -> None:
        self._flights[flight.task.id] = flight
        self._by_part |= dict.fromkeys(flight.left, flight)
        flight.deadline = None
        LOG.info("task %s submitted, attempt %d", flight.task.title, flight.task.attempt)
        self._executor.submit(flight.task)

    def _attempt(self, outcome: Outcome) -> Attempt:
        charged = outcome.failure is None or POLICIES[outcome.failure.kind].charged
        return Attempt(outcome, charged)

    def _settle(self, outcome: Outcome) -> None:
        """Decide what follows the end of an attempt."""
        flight = self._flights.get(outcome.task)
        if flight is None:
            return
        LOG.info(
            "task %s ended after %.2f s on %s", flight.task.title, outcome.wall_s, outcome.worker
        )
        if not flight.left:
            self._land(flight)
        elif outcome.failure is None:
            flight.deadline = time.monotonic() + ARRIVAL_S
        elif outcome.failure.kind == "unavailable":
            raise UnavailableError(outcome.failure.message, hint=outcome.failure.hint)
        else:
            self._after_failure(flight, outcome.failure, outcome.part)

    def _give_up_waiting(self) -> None:
        now = time.monotonic()
        for flight in list(self._flights.values()):
            if flight.deadline is not None and now > flight.deadline:
                lost = Failure(kind="damaged", message="its result did not arrive in the spool")
                self._after_failure(flight, lost, None)

    def _after_failure(self, flight: Flight, failure: Failure, part: str | None) -> None:
        """Try again if there is a chance, else keep the failure and go on without that part."""
        flight.failures.append(failure)
        LOG.warning("task %s failed (%s): %s", flight.task.title, failure.kind, failure.message)
        flight.deadline = None
        again = retried(flight.task, flight.failures)
        if again is None:
            LOG.warning("task %s is not tried again", flight.task.title)
            guilty = part if part in flight.left else next(iter(flight.left))
            self._keep(_failed(flight, guilty, failure))
            flight.failures.clear()
            again = flight.task.model_copy(update={"limits": self._limits})
        del self._flights[flight.task.id]
        if not flight.left:
            self._count(flight)
            return
        flight.task = again.model_copy(
            update={
                "parts": tuple(flight.left.values()),
                "known": self._store.known_records(flight.case.id),
            }
        )
        if flight.task.limits.memory_bytes > self._limits.memory_bytes:
            self._later[flight.task.id] = flight
        else:
            self._launch(flight)

    def _land(self, flight: Flight) -> None:
        if self._flights.pop(flight.task.id, None) is not None:
            self._count(flight)

    def _count(self, flight: Flight) -> None:
        for case in (flight.case, *flight.twins):
            self._progress.ended(case, flight.trouble)


def _timed(on_turn: Callable[[], None]) -> float:
    """Call it; when it may be called again."""
    start = time.monotonic()
    on_turn()
    end = time.monotonic()
    return end + max(TURN_S, PAUSE * (end - start))


def _failed(flight: Flight, guilty: str, failure: Failure) -> list[PartResult]:
    """The failure of a part, and of all that build upon it."""
    name = flight.left[guilty].property["name"]
    results = [PartResult(key=guilty, property=name, failure=failure)]
    failed = {name}
    for key, part in flight.left.items():
        entry = PROPERTIES.get(part.property["name"])
        missing = next((need for need in entry.needs if need in failed), None)
        if key != guilty and missing is not None:
            failed.add(entry.name)
            message = f"needs {missing}, which failed"
            caused = failure.model_copy(update={"message": message})
            results.append(PartResult(key=key, property=entry.name, failure=caused))
    return results

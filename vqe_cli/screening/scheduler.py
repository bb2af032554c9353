"""The scheduler of a campaign: it submits tasks, stores results and repeats failed attempts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vqe_cli._core.log import package_logger
from vqe_cli.errors import UnavailableError
from vqe_cli.properties import PROPERTIES
from vqe_cli.screening.model import Failure, Limits, PropertyResult, PropertyTask, Task, TaskOutcome
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.store import Store
from vqe_cli.screening.store.model import Attempt, MissingCase
from vqe_cli.screening.workers.retry import POLICIES, retried
from vqe_cli.screening.workers.spool import drain

LOG = package_logger(__name__)

IN_FLIGHT = 2
"""Number of submitted tasks for each slot, so that no slot waits for the scheduler."""

WAIT_S = 0.5
"""Longest wait for an outcome before the spool is read again."""

TURN_S = 0.5
"""Shortest time between two updates of the view."""

PAUSE = 9
"""Shortest time between two updates, as a multiple of the last one's duration. An update reads a
file for each running task, perhaps a millisecond each on a network disk, and delays the tasks."""

ARRIVAL_S = 60.0
"""Longest wait for a result in the spool, on network disks that show files late."""


class Executor(Protocol):
    """A place where tasks are computed."""

    @property
    def slots(self) -> int:
        """Number of tasks that can run at the same time."""

    def submit(self, task: Task) -> None:
        """Queue a task."""

    def completed(self, timeout: float) -> list[TaskOutcome]:
        """Outcomes that have arrived; wait up to ``timeout`` seconds for the first."""


@dataclass
class RunningTask:
    """A submitted task.

    Args:
        case: Case of the task.
        task: Task of the last submission.
        left: Property tasks without a result, by content key.
        failures: Failures of the attempts since a property was last given up.
        failure: First failure among the results; None if there is none.
        duplicates: Later cases with the same results.
        deadline: Monotonic time in seconds by which the results of an ended attempt must be in
            the spool; None while the attempt runs.
    """

    case: MissingCase
    task: Task
    left: dict[str, PropertyTask]
    failures: list[Failure] = field(default_factory=list)
    failure: Failure | None = None
    duplicates: list[MissingCase] = field(default_factory=list)
    deadline: float | None = None


class _Queue:
    """Cases in order, and whether any are left.

    Args:
        cases: Cases in order.
    """

    def __init__(self, cases: Iterator[MissingCase]) -> None:
        self._cases = cases
        self.empty = False

    def take(self) -> MissingCase | None:
        """Take the next case.

        Returns:
            The case; None if none is left.
        """
        case = next(self._cases, None)
        self.empty = case is None
        return case


class Scheduler:
    """Computes the missing results of a store.

    Args:
        store: Store, open for writing.
        executor: Running executor.
        limits: Limits of one attempt.
        spool: Folder in which children leave results.
        progress: Counts of ended cases.
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
        self._running: dict[str, RunningTask] = {}
        self._by_key: dict[str, RunningTask] = {}
        self._postponed: dict[str, RunningTask] = {}
        self.notes: list[str] = []
        """Messages for the user: results damaged in the spool."""

    def run(self, on_turn: Callable[[], None]) -> None:
        """Compute all missing results.

        Args:
            on_turn: Callback, called about twice a second and at the end.

        Raises:
            UnavailableError: The disk is full, or the connection to the Dask scheduler is lost;
                finished results are kept.
        """
        cases, turn = _Queue(self._store.missing()), 0.0
        while True:
            self._submit_more(cases)
            if cases.empty and not self._running and not self._postponed:
                on_turn()
                return
            outcomes = self._executor.completed(WAIT_S)
            self.collect()
            self._store.record_outcomes([self._attempt(outcome) for outcome in outcomes])
            for outcome in outcomes:
                self._handle_outcome(outcome)
            self._handle_missing_results()
            if time.monotonic() > turn:
                turn = _timed(on_turn)

    def collect(self) -> None:
        """Move all results from the spool to the store."""
        self.notes += [damaged.note for damaged in drain(self._spool, self._keep)]

    def _keep(self, results: Sequence[PropertyResult]) -> int:
        kept = self._store.ingest(results)
        for result in results:
            running = self._by_key.pop(result.key, None)
            if running is None:
                continue  # left by an earlier process
            running.left.pop(result.key, None)
            running.failure = running.failure or result.failure
            if running.deadline is not None and not running.left:
                self._complete(running)
        return kept

    def _submit_more(self, cases: _Queue) -> None:
        """Fill the slots; tasks with a raised memory limit come last, a few at a time."""
        room = IN_FLIGHT * self._executor.slots - len(self._running)
        while room > 0 and (case := cases.take()) is not None:
            room -= self._start(case)
        if room > 0 and self._postponed and len(self._running) < max(1, self._executor.slots // 2):
            self._submit(self._postponed.pop(next(iter(self._postponed))))

    def _start(self, case: MissingCase) -> bool:
        """Submit a case, unless a running one is its duplicate or all its results are known.

        Returns:
            Whether it was submitted.
        """
        same = self._running.get(case.task) or self._postponed.get(case.task)
        if same is not None:
            same.duplicates.append(case)
        elif case.properties:
            self._submit(self._running_task(case))
            return True
        else:
            self._progress.ended(case, self._store.trouble(case.id))
        return False

    def _running_task(self, case: MissingCase) -> RunningTask:
        task = Task(
            id=case.task,
            title=case.title,
            spec=case.spec,
            properties=case.properties,
            known=self._store.known_records(case.id),
            limits=self._limits,
            attempt=1,
            approved=self._approved,
        )
        return RunningTask(case, task, {wanted.key: wanted for wanted in case.properties})

    def _submit(self, running: RunningTask) -> None:
        self._running[running.task.id] = running
        self._by_key |= dict.fromkeys(running.left, running)
        running.deadline = None
        LOG.info("task %s submitted, attempt %d", running.task.title, running.task.attempt)
        self._executor.submit(running.task)

    def _attempt(self, outcome: TaskOutcome) -> Attempt:
        charged = outcome.failure is None or POLICIES[outcome.failure.kind].charged
        return Attempt(outcome, charged)

    def _handle_outcome(self, outcome: TaskOutcome) -> None:
        """Act on the end of an attempt."""
        running = self._running.get(outcome.task)
        if running is None:
            return
        LOG.info(
            "task %s ended after %.2f s on %s", running.task.title, outcome.wall_s, outcome.worker
        )
        if not running.left:
            self._complete(running)
        elif outcome.failure is None:
            running.deadline = time.monotonic() + ARRIVAL_S
        elif outcome.failure.kind == "unavailable":
            raise UnavailableError(outcome.failure.message, hint=outcome.failure.hint)
        else:
            self._handle_failure(running, outcome.failure, outcome.property_key)

    def _handle_missing_results(self) -> None:
        now = time.monotonic()
        for running in list(self._running.values()):
            if running.deadline is not None and now > running.deadline:
                lost = Failure(kind="damaged", message="its result was not found in the spool")
                self._handle_failure(running, lost, None)

    def _handle_failure(self, running: RunningTask, failure: Failure, key: str | None) -> None:
        """Try again if the policy allows; else store the failure and continue without it."""
        running.failures.append(failure)
        LOG.warning("task %s failed (%s): %s", running.task.title, failure.kind, failure.message)
        running.deadline = None
        again = retried(running.task, running.failures)
        if again is None:
            LOG.warning("task %s is not tried again", running.task.title)
            guilty = key if key in running.left else next(iter(running.left))
            self._keep(_failed(running, guilty, failure))
            running.failures.clear()
            again = running.task.model_copy(update={"limits": self._limits})
        del self._running[running.task.id]
        if not running.left:
            self._count(running)
            return
        running.task = again.model_copy(
            update={
                "properties": tuple(running.left.values()),
                "known": self._store.known_records(running.case.id),
            }
        )
        if running.task.limits.memory_bytes > self._limits.memory_bytes:
            self._postponed[running.task.id] = running
        else:
            self._submit(running)

    def _complete(self, running: RunningTask) -> None:
        if self._running.pop(running.task.id, None) is not None:
            self._count(running)

    def _count(self, running: RunningTask) -> None:
        for case in (running.case, *running.duplicates):
            self._progress.ended(case, running.failure)


def _timed(on_turn: Callable[[], None]) -> float:
    """Call a function; the time at which it may be called again."""
    start = time.monotonic()
    on_turn()
    end = time.monotonic()
    return end + max(TURN_S, PAUSE * (end - start))


def _failed(running: RunningTask, guilty: str, failure: Failure) -> list[PropertyResult]:
    """The failures of a property and of all that need it."""
    name = running.left[guilty].property["name"]
    results = [PropertyResult(key=guilty, property=name, failure=failure)]
    failed = {name}
    for key, wanted in running.left.items():
        entry = PROPERTIES.get(wanted.property["name"])
        missing = next((need for need in entry.needs if need in failed), None)
        if key != guilty and missing is not None:
            failed.add(entry.name)
            message = f"needs {missing}, which failed"
            caused = failure.model_copy(update={"message": message})
            results.append(PropertyResult(key=key, property=entry.name, failure=caused))
    return results

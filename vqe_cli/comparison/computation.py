"""Computation of the rows of a comparison by the workers of campaigns; finished rows are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import LIBRARIES, available_threads, show_bytes
from vqe_cli._core.sizes import LONG_SECONDS, Size
from vqe_cli.comparison.budget import Budget, expected_seconds, shown
from vqe_cli.comparison.kept_rows import KeptRows, Results
from vqe_cli.comparison.plan import PlannedProblem, PlannedRow
from vqe_cli.errors import InterruptedRunError, ResourceLimitError
from vqe_cli.screening.model import Failure, Limits, PropertyResult, Task
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.fork_client import PRELOAD
from vqe_cli.screening.workers.places import Place, executor_at
from vqe_cli.screening.workers.retry import retried

LOG = package_logger(__name__)

FUNCTION = "vqe_cli.comparison.row_computation:compute"
"""The function that computes a row, in a child."""

WARM = (*PRELOAD, "pyscf.ci", "pyscf.fci", "vqe_cli.comparison.row_computation")
"""What is loaded before children are forked, so that no row pays for imports."""

WARM_FOR_CIRCUITS = ("qiskit_aer.library", "qiskit_ibm_runtime.fake_provider")
"""What rows with circuits, and estimates for devices, need besides."""

WAIT_S = 0.3
"""Longest wait for an outcome before results are read again."""

SMALLEST_SHARE = 100_000_000
"""Least memory of a row besides its packages, bytes: methods of small problems do not say less."""


@dataclass(frozen=True)
class Demand:
    """Where rows are computed, and what they may take.

    Args:
        place: Where they are computed.
        seconds: Time limit of one row.
        budget: What all of them may take.
    """

    place: Place
    seconds: float
    budget: Budget

    @property
    def at_once(self) -> int:
        """Number of rows that share this machine."""
        return (self.place.workers or available_threads()) if self.place.is_local else 1


@dataclass(frozen=True)
class Progress:
    """How many rows have ended, with those that were kept, and how many there are.

    Rows that are the same count once; mean fields and estimates for devices count as rows.
    """

    ended: int
    count: int


@dataclass(frozen=True)
class ComputedRows:
    """The results of all rows.

    Args:
        results: Results by key.
        at_once: Largest number of rows that were computed at the same time.
    """

    results: Results
    at_once: int


def compute_rows(
    problems: Sequence[PlannedProblem],
    kept: KeptRows,
    demand: Demand,
    *,
    say: Callable[[str], None],
    on_result: Callable[[Task, PropertyResult, Progress], None] = lambda *_: None,
) -> ComputedRows:
    """Compute problems and then rows that are not kept yet, each in a process of its own.

    Rows of a problem that failed have its failure.

    Args:
        problems: The problems and their rows.
        kept: The folder of finished rows.
        demand: Where rows are computed, and what they may take.
        say: Callback, called with messages for the user.
        on_result: Callback, called with each row that ends, and how many rows there are.

    Returns:
        The results of all rows.

    Raises:
        ResourceLimitError: The memory, or the budget, is too small for any row.
        InterruptedRunError: Ctrl-C; finished rows are kept.
        UnavailableError: The workers are lost.
    """
    shared = _tasks(problems, demand, lambda problem: (problem.preparation,))
    tasks = _tasks(problems, demand, lambda problem: (*problem.rows, *problem.circuits))
    results = kept.read({**shared, **tasks})
    demand.budget.spent += sum(result.wall_s for result in results.values())
    LOG.info("rows: %d, kept: %d", len(shared | tasks), len(results))

    everything = shared | tasks

    def keep(result: PropertyResult) -> None:
        known = everything.get(result.key)
        if known is not None:
            results[result.key] = result
            on_result(known, result, Progress(len(results), len(everything)))

    missing = [task for key, task in everything.items() if key not in results]
    if not missing:
        return ComputedRows(results, demand.at_once)
    warm = (*WARM, *WARM_FOR_CIRCUITS) if any(problem.circuits for problem in problems) else WARM
    place = demand.place
    if place.is_local:
        place = replace(place, workers=min(demand.at_once, len(missing)))
    try:
        with executor_at(place, kept.path, kept.spool, function=FUNCTION, preload=warm) as executor:
            turn = _Turn(executor, kept, demand.budget, keep, say)
            turn.run([task for task in missing if task.id in shared])
            _inherit(problems, results)
            _forecast(problems, results, demand.budget, say)
            turn.run([task for task in missing if task.id not in results])
    except KeyboardInterrupt:
        kept.take_in(keep)
        raise InterruptedRunError(
            f"the comparison was stopped after {len(results)} of {len(everything)} rows",
            hint="repeat the command with --resume",
        ) from None
    return ComputedRows(results, turn.at_once)


@dataclass
class _Turn:
    """Submits tasks in order, and tries those again whose workers failed.

    Args:
        executor: The running executor.
        kept: The folder of finished rows.
        budget: What all rows may take.
        keep: Callback, called with each result.
        say: Callback, called with the executor's messages for the user.
        at_once: Largest number of tasks that ran at the same time.
    """

    executor: DaskExecutor
    kept: KeptRows
    budget: Budget
    keep: Callable[[PropertyResult], None]
    say: Callable[[str], None]
    at_once: int = 0

    def run(self, missing: Sequence[Task]) -> None:
        """Compute tasks.

        Args:
            missing: The tasks, in order.
        """
        waiting, failures = list(reversed(missing)), dict[str, list[Failure]]()
        running: dict[str, Task] = {}
        arrived: set[str] = set()

        def arrive(result: PropertyResult) -> None:
            arrived.add(result.key)
            self.budget.spent += result.wall_s
            self.keep(result)

        while waiting or running:
            while self.executor.notes:
                self.say(self.executor.notes.pop(0))
            while waiting and len(running) < max(self.executor.slots, 1):
                self._begin(waiting.pop(), running)
            outcomes = self.executor.completed(WAIT_S)
            self.kept.take_in(arrive)
            for outcome in outcomes:
                task = running.pop(outcome.task)
                if task.id in arrived:
                    continue
                self.budget.spent += outcome.wall_s
                failure = outcome.failure or Failure(kind="damaged", message="its result is lost")
                failures.setdefault(task.id, []).append(failure)
                out_of_budget = failure.kind == "timeout" and self.budget.is_spent
                failure = self.budget.refusal if out_of_budget else failure
                again = None if out_of_budget else retried(task, failures[task.id])
                if again is None:
                    self.keep(_failed(task, failure))
                else:
                    waiting.append(again)

    def _begin(self, task: Task, running: dict[str, Task]) -> None:
        """Submit a task, unless the budget is spent."""
        granted = self.budget.granted(task)
        if granted is None:
            self.keep(_failed(task, self.budget.refusal))
        else:
            running[task.id] = task
            self.at_once = max(self.at_once, len(running))
            self.executor.submit(granted)


def _failed(task: Task, failure: Failure) -> PropertyResult:
    name = task.properties[0].property["name"]
    return PropertyResult(key=task.id, property=name, failure=failure)


def _inherit(problems: Sequence[PlannedProblem], results: Results) -> None:
    """Give the rows of a problem that failed its failure."""
    for problem in problems:
        failure = results[problem.preparation.key].failure
        for row in (*problem.rows, *problem.circuits) if failure is not None else ():
            results[row.key] = PropertyResult(key=row.key, property=row.name, failure=failure)


def _forecast(
    problems: Sequence[PlannedProblem],
    results: Results,
    budget: Budget,
    say: Callable[[str], None],
) -> None:
    """Tell a long time before it begins, and refuse one that the budget excludes."""
    keys = {problem.preparation.key for problem in problems}
    sizes = {
        key: Size(**{**found, "nelec": tuple(found["nelec"])})
        for key in keys
        if (found := results[key].record.get("size")) is not None
    }
    expected = expected_seconds(problems, sizes, list(results))
    budget.refuse_if_larger(expected)
    if expected >= LONG_SECONDS:
        say(f"expected: at least {shown(expected)}")


def _tasks(
    problems: Sequence[PlannedProblem],
    demand: Demand,
    rows: Callable[[PlannedProblem], Sequence[PlannedRow]],
) -> dict[str, Task]:
    """Tasks by key; rows that are the same are computed once."""
    found: dict[str, Task] = {}
    for problem in problems:
        limits = Limits(memory_bytes=LIBRARIES + _share(problem, demand), seconds=demand.seconds)
        for row in rows(problem):
            found.setdefault(row.key, row.task(problem.name, limits, problem.preparation.key))
    return found


def _share(problem: PlannedProblem, demand: Demand) -> int:
    """The memory of a row besides its packages, bytes.

    Raises:
        ResourceLimitError: It is less than a row takes.
    """
    at_once = demand.at_once
    usable, why = problem.spec.memory.allowance()
    if usable < at_once * SMALLEST_SHARE:
        many = "a row needs" if at_once == 1 else f"{at_once} rows at a time need"
        needed = show_bytes(at_once * SMALLEST_SHARE)
        fewer = "" if at_once == 1 else ", or fewer --workers"
        raise ResourceLimitError(
            f"{many} at least {needed} besides the packages, {show_bytes(usable)} {why}",
            hint=f"--max-memory {at_once * SMALLEST_SHARE // 1_000_000}MB or more{fewer}",
        )
    return usable // at_once

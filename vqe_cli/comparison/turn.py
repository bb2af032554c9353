"""Tasks submitted one after another, and those tried again whose workers failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vqe_cli.comparison.budget import Budget
from vqe_cli.comparison.kept_rows import KeptRows
from vqe_cli.screening.model import Failure, PropertyResult, Task
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.retry import retried

WAIT_S = 0.3
"""Longest wait for an outcome before results are read again."""


@dataclass
class Turn:
    """Submits tasks in order, and tries those again whose workers failed.

    Args:
        executor: The running executor.
        kept: The folder of finished rows.
        budget: What all rows may take.
        keep: Callback, called with each result.
        say: Callback, called with the executor's messages for the user.
        at_once: Largest number of tasks that ran at the same time.
        follow: Function that returns the tasks that a result makes possible.
    """

    executor: DaskExecutor
    kept: KeptRows
    budget: Budget
    keep: Callable[[PropertyResult], None]
    say: Callable[[str], None]
    at_once: int = 0
    follow: Callable[[PropertyResult], Sequence[Task]] = lambda _: ()

    def run(self, missing: Sequence[Task]) -> None:
        """Compute tasks.

        Args:
            missing: The tasks, in order.
        """
        waiting, failures = list(reversed(missing)), dict[str, list[Failure]]()
        running: dict[str, Task] = {}
        arrived: set[str] = set()

        def end(result: PropertyResult) -> None:
            self.keep(result)
            waiting.extend(self.follow(result))

        def arrive(result: PropertyResult) -> None:
            arrived.add(result.key)
            self.budget.spent += result.wall_s
            end(result)

        while waiting or running:
            while self.executor.notes:
                self.say(self.executor.notes.pop(0))
            while waiting and len(running) < max(self.executor.slots, 1):
                self._begin(waiting.pop(), running, end)
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
                    end(_failed(task, failure))
                else:
                    waiting.append(again)

    def _begin(
        self, task: Task, running: dict[str, Task], end: Callable[[PropertyResult], None]
    ) -> None:
        """Submit a task, unless the budget is spent."""
        granted = self.budget.granted(task)
        if granted is None:
            end(_failed(task, self.budget.refusal))
        else:
            running[task.id] = task
            self.at_once = max(self.at_once, len(running))
            self.executor.submit(granted)


def _failed(task: Task, failure: Failure) -> PropertyResult:
    name = task.properties[0].property["name"]
    return PropertyResult(key=task.id, property=name, failure=failure)

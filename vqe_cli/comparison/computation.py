"""Computation of the rows of a comparison by the workers of campaigns; finished rows are kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from vqe_cli._core.files import write_atomic
from vqe_cli._core.log import package_logger
from vqe_cli._core.plain_json import compact_json
from vqe_cli._core.resources import private_folder
from vqe_cli.comparison.plan import VQE, PlannedProblem
from vqe_cli.errors import InterruptedRunError
from vqe_cli.screening.model import Failure, Limits, PropertyResult, Task
from vqe_cli.screening.store.locks import CampaignLock
from vqe_cli.screening.workers.disk_errors import storage
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.fork_client import PRELOAD
from vqe_cli.screening.workers.retry import retried
from vqe_cli.screening.workers.spool import drain

LOG = package_logger(__name__)

FUNCTION = "vqe_cli.comparison.row_computation:compute"
"""The function that computes a row, in a child."""

WARM = (*PRELOAD, "pyscf.ci", "pyscf.fci", "vqe_cli.comparison.row_computation")
"""What is loaded before children are forked, so that no row pays for imports."""

WARM_FOR_CIRCUITS = ("qiskit_aer.library", "qiskit_ibm_runtime.fake_provider")
"""What rows with circuits, and estimates for devices, need besides."""

WAIT_S = 0.3
"""Longest wait for an outcome before results are read again."""

SMALLEST_GRANT = 500_000_000
"""Least memory of a row, bytes."""

Results = dict[str, PropertyResult]
"""Results by key of the row."""


class KeptRows:
    """The folder in which finished rows are kept, for one process at a time.

    Args:
        path: Path of the folder.
        resume: Whether rows that are there are kept.

    Raises:
        UnavailableError: Another process uses it, or it cannot be written.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        with storage(path):
            path.mkdir(parents=True, exist_ok=True)
        # Before anything of another process is removed.
        self._lock = CampaignLock(path, "comparison")
        with storage(path):
            for folder in (self.spool, self._rows):
                if not resume and folder.exists():
                    shutil.rmtree(folder)
                private_folder(folder)

    @property
    def spool(self) -> Path:
        """The folder in which children leave results."""
        return self._path / "spool"

    @property
    def _rows(self) -> Path:
        return self._path / "rows"

    def close(self) -> None:
        """Release the folder for other processes."""
        self._lock.release()

    def discard(self) -> None:
        """Remove the folder, once the comparison has been delivered."""
        shutil.rmtree(self._path, ignore_errors=True)

    def read(self, keys: Sequence[str]) -> Results:
        """The rows that were finished before; failures are tried again.

        Args:
            keys: Keys of the rows.
        """
        self.take_in(lambda _: None)
        found: Results = {}
        for key in keys:
            path = self._rows / f"{key}.json"
            if path.is_file():
                found[key] = PropertyResult.model_validate_json(path.read_bytes())
        return found

    def take_in(self, on_result: Callable[[PropertyResult], None]) -> None:
        """Keep the results that children have left.

        Args:
            on_result: Callback, called with each result.
        """

        def keep(results: Sequence[PropertyResult]) -> int:
            for result in results:
                if result.failure is None:
                    with storage(self._rows):
                        text = compact_json(result.model_dump(mode="python"))
                        write_atomic(self._rows / f"{result.key}.json", text)
                on_result(result)
            return len(results)

        for damaged in drain(self.spool, keep):
            LOG.warning("%s", damaged.note)


def compute_rows(
    problems: Sequence[PlannedProblem],
    kept: KeptRows,
    *,
    workers: int,
    seconds: float,
    on_result: Callable[[Task, PropertyResult], None] = lambda *_: None,
) -> Results:
    """Compute all rows that are not kept yet, each in a process of its own.

    Args:
        problems: The problems and their rows.
        kept: The folder of finished rows.
        workers: Number of rows that are computed at the same time.
        seconds: Time limit of one row.
        on_result: Callback, called with each row that ends.

    Returns:
        The results of all rows.

    Raises:
        InterruptedRunError: Ctrl-C; finished rows are kept.
        UnavailableError: The workers are lost.
    """
    tasks = _tasks(problems, workers, seconds)
    results = kept.read(list(tasks))
    missing = [task for key, task in tasks.items() if key not in results]
    LOG.info("rows: %d, kept: %d", len(tasks), len(results))
    if not missing:
        return results

    def keep(result: PropertyResult) -> None:
        results[result.key] = result
        if result.key in tasks:
            on_result(tasks[result.key], result)

    warm = (*WARM, *WARM_FOR_CIRCUITS) if any(problem.circuits for problem in problems) else WARM
    try:
        with DaskExecutor(
            min(workers, len(missing)), None, kept.spool, function=FUNCTION, preload=warm
        ) as executor:
            _run(executor, kept, missing, keep)
    except KeyboardInterrupt:
        kept.take_in(keep)
        raise InterruptedRunError(
            f"the comparison was stopped after {len(results)} of {len(tasks)} rows",
            hint="repeat the command with --resume",
        ) from None
    return results


def _run(
    executor: DaskExecutor,
    kept: KeptRows,
    missing: Sequence[Task],
    keep: Callable[[PropertyResult], None],
) -> None:
    """Submit tasks in order, and try those again whose workers failed."""
    waiting, failures = list(reversed(missing)), dict[str, list[Failure]]()
    running: dict[str, Task] = {}
    arrived: set[str] = set()

    def arrive(result: PropertyResult) -> None:
        arrived.add(result.key)
        keep(result)

    while waiting or running:
        while waiting and len(running) < max(executor.slots, 1):
            task = waiting.pop()
            running[task.id] = task
            executor.submit(task)
        outcomes = executor.completed(WAIT_S)
        kept.take_in(arrive)
        for outcome in outcomes:
            task = running.pop(outcome.task)
            if task.id in arrived:
                continue
            failure = outcome.failure or Failure(kind="damaged", message="its result is lost")
            failures.setdefault(task.id, []).append(failure)
            again = retried(task, failures[task.id])
            if again is None:
                keep(PropertyResult(key=task.id, property=VQE, failure=failure))
            else:
                waiting.append(again)


def _tasks(problems: Sequence[PlannedProblem], workers: int, seconds: float) -> dict[str, Task]:
    """The tasks by key; rows that are the same are computed once."""
    found: dict[str, Task] = {}
    for problem in problems:
        share = max(SMALLEST_GRANT, problem.spec.memory.usable // max(1, workers))
        limits = Limits(memory_bytes=share, seconds=seconds)
        for row in (*problem.rows, *problem.circuits):
            found.setdefault(row.key, row.task(problem.name, limits))
    return found

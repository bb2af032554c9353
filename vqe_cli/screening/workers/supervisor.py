"""Supervision of one attempt at a task: a child, its limits, and the outcome."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from vqe_cli._core.log import package_logger
from vqe_cli._core.redaction import redact
from vqe_cli._core.resources import show_bytes
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import Failure, Limits, Task, TaskOutcome
from vqe_cli.screening.workers.child import Request
from vqe_cli.screening.workers.fork_client import PRELOAD, fork_client
from vqe_cli.screening.workers.log_files import LOGS, log_of_task, worker_log
from vqe_cli.screening.workers.monitor import ChildState, monitor
from vqe_cli.screening.workers.scratch import scratch_folder
from vqe_cli.screening.workers.status_files import RUNNING, StatusFile

LOG = package_logger(__name__)

WORK = "vqe_cli.screening.workers.task_computation:compute"
"""The function that computes a task: ``compute(task, spool, tell)``."""

STOP_FILE = ".stop"
"""File in the spool; while it exists, running tasks are killed and no task starts."""

HEADROOM = 4
"""Address space per byte of the memory limit: a backstop, since much of it is never used."""

OUTPUT_LINES = 4
"""Number of output lines in the message of a crash."""


def supervise(
    task_json: str, spool: str, function: str = WORK, preload: tuple[str, ...] = PRELOAD
) -> str:
    """Run one attempt at a task in a child of its own, and wait for its end.

    Args:
        task_json: The `Task` as JSON.
        spool: Folder for the results of the task's properties.
        function: Function that the child calls, as ``module:function``, with the task, the spool
            and a callback that takes the key of the next property.
        preload: Modules and functions that the fork server loads, besides the function's module.

    Returns:
        A `TaskOutcome` as JSON.
    """
    task = Task.model_validate_json(task_json)
    with worker_log(Path(spool).parent / LOGS) as log:
        outcome = _attempt(task, Path(spool), function, preload, log)
        _log_end(task, outcome)
    return outcome.model_dump_json()


def _attempt(
    task: Task, spool: Path, function: str, preload: tuple[str, ...], log: Path | None
) -> TaskOutcome:
    argument = json.dumps(
        {
            "function": function,
            "task": task.model_dump_json(),
            "spool": str(spool),
            "log": None if log is None else str(log),
        }
    )
    stop = spool / STOP_FILE
    started, clock = time.time(), time.monotonic()
    state = ChildState()
    if stop.exists():
        failure: Failure | None = Failure(kind="lost", message="the campaign was being stopped")
    else:
        try:
            with StatusFile(spool.parent / RUNNING, task, started) as status:
                state = in_child(
                    perform,
                    argument,
                    task.limits,
                    preload=(*preload, function.partition(":")[0]),
                    stopped=stop.exists,
                    on_sample=status.update,
                )
            failure = failure_of_child(state)
        except UnavailableError as error:
            failure = Failure(kind="lost", message=error.message, hint=error.hint)
    return TaskOutcome(
        task=task.id,
        failure=None if failure is None else _redacted(failure),
        property_key=next((report.at for report in reversed(state.reports) if report.at), None),
        wall_s=time.monotonic() - clock,
        peak_bytes=state.peak_bytes,
        worker=f"{socket.gethostname()}:{os.getpid()}",
        started=started,
    )


def _log_end(task: Task, outcome: TaskOutcome) -> None:
    peak = show_bytes(outcome.peak_bytes)
    LOG.info("task %s ended after %.2f s, peak memory %s", task.title, outcome.wall_s, peak)
    if outcome.failure is not None:
        failure = outcome.failure
        LOG.warning("task %s failed (%s): %s", task.title, failure.kind, failure.message)


def perform(argument: str, tell: Callable[[str], None]) -> None:
    """Call the task's function, in the child.

    Args:
        argument: Function, task, spool and log file as JSON, written by `supervise`.
        tell: Callback, called with the key of the next property.
    """
    data = json.loads(argument)
    if data["log"] is not None:
        log_of_task(Path(data["log"]))
    module, _, name = data["function"].partition(":")
    task = Task.model_validate_json(data["task"])
    LOG.info("task %s started, attempt %d", task.title, task.attempt)
    getattr(import_module(module), name)(task, Path(data["spool"]), tell)


def in_child(
    function: Callable[[str, Callable[[str], None]], None],
    argument: str,
    limits: Limits,
    *,
    preload: tuple[str, ...] = PRELOAD,
    stopped: Callable[[], bool] = lambda: False,
    each_report_in_time: bool = False,
    on_sample: Callable[[ChildState], None] = lambda _: None,
) -> ChildState:
    """Call a function in a supervised child, in an empty folder that is removed afterwards.

    Args:
        function: Function of a module, called with the argument and a callback for reports.
        argument: Any text.
        limits: Limits whose excess kills the child.
        preload: Modules and functions that the fork server loads before it forks.
        stopped: Function that says whether the campaign is being stopped, which kills the child.
        each_report_in_time: Whether the time limit applies to each report.
        on_sample: Callback, called with the state of the child several times a second.

    Returns:
        The final state of the child.

    Raises:
        UnavailableError: No child could be forked.
    """
    with scratch_folder() as folder:
        request = Request(
            function=f"{function.__module__}:{function.__name__}",
            argument=argument,
            folder=folder,
            headroom=HEADROOM * limits.memory_bytes,
        )
        child = fork_client(preload).child(request)
        return monitor(
            child,
            limits,
            stopped=stopped,
            each_report_in_time=each_report_in_time,
            on_sample=on_sample,
        )


def failure_of_child(state: ChildState) -> Failure | None:
    """The failure that the end of a child means; None for success.

    Args:
        state: Final state of the child.
    """
    if state.killed is not None:
        return state.killed
    said = next((report.failure for report in state.reports if report.failure), None)
    if said is not None:
        return said
    if any(report.done for report in state.reports) and state.code == 0:
        return None
    if state.code is None:
        return Failure(kind="lost", message="the fork server died")
    return Failure(kind="crash", message=f"{_ending(state.code)}{_last_words(state.output)}")


def _ending(code: int) -> str:
    if code >= 0:
        return f"it ended with exit code {code} before it was done"
    name = signal.Signals(-code).name
    if -code == signal.SIGKILL:
        return f"it was killed by {name}, as the system does when memory runs short"
    return f"it died of {name} ({signal.strsignal(-code)})"


def _last_words(output: bytes) -> str:
    """The last lines of the output, and the innermost calls if Python could still print them."""
    printed, _, dying = output.decode(errors="replace").partition("Fatal Python error:")
    _, _, calls = dying.partition("(most recent call first):")
    calls, _, _ = calls.partition("Extension modules:")  # a list as long as all others together
    kept = _lines(printed)[-OUTPUT_LINES:] + _lines(calls)[:OUTPUT_LINES]
    return "".join(f"\n{line}" for line in kept)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _redacted(failure: Failure) -> Failure:
    hint = None if failure.hint is None else redact(failure.hint)
    return failure.model_copy(update={"message": redact(failure.message), "hint": hint})

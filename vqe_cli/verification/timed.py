"""Calculations that end when their time is up: long ones in a child process, which is killed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.errors import VqeError
from vqe_cli.screening.model import Failure, Limits, failure_of
from vqe_cli.screening.workers.supervisor import failure_of_child, in_child

PRELOAD = ("pyscf.ci", "pyscf.fci", "vqe_cli.verification.upper_bounds")
"""Modules that are loaded before the first child is forked."""

SHORTEST = 0.1
"""Shortest time that a child gets, seconds."""

Answer = TypeVar("Answer")


def in_time(
    function: Callable[..., Answer],
    *arguments: object,
    seconds: float,
    quick: bool,
    memory: Memory = MACHINE,
) -> Answer | Failure:
    """The answer of a function, or the reason why there is none within the time.

    Args:
        function: Function of a module.
        arguments: Its arguments.
        seconds: Time limit.
        quick: Whether the function is known to take so little that it needs no child.
        memory: The memory limit.

    Raises:
        RuntimeError: The function failed in the child for a reason that is no `VqeError`.
    """
    if quick:
        try:
            return function(*arguments)
        except VqeError as error:
            return failure_of(error)
    with TemporaryDirectory(prefix="vqe-verify-") as folder:
        call, answer = Path(folder, "call"), Path(folder, "answer")
        call.write_bytes(pickle.dumps((function, arguments)))
        limits = Limits(memory_bytes=memory.usable, seconds=max(seconds, SHORTEST))
        files = json.dumps([str(call), str(answer)])
        failure = failure_of_child(in_child(perform, files, limits, preload=PRELOAD))
        if failure is not None and failure.kind == "internal":
            raise RuntimeError(failure.message)
        if failure is not None:
            return _timed_out(limits) if failure.kind == "timeout" else failure
        found: Answer = pickle.loads(answer.read_bytes())
        return found


def _timed_out(limits: Limits) -> Failure:
    return Failure(kind="timeout", message=f"was stopped after {limits.seconds:.3g} s")


def perform(files: str, _: Callable[[str], None]) -> None:
    """Call a function, in the child.

    Args:
        files: Paths of the pickled call and of its answer, a list in JSON.
    """
    call, answer = map(Path, json.loads(files))
    function, arguments = pickle.loads(call.read_bytes())
    answer.write_bytes(pickle.dumps(function(*arguments)))

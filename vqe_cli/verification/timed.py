"""Calculations that end when their time is up: long ones in a child process, which is killed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

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
    answers, failure = last_in_time(
        once, function, *arguments, seconds=seconds, quick=quick, memory=memory
    )
    return answers[0] if failure is None else failure


def once(function: Callable[..., Answer], *arguments: object) -> Iterator[Answer]:
    """The only answer of a function.

    Args:
        function: The function.
        arguments: Its arguments.
    """
    yield function(*arguments)


def last_in_time(
    function: Callable[..., Iterator[Any]],
    *arguments: object,
    seconds: float,
    quick: bool,
    memory: Memory = MACHINE,
) -> tuple[list[Any], Failure | None]:
    """The last answer that a function gives within the time, and why it gave no more.

    Args:
        function: Function of a module, which yields answers.
        arguments: Its arguments.
        seconds: Time limit.
        quick: Whether the function is known to take so little that it needs no child.
        memory: The memory limit.

    Returns:
        The last answer, if there is one, and the failure after it, if it failed or was killed.

    Raises:
        RuntimeError: The function failed in the child for a reason that is no `VqeError`.
    """
    if quick:
        try:
            return list(function(*arguments))[-1:], None
        except VqeError as error:
            return [], failure_of(error)
    with TemporaryDirectory(prefix="vqe-verify-") as folder:
        call, answer = Path(folder, "call"), Path(folder, "answer")
        call.write_bytes(pickle.dumps((function, arguments)))
        limits = Limits(memory_bytes=memory.usable, seconds=max(seconds, SHORTEST))
        files = json.dumps([str(call), str(answer)])
        failure = failure_of_child(in_child(perform, files, limits, preload=PRELOAD))
        if failure is not None and failure.kind == "internal":
            raise RuntimeError(failure.message)
        if failure is not None and failure.kind == "timeout":
            failure = _timed_out(limits)
        found = [pickle.loads(answer.read_bytes())] if answer.exists() else []
        return found, failure


def _timed_out(limits: Limits) -> Failure:
    return Failure(kind="timeout", message=f"was stopped after {limits.seconds:.3g} s")


def perform(files: str, _: Callable[[str], None]) -> None:
    """Call a function, and keep the last of its answers in a file, in the child.

    Args:
        files: Paths of the pickled call and of its answer, a list in JSON.
    """
    call, answer = map(Path, json.loads(files))
    function, arguments = pickle.loads(call.read_bytes())
    for one in function(*arguments):
        part = answer.with_suffix(".part")
        part.write_bytes(pickle.dumps(one))
        part.replace(answer)  # at once, so that a kill leaves the one before

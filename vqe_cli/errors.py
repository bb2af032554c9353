"""The exceptions of the package; each has a message, a hint and the exit code of `vqe`."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, ClassVar

Path = tuple[str | int, ...]
"""The keys that lead to a value of the input: ``("molecule", "charge")``."""


class VqeError(Exception):
    """An error with a message for the user, a hint and an exit code.

    Args:
        message: What is wrong, in one or two sentences.
        hint: What would be right, or what to try.
    """

    kind: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint is not None:
            self.add_note(f"hint: {hint}")  # tracebacks show it
        self.known: dict[str, Any] = {}
        """Partial results at the time of the error, for the record of the failed run."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the line, the message and the hint; a traceback only of a bug."""
        if type(self) is VqeError:
            return traceback.format_exception(self)
        hint = [] if self.hint is None else [f"hint: {self.hint}"]
        return [*_calling_line(self), f"{type(self).__name__}: {self}", *hint]


def _calling_line(error: BaseException) -> list[str]:
    """The line that called the package, if its source is known."""
    package = os.path.dirname(__file__)
    caller = None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(package):
            break
        caller = frame
    return [f"line {caller.lineno}: {caller.line}"] if caller and caller.line else []


class InputError(VqeError):
    """The input is wrong.

    Args:
        message: What is wrong.
        path: Keys that lead to the wrong value; the loader turns them into file and line.
        line_offset: Number of lines from the start of that value to the fault.
        hint: What would be right.
        also: Keys of other values that the fault depends on; a flag that sets one is named first.
    """

    kind = "input"
    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        path: Path = (),
        line_offset: int = 0,
        hint: str | None = None,
        also: Sequence[Path] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.also = also
        self.line_offset = line_offset
        self.where: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ResourceLimitError(VqeError):
    """The run would need more memory, qubits or money than is allowed."""

    kind = "refused"
    exit_code = 3


class NotConvergedError(VqeError):
    """The self-consistent field or the optimiser did not converge."""

    kind = "not-converged"
    exit_code = 4


class UnavailableError(VqeError):
    """A service, account, backend or optional package is not available."""

    kind = "unavailable"
    exit_code = 6


class InterruptedRunError(VqeError):
    """The run was interrupted; finished work is kept."""

    kind = "interrupted"
    exit_code = 130


LIMITS = ("memory", "timeout")
"""Kinds of failures of a child process that was stopped at a limit."""


def exit_code_of(kind: str) -> int:
    """The exit code of an error by its kind, as records have it.

    What was stopped at its limit of memory or time needs more than was allowed.

    Args:
        kind: Kind of the error, such as ``refused``.
    """
    return _class_of(kind).exit_code


def error_of_kind(kind: str, message: str, hint: str | None) -> VqeError:
    """An error by its kind, as records have it.

    Args:
        kind: Kind of the error, such as ``refused``.
        message: What is wrong.
        hint: What would be right.
    """
    return _class_of(kind)(message, hint=hint)


def _class_of(kind: str) -> type[VqeError]:
    if kind in LIMITS:
        return ResourceLimitError
    return next((one for one in VqeError.__subclasses__() if one.kind == kind), VqeError)


GOES_ON = "repeat the command with --resume to continue"


@contextmanager
def interruptible(
    known: Callable[[], dict[str, Any]] = dict, hint: str = GOES_ON
) -> Iterator[None]:
    """Turn Ctrl-C into an error that carries the partial results.

    Args:
        known: Function that returns the partial results; called only on Ctrl-C.
        hint: The hint of the error: how to continue.

    Raises:
        InterruptedRunError: Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt:
        error = InterruptedRunError("interrupted", hint=hint)
        error.known = known()
        raise error from None


def as_vqe_error(found: BaseException) -> VqeError:
    """Any exception as a `VqeError`.

    Args:
        found: The exception; a `VqeError` is returned unchanged.
    """
    if isinstance(found, VqeError):
        return found
    if isinstance(found, KeyboardInterrupt):
        return InterruptedRunError("interrupted", hint="repeat the command to start again")
    if isinstance(found, MemoryError) or _is_want_of_memory(found):
        return ResourceLimitError(
            "not enough memory", hint="use a smaller active space or basis set"
        )
    if isinstance(found, OSError) and found.filename is not None:
        return _of_system(found)
    kind = type(found).__name__
    return VqeError(
        f"{kind}: {found}" if str(found) else kind,
        hint=bug_hint("vqe"),
    )


def bug_hint(owner: str) -> str:
    """The hint of an unexpected error.

    Args:
        owner: The program or the packages that may have the bug.
    """
    return f"this is a bug in {owner}; `vqe --debug ...` shows the traceback"


def _is_want_of_memory(found: BaseException) -> bool:
    """Whether an error of the system or of a library loader means that memory ran out."""
    if isinstance(found, OSError) and found.errno == errno.ENOMEM:
        return True
    words = str(found).lower()
    return isinstance(found, OSError | ImportError) and any(
        said in words for said in ("failed to map segment", "cannot allocate memory")
    )


def _of_system(found: OSError) -> UnavailableError:
    """An error of the system on a file or on standard output."""
    name = os.fspath(found.filename)
    if found.errno in (errno.ENOSPC, errno.EDQUOT):
        message = f"no space left on device: {name}"
        return UnavailableError(message, hint="free some space")
    return UnavailableError(f"cannot use {name}: {found.strerror}")


def did_you_mean(word: object, known: Sequence[str]) -> str:
    """A hint that names the nearest known word, or all known words.

    Args:
        word: The unknown word.
        known: The words that are allowed.
    """
    cutoff = 0.7 if len(str(word)) < 4 else 0.6
    close = get_close_matches(str(word).lower().replace("_", "-"), known, n=1, cutoff=cutoff)
    close = close or get_close_matches(str(word).lower(), known, n=1, cutoff=cutoff)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if known else "no value is allowed here"

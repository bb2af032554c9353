"""One tree of errors: each carries what went wrong, how to mend it, and the exit code of `vqe`."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, ClassVar

Path = tuple[str | int, ...]
"""Where in the input a value stands: ``("molecule", "charge")``."""


class VqeError(Exception):
    """An error with a message for people, a hint, and an exit code.

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
        self.known: dict[str, Any] = {}
        """What had been found out by then, for the record of the failure."""


class InputError(VqeError):
    """The input is wrong.

    Args:
        message: What is wrong.
        path: Where in the input the wrong value stands; the loader turns it into file and line.
        line_offset: Lines from the start of that value to the fault, for multi-line values.
        hint: What would be right.
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
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line_offset = line_offset
        self.where: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ResourceLimitError(VqeError):
    """It would need more memory, qubits or money than is allowed."""

    kind = "refused"
    exit_code = 3


class NotConvergedError(VqeError):
    """The self-consistent field or the optimiser did not converge."""

    kind = "not-converged"
    exit_code = 4


class UnavailableError(VqeError):
    """A service, account, backend or optional package is not there."""

    kind = "unavailable"
    exit_code = 6


class InterruptedRunError(VqeError):
    """The user stopped the run; what was finished is kept."""

    kind = "interrupted"
    exit_code = 130


GOES_ON = "the same command with --resume goes on"


@contextmanager
def interruptible(
    known: Callable[[], dict[str, Any]] = dict, hint: str = GOES_ON
) -> Iterator[None]:
    """Turn Ctrl-C into an error that tells what was found by then, and how to go on.

    Args:
        known: What has been found out; it is asked only then.
        hint: How to go on.

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
    """Whatever was raised, as an error with a message, a hint and an exit code.

    Args:
        found: One of ours, or any other.
    """
    if isinstance(found, VqeError):
        return found
    if isinstance(found, KeyboardInterrupt):
        return InterruptedRunError("interrupted", hint="the same command begins again")
    if isinstance(found, MemoryError) or _is_want_of_memory(found):
        return ResourceLimitError(
            "there is not enough memory", hint="a smaller active space or basis needs less"
        )
    if isinstance(found, OSError) and found.filename is not None:
        return _of_system(found)
    kind = type(found).__name__
    return VqeError(
        f"{kind}: {found}" if str(found) else kind,
        hint="this is an error of the program; `vqe --debug ...` shows where",
    )


def _is_want_of_memory(found: BaseException) -> bool:
    """What loaders of libraries, and the system, say where there is none left."""
    if isinstance(found, OSError) and found.errno == errno.ENOMEM:
        return True
    words = str(found).lower()
    return isinstance(found, OSError | ImportError) and any(
        said in words for said in ("failed to map segment", "cannot allocate memory")
    )


def _of_system(found: OSError) -> UnavailableError:
    """What the system says of a file, or of standard output."""
    name = os.fspath(found.filename)
    if found.errno in (errno.ENOSPC, errno.EDQUOT):
        message = f"there is no room where the output goes: the disk of {name} is full"
        return UnavailableError(message, hint="make room")
    return UnavailableError(f"cannot use {name}: {found.strerror}")


def did_you_mean(word: object, known: Sequence[str]) -> str:
    """Return a hint that names the nearest known word, or all of them.

    Args:
        word: What was written.
        known: What could have been written.
    """
    close = get_close_matches(str(word).lower().replace("_", "-"), known, n=1, cutoff=0.6)
    close = close or get_close_matches(str(word).lower(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if known else "nothing can stand here"

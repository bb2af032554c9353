"""What a process inherits: streams that may be closed or full, signals, and its environment."""

from __future__ import annotations

import io
import math
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from vqe_cli.errors import InputError, ResourceLimitError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

STANDARD_OUTPUT = "standard output"

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))

MOST_THREADS = 4096
"""Beyond, libraries die of what they allocate for each."""

LEAST_BYTES = 2_300_000_000
"""Address space that the packages take; with less their libraries crash while they are loaded."""

BYTES_OF_A_THREAD = 150_000_000
"""Address space that linear algebra sets aside for each further thread."""

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""Variables that limit them; the first that is set counts."""

NUMBERS = {"NUMBA_NUM_THREADS": 1, "OMP_NUM_THREADS": None, "PYSCF_MAX_MEMORY": 1}
"""Variables that packages cannot be imported with where their numbers are wrong, and the smallest
number; OpenMP overlooks numbers that are too small."""


def open_closed_streams() -> None:
    """Put nothing in the place of a stream that is closed (``>&-``), which Python has as None.

    Its descriptor is taken as well: the next file that is opened would become standard output.
    """
    for descriptor, (name, mode) in enumerate(STREAMS):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115  # to the end


def prepare_output() -> None:
    """Errors of standard output name it; messages that nobody can read cost nothing."""
    output, words = sys.__stdout__, sys.__stderr__
    if output is not None and sys.stdout is output:
        sys.stdout = _text(_Named(output.fileno(), "w", closefd=False), output, output.isatty())
    if words is not None and sys.stderr is words:
        sys.stderr = _text(_Unheard(words.fileno(), "w", closefd=False), words, by_line=True)


def _text(raw: io.FileIO, like: TextIO, by_line: bool) -> TextIO:
    """A stream of text in the place of another; what its locale cannot say is replaced."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=like.encoding, errors="replace", line_buffering=by_line
    )


class ReaderGone(BaseException):
    """Nobody reads standard output any more, as in ``vqe list | head -1``: no error of anybody."""


def output_has_begun() -> bool:
    """Whether anything has gone to standard output."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return isinstance(raw, _Named) and raw.begun


class _Named(io.FileIO):
    """Standard output, whose errors are told from those of files and networks."""

    begun = False

    def write(self, content: Buffer) -> int:
        """Write."""
        self.begun = True
        try:
            return super().write(content)
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            error.filename = STANDARD_OUTPUT
            raise


class _Unheard(io.FileIO):
    """Standard error: what does not get through (``2>/dev/full``) is dropped.

    A result must not be lost to the words about it.
    """

    def write(self, content: Buffer) -> int:
        """Write, or do as if."""
        size = memoryview(content).nbytes
        try:
            written = super().write(content)
        except OSError:
            return size
        return size if written is None else written


class Stopped(KeyboardInterrupt):
    """A signal that stops a command.

    Where a plain KeyboardInterrupt passes through `exec`, as in many an import, Python takes it for
    one that nobody handled, and ends by SIGINT instead of with our exit code.
    """


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopped_by_signals(*, restored: bool) -> Iterator[None]:
    """A batch system's SIGTERM, and a terminal that is closed, stop a command as Ctrl-C does.

    Args:
        restored: Whether signals do afterwards what they did before.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # a program that embeds the command line sees to its signals itself
        return

    def stop(*_: object) -> None:
        raise Stopped

    before = {number: signal.getsignal(number) for number in STOPPING}
    for number, handler in before.items():
        if handler in (signal.SIG_DFL, signal.default_int_handler):  # not ignored, as by nohup
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items() if restored else ():
            signal.signal(number, handler)


def end_at_signals(code: int) -> None:
    """All has been delivered: a signal while the interpreter ends does not change the outcome.

    Args:
        code: The exit code.
    """
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: os._exit(code))


def check_environment() -> None:
    """Refuse variables and a working directory with which packages cannot be imported.

    Raises:
        InputError: A variable is no such number, or the directory is gone.
    """
    try:
        os.getcwd()
    except FileNotFoundError:
        raise InputError("the working directory is gone", hint="cd to one that is there") from None
    for name, smallest in NUMBERS.items():
        value = os.environ.get(name)
        largest = MOST_THREADS if name.endswith("THREADS") else math.inf
        if value and not _fits(value, smallest, largest):
            error = InputError(
                f"'{value}' is no number that can be used", hint=f"unset {name}, or give another"
            )
            error.where = f"environment variable {name}"
            raise error


def check_address_space() -> None:
    """Refuse limits under which packages that compute cannot be imported.

    Raises:
        ResourceLimitError: Too little address space is allowed.
    """
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed == resource.RLIM_INFINITY:
        return
    threads = next((int(os.environ[name]) for name in THREADS if _is_number(name)), os.cpu_count())
    needed = LEAST_BYTES + BYTES_OF_A_THREAD * (max(1, threads or 1) - 1)
    if allowed < needed:
        fewer = "" if threads == 1 else "; OMP_NUM_THREADS=1 needs less"
        raise ResourceLimitError(
            f"ulimit -v allows {allowed / 1e6:.0f} MB; the packages alone need"
            f" {needed / 1e6:.0f} MB",
            hint=f"ulimit -v {needed // 1000} or more{fewer}",
        )


def _is_number(name: str) -> bool:
    return os.environ.get(name, "").isdecimal()


def _fits(value: str, smallest: int | None, largest: float) -> bool:
    try:
        number = int(value)
    except ValueError:
        return smallest is None
    return number <= largest and (smallest is None or number >= smallest)

"""The environment of a process: streams that may be closed or full, signals, variables."""

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
"""Largest number of threads; libraries crash beyond it, since they allocate memory for each."""

LEAST_BYTES = 2_300_000_000
"""Address space of the packages, bytes; with less, libraries crash while they are loaded."""

BYTES_OF_A_THREAD = 150_000_000
"""Address space that linear algebra reserves for each further thread, bytes."""

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""Variables that limit the threads; the first that is set counts."""

NUMBERS = {"NUMBA_NUM_THREADS": 1, "OMP_NUM_THREADS": None, "PYSCF_MAX_MEMORY": 1}
"""Variables whose wrong values break the import of packages, and the smallest value of each; OpenMP
ignores values that are too small."""


def open_closed_streams() -> None:
    """Replace closed streams (``>&-``), which are None in Python, by the null device.

    Their descriptors are taken as well: the next opened file would become standard output.
    """
    for descriptor, (name, mode) in enumerate(STREAMS):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free descriptor
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115  # to the end


def prepare_output() -> None:
    """Make errors of standard output name it, and drop messages that cannot be written."""
    output, words = sys.__stdout__, sys.__stderr__
    if output is not None and sys.stdout is output:
        sys.stdout = _text(_Named(output.fileno(), "w", closefd=False), output, output.isatty())
    if words is not None and sys.stderr is words:
        sys.stderr = _text(_Unheard(words.fileno(), "w", closefd=False), words, by_line=True)


def _text(raw: io.FileIO, like: TextIO, by_line: bool) -> TextIO:
    """A text stream like another; characters that its encoding lacks are replaced."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=like.encoding, errors="replace", line_buffering=by_line
    )


class ReaderGone(BaseException):
    """The reader of standard output is gone, as in ``vqe list | head -1``; this is no error."""


def output_has_begun() -> bool:
    """Whether anything has been written to standard output."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return isinstance(raw, _Named) and raw.begun


class _Named(io.FileIO):
    """Standard output, whose errors are marked with its name."""

    begun = False

    def write(self, content: Buffer) -> int:
        """Write, and name the stream in errors.

        Returns:
            The number of written bytes.
        """
        self.begun = True
        try:
            return super().write(content)
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            error.filename = STANDARD_OUTPUT
            raise


class _Unheard(io.FileIO):
    """Standard error; text that cannot be written (``2>/dev/full``) is dropped.

    A failing message must not cost a result.
    """

    def write(self, content: Buffer) -> int:
        """Write, or drop the content and report success.

        Returns:
            The number of bytes, written or dropped.
        """
        size = memoryview(content).nbytes
        try:
            written = super().write(content)
        except OSError:
            return size
        return size if written is None else written


class Stopped(KeyboardInterrupt):
    """A signal that stops a command.

    If a plain KeyboardInterrupt passes through `exec`, as in many imports, Python treats it as
    unhandled and ends by SIGINT instead of with our exit code.
    """


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopped_by_signals(*, restored: bool) -> Iterator[None]:
    """Make SIGTERM and SIGHUP stop a command as Ctrl-C does.

    Args:
        restored: Whether the previous handlers are restored at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # a program that embeds the command line handles signals itself
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
    """Keep the outcome if a signal comes while the interpreter ends.

    Args:
        code: The exit code.
    """
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: os._exit(code))


def check_environment() -> None:
    """Refuse an environment in which packages cannot be imported.

    Raises:
        InputError: A variable has a bad value, or the working directory is gone.
    """
    try:
        os.getcwd()
    except FileNotFoundError:
        raise InputError("the working directory no longer exists", hint="cd to another") from None
    for name, smallest in NUMBERS.items():
        value = os.environ.get(name)
        largest = MOST_THREADS if name.endswith("THREADS") else math.inf
        if value and not _fits(value, smallest, largest):
            error = InputError(
                f"'{value}' is not a usable number", hint=f"unset {name} or correct it"
            )
            error.where = f"environment variable {name}"
            raise error


def check_address_space() -> None:
    """Refuse a limit of address space under which packages cannot be imported.

    Raises:
        ResourceLimitError: The limit is too small.
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

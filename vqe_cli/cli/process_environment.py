"""The environment of a process: streams that may be closed or full, variables, limits."""

from __future__ import annotations

import io
import math
import os
import resource
import sys
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


def forget_notebook() -> None:
    """Drop the backend of figures that a Jupyter kernel names to the commands of its cells.

    Matplotlib refuses one that is not installed here, as where the kernel is another Python's.
    Figures are written without any backend.
    """
    os.environ.pop("MPLBACKEND", None)


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

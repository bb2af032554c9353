"""The child process of the fork server: it runs one function, and reports."""

from __future__ import annotations

import faulthandler
import fcntl
import os
import resource
import select
import signal
import sys
import tempfile
import threading
from importlib import import_module
from typing import NoReturn

import psutil
from pydantic import Field

from vqe_cli._core.validation import Frozen
from vqe_cli.screening.model import Failure, failure_of


class Request(Frozen):
    """A request to a child: the function to call, and its surroundings."""

    function: str = Field(
        description="Function as ``module:function``, called with `argument` and `tell`."
    )
    argument: str
    folder: str = Field(description="Working directory of the child, for temporary files.")
    headroom: int = Field(description="Bytes of address space that the child may map in addition.")


class Report(Frozen):
    """A report of a child: its current activity, its failure, or its end."""

    at: str | None = None
    failure: Failure | None = None
    done: bool = False


def run_child(lifeline: int, reports: int, output: int) -> NoReturn:
    """Read the request, run it and exit; never return.

    Args:
        lifeline: Read end of a pipe that holds the request and closes when the supervisor ends.
        reports: File descriptor for reports, one JSON object a line.
        output: File descriptor for standard output and standard error.
    """
    code = 1
    try:
        os.setsid()
        _redirect_streams(output)
        request = _request(lifeline)
        die_with(lifeline)
        code = _execute(request, reports)
        sys.stdout.flush()
    finally:
        os._exit(code)


def die_with(lifeline: int) -> None:
    """Let this process's group be killed when the other end of a pipe closes.

    On Linux the kernel does this, even while compiled code holds Python's lock.

    Args:
        lifeline: Read end of a pipe to which nothing more is written.
    """
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    else:
        threading.Thread(target=_kill_when_closed, args=(lifeline,), daemon=True).start()
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before the signal was set up
        os.killpg(0, signal.SIGKILL)


def _kill_when_closed(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _redirect_streams(output: int) -> None:
    """Redirect the standard streams, forbid core files, and print tracebacks on fatal signals."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, standard)
    os.close(nothing)
    os.close(output)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(file=2)


def _request(lifeline: int) -> Request:
    size = int.from_bytes(_exactly(lifeline, 8), "big")
    return Request.model_validate_json(_exactly(lifeline, size))


def _exactly(descriptor: int, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = os.read(descriptor, min(size - len(found), 1 << 20))
        if not piece:
            os.killpg(0, signal.SIGKILL)  # the supervisor has ended
        found += piece
    return bytes(found)


def _execute(request: Request, reports: int) -> int:
    """Run the function; the exit code, 0 if it returned."""
    stream = os.fdopen(reports, "w", buffering=1, encoding="utf-8", closefd=False)

    def say(report: Report) -> None:
        stream.write(report.model_dump_json(exclude_defaults=True) + "\n")

    os.chdir(request.folder)
    tempfile.tempdir = os.environ["TMPDIR"] = request.folder
    try:
        _limit_address_space(request.headroom)
        module, _, name = request.function.partition(":")
        function = getattr(import_module(module), name)
        function(request.argument, lambda at: say(Report(at=at)))
    except BaseException as error:
        say(Report(failure=failure_of(error)))
        return 1
    say(Report(done=True))
    return 0


def _limit_address_space(headroom: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = psutil.Process().memory_info().vms + headroom
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def read_reports(text: bytes) -> tuple[list[Report], bytes]:
    """Complete reports, and the unfinished last line.

    Args:
        text: All bytes read so far.
    """
    *lines, rest = text.split(b"\n")
    return [Report.model_validate_json(line) for line in lines], rest


def encode(request: Request) -> bytes:
    """The bytes of a request on the lifeline: the length in eight bytes, then the JSON."""
    text = request.model_dump_json().encode()
    return len(text).to_bytes(8, "big") + text

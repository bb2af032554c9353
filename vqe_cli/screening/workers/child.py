"""A child of the fork server: redirect its streams, run one function, report, end."""

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
    """What a child is to do."""

    function: str = Field(description="``module:function``, called with `argument` and `tell`.")
    argument: str
    folder: str = Field(description="Its working directory, for temporary files.")
    headroom: int = Field(description="Bytes of address space that it may map in addition.")


class Report(Frozen):
    """A line that a child writes: what it is doing, that it failed, or that it is done."""

    at: str | None = None
    failure: Failure | None = None
    done: bool = False


def run_child(lifeline: int, reports: int, output: int) -> NoReturn:
    """Read the request and run it; never returns.

    Args:
        lifeline: Read end of a pipe that holds the request and closes when the supervisor ends.
        reports: Where reports are written, one JSON object a line.
        output: Where standard output and error go.
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
    """Kill this process's group when the other end of a pipe closes.

    On Linux the kernel does it, also while compiled code holds Python's lock.

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
    """Standard streams; no core files; a traceback on standard error when a signal kills."""
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
            os.killpg(0, signal.SIGKILL)  # who asked is gone
        found += piece
    return bytes(found)


def _execute(request: Request, reports: int) -> int:
    """Run the function; exit code 0 if it came back."""
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
    """Whole lines of reports, and the rest of an unfinished one.

    Args:
        text: What has been read so far.
    """
    *lines, rest = text.split(b"\n")
    return [Report.model_validate_json(line) for line in lines], rest


def encode(request: Request) -> bytes:
    """A request as it stands in the lifeline: its length in eight bytes, and its JSON."""
    text = request.model_dump_json().encode()
    return len(text).to_bytes(8, "big") + text

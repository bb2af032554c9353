"""Whole processes: how long, and how much memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from peer_bench.alternate import ROOT


@dataclass(frozen=True)
class Finished:
    """What became of a process.

    Args:
        seconds: Wall time from its start to its end.
        peak_bytes: The largest resident memory.
        code: As it returned it; negative: the signal that ended it.
        output: On its standard output.
        errors: The end of its standard error.
    """

    seconds: float
    peak_bytes: int
    code: int
    output: str
    errors: str


def timed(command: Sequence[str], cap: float, extra: Mapping[str, str] | None = None) -> Finished:
    """Run a command of our own Python in the repository's root and wait for it.

    Args:
        command: And its arguments.
        cap: Seconds after which it is killed.
        extra: Added to the environment.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(extra or {})}
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=errors)
        killer = threading.Timer(cap, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        written, complaints = output.read(), errors.read()
    scale = 1 if sys.platform == "darwin" else 1024
    peak = usage.ru_maxrss * scale
    return Finished(seconds, peak, process.returncode, written, complaints[-2000:])

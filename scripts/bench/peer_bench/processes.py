"""Whole processes: how long, and how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from peer_bench.alternate import ROOT, WORKERS


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


def timed(command: Sequence[str], cap: float) -> Finished:
    """Run a command with this package in the repository's root and wait for it.

    Args:
        command: And its arguments.
        cap: Seconds after which it is killed.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"}
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        watch = [sys.executable, "-S", str(WORKERS / "watch.py"), str(report), str(cap)]
        done = subprocess.run(
            [*watch, *command],
            check=True,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        found = json.loads(report.read_text(encoding="ascii"))
    return Finished(**found, output=done.stdout, errors=done.stderr[-2000:])

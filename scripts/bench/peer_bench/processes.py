"""Time and memory of whole processes."""

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
    """The result of a process.

    Args:
        seconds: Wall time in seconds.
        peak_bytes: Largest resident memory in bytes.
        code: Exit code, or negative number of the fatal signal.
        output: Standard output.
        errors: End of the standard error.
    """

    seconds: float
    peak_bytes: int
    code: int
    output: str
    errors: str


def timed(command: Sequence[str], cap: float) -> Finished:
    """Run a command with this package in the repository's root, and wait for its end.

    Args:
        command: Command with its arguments.
        cap: Time limit in seconds.

    Returns:
        Time, memory, exit code and output.
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

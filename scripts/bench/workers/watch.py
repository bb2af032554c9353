"""Run a command, and report its time and peak memory.

    python watch.py REPORT CAP COMMAND...

A process inherits its parent's peak memory (getrusage(2), across execve), so that the parent must
be as small as this script, which imports only the standard library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time


def main() -> None:
    """Run the command and write the report."""
    report, cap, *command = sys.argv[1:]
    began = time.perf_counter()
    process = subprocess.Popen(command)
    killer = threading.Timer(float(cap), process.kill)
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    found = {"seconds": seconds, "peak_bytes": peak, "code": process.returncode}
    with open(report, "w", encoding="ascii") as stream:
        json.dump(found, stream)


if __name__ == "__main__":
    main()

"""Measure the time of whole commands from a cold process, and of their imports.

python scripts/bench/startup.py [REPEATS]

Prints medians of whole processes, and of importing each package alone, on this machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    ("vqe", "--help"),
    ("vqe", "list"),
    ("vqe", "run", "molecules/h2.yaml", "--quiet"),
    ("vqe", "run", "molecules/h2.yaml", "--quiet", "--reference", "fci"),
    ("vqe", "run", "molecules/n2.yaml", "--quiet"),
)
IMPORTS = ("numpy", "scipy.optimize", "pyscf.scf", "qiskit", "qiskit_nature", "qiskit_algorithms")


def median_seconds(command: tuple[str, ...], repeats: int) -> float:
    """The median wall time in seconds of a command, which must succeed."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {repeats}")
    for command in COMMANDS:
        print(f"{median_seconds(command, repeats):6.2f} s  {' '.join(command)}")
    for module in IMPORTS:
        seconds = median_seconds((sys.executable, "-c", f"import {module}"), repeats)
        print(f"{seconds:6.2f} s  import {module}")


if __name__ == "__main__":
    main()

"""Compare the CPU time of whole commands with that of importing the packages that all of them need.

    python scripts/bench/startup.py [--rounds 5] [--other CHECKOUT]

The commands and the import take turns, each in a new process with one thread, so that a disturbance
of the machine affects all alike; with another checkout, such as the last release, its commands take
turns with them. The best of each counts, and ratios are those to the import. Compiled kernels and
Python's bytecode should be cached: one round is run before.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (sys.executable, "-c", "import pyscf.scf, numba, qiskit")
COMMANDS = (
    "--help",
    "run molecules/h2.yaml",
    "run molecules/h2o.yaml",
    "run molecules/n2.yaml",
    "run molecules/h2.yaml molecules/h2o.yaml molecules/n2.yaml",
    "reference molecules/h2o.yaml",
    "estimate molecules/h2.yaml",
    "inspect molecules/h2.yaml",
)


def cpu_seconds(command: tuple[str, ...], checkout: Path) -> float:
    """CPU time of a command, which must succeed, in seconds."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = os.times()
    subprocess.run(command, cwd=checkout, check=True, capture_output=True, env=environment)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--other", type=Path, help="Checkout to compare with.")
    asked = parser.parse_args()
    checkouts = [ROOT, *([asked.other.resolve()] if asked.other else [])]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, best of {asked.rounds}")
    for words in COMMANDS:
        command = (sys.executable, "-m", "vqe_cli", *words.split())
        for checkout in checkouts:
            cpu_seconds(command, checkout)
        imports, times = [], [list[float]() for _ in checkouts]
        for _ in range(asked.rounds):
            imports.append(cpu_seconds(PACKAGES, ROOT))
            for found, checkout in zip(times, checkouts, strict=True):
                found.append(cpu_seconds(command, checkout))
        least = min(imports)
        shown = "   ".join(f"{min(found):6.2f} s {min(found) / least:5.2f} x" for found in times)
        print(f"{least:6.2f} s   {shown}   {words}", flush=True)


if __name__ == "__main__":
    main()

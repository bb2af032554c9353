"""The surroundings of a measurement: machine, date and load."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np


def surroundings(threads: int) -> dict[str, Any]:
    """Processor, cores, load average of the last minute, Python, date.

    Args:
        threads: Number of threads of every program; 0 for all.
    """
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.system(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "threads": threads,
    }


def _cpu() -> str:
    """The processor's model, with the vector units that NumPy reports."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="ascii").splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass  # not Linux: use the machine's type
    found = np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", [])
    widest = "AVX-512" if any("AVX512" in unit for unit in found) else ""
    return f"{name}, {widest}" if widest else name

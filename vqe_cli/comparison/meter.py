"""Measurement of a piece of work: wall and processor time, memory at its peak, electricity."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")
"""Folder of the processor's energy counters (RAPL) on Linux."""


@dataclass
class Reading:
    """What a piece of work took; complete after its end.

    Args:
        wall_s: Wall time, seconds.
        cpu_s: Processor time of this process and its ended children, seconds.
        peak_bytes: Memory at its peak, beyond what was in use at the beginning.
        joules: Electricity of the processors by their counters; None where they cannot be read.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    joules: float | None = None

    def __add__(self, other: Reading) -> Reading:
        """What two pieces of work took, one after the other."""
        known = self.joules is not None and other.joules is not None
        return Reading(
            self.wall_s + other.wall_s,
            self.cpu_s + other.cpu_s,
            max(self.peak_bytes, other.peak_bytes),
            (self.joules or 0.0) + (other.joules or 0.0) if known else None,
        )


@contextmanager
def metered() -> Iterator[Reading]:
    """Measure what a block takes.

    Yields:
        The reading, which is complete after the block, however it ends.
    """
    reading = Reading()
    _forget_peak()
    before = _resident_bytes()
    counters = _counters()
    wall, processor = time.perf_counter(), _processor_seconds()
    try:
        yield reading
    finally:
        reading.wall_s = time.perf_counter() - wall
        reading.cpu_s = _processor_seconds() - processor
        reading.peak_bytes = max(_peak_bytes() - before, 0)
        reading.joules = _consumed(counters, _counters())


def _processor_seconds() -> float:
    """To the microsecond: `os.times` counts hundredths."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def _forget_peak() -> None:
    """Let the kernel forget the largest memory so far, where it can (Linux)."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as stream:
            stream.write("5")
    except OSError:
        return  # the peak of the whole process is then an upper bound


def _resident_bytes() -> int:
    return _status("VmRSS") or _largest_bytes()


def _peak_bytes() -> int:
    return _status("VmHWM") or _largest_bytes()


def _status(field: str) -> int | None:
    """A size of this process by the kernel, bytes; None where it does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as stream:
            for line in stream:
                if line.startswith(field):
                    return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def _largest_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _counters() -> dict[str, tuple[int, int]]:
    """The energy counters of all processor packages and their ranges, in µJ."""
    found: dict[str, tuple[int, int]] = {}
    for folder in sorted(POWERCAP.glob("*-rapl:[0-9]*")):
        if folder.name.count(":") != 1:
            continue  # a part of a package
        try:
            value = int((folder / "energy_uj").read_text())
            found[folder.name] = (value, int((folder / "max_energy_range_uj").read_text()))
        except OSError:
            continue  # as a rule only root may read them
    return found


def _consumed(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> float | None:
    """The electricity between two readings of the counters, joules."""
    if not before or before.keys() != after.keys():
        return None
    total = 0
    for name, (value, limit) in after.items():
        change = value - before[name][0]
        total += change if change >= 0 else change + limit
    return total * 1e-6

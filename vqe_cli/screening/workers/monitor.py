"""A child is watched until it has ended: what it says, what it takes, when it has to go."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from vqe_cli._core.resources import show_bytes
from vqe_cli.screening.model import Failure, Limits
from vqe_cli.screening.workers.child import Report, read_reports
from vqe_cli.screening.workers.fork_client import Child
from vqe_cli.screening.workers.process_groups import Kin

SHORTEST_S, LONGEST_S = 0.05, 0.25
"""Between two looks at the memory; a hog takes some 100 MB in the shorter time."""

FASTEST_GROWTH = 8e9
"""Bytes a second that no process exceeds: memory far from its cap is looked at less often."""

STOP_PERIOD_S = 0.5
"""Between two looks for the stop file, which may lie on a network disk."""

DYING_S = 10.0
"""A killed process that is not gone by then hangs in the kernel; it is left behind."""

OUTPUT_KEPT = 4096
"""Bytes from the end of what a child printed."""


@dataclass
class Attendance:
    """What came of watching a child.

    Args:
        code: Its exit code, a signal's number with a minus, None if nobody could tell.
        killed: Why it was killed by us, if it was.
        reports: What it said.
        output: The end of what it printed.
        bytes: Its resident memory when it was last looked at, descendants included.
        peak_bytes: The largest of these.
    """

    code: int | None = None
    killed: Failure | None = None
    reports: list[Report] = field(default_factory=list)
    output: bytes = b""
    bytes: int = 0
    peak_bytes: int = 0


def attend(
    child: Child,
    limits: Limits,
    *,
    stopped: Callable[[], bool] = lambda: False,
    each_report_in_time: bool = False,
    notice: Callable[[Attendance], None] = lambda _: None,
) -> Attendance:
    """Watch a child to its end, and see to it that nothing of it is left.

    Args:
        child: A child that has just been forked.
        limits: Beyond these it is killed.
        stopped: Says whether it is to be killed because nobody wants it any more.
        each_report_in_time: The time limit is for each of its reports, not for all of it.
        notice: Told at every look at its memory.
    """
    watch = _Watch(child, limits, stopped, each_report_in_time, notice)
    try:
        return watch.to_the_end()
    finally:
        watch.kin.kill()
        child.close()


class _Watch:
    def __init__(
        self,
        child: Child,
        limits: Limits,
        stopped: Callable[[], bool],
        each_report_in_time: bool,
        notice: Callable[[Attendance], None],
    ) -> None:
        self.kin = Kin(child.pid)
        self._child, self._limits = child, limits
        self._stopped, self._each, self._notice = stopped, each_report_in_time, notice
        self._seen = Attendance()
        self._since = time.monotonic()
        self._stop_check = 0.0
        self._unread = self._ending = b""
        self._open = {child.reports, child.output, child.status}
        self._poll = select.poll()  # a driver of many workers has more files than select can take
        for descriptor in self._open:
            self._poll.register(descriptor, select.POLLIN)

    def to_the_end(self) -> Attendance:
        """Read and look, until the nursery says how it ended, or dies."""
        look, deadline = time.monotonic(), float("inf")
        while self._child.status in self._open and time.monotonic() < deadline:
            self._read(max(0.0, look - time.monotonic()))
            if time.monotonic() < look:
                continue
            if self._seen.killed is None and (reason := self._too_much()) is not None:
                self._seen.killed = reason
                self.kin.kill()
                deadline = time.monotonic() + DYING_S
            self._notice(self._seen)
            look = self._next_look()
        self.kin.kill()  # nobody is to write any more
        while self._read(0.0):
            pass
        self._take_ending()
        return self._seen

    def _next_look(self) -> float:
        """When the memory may have reached its cap, or the time is over; not too soon or late."""
        now, limits = time.monotonic(), self._limits
        memory = (limits.memory_bytes - self._seen.bytes) / FASTEST_GROWTH
        left = min(memory, self._since + limits.seconds - now, LONGEST_S)
        return now + max(left, SHORTEST_S)

    def _too_much(self) -> Failure | None:
        """Why it must be killed now, if it must."""
        now, limits = time.monotonic(), self._limits
        taken = self._seen.bytes = self.kin.resident_bytes()
        self._seen.peak_bytes = max(self._seen.peak_bytes, taken)
        if taken > limits.memory_bytes:
            cap = show_bytes(limits.memory_bytes)
            message = f"it took {show_bytes(taken)} of memory, the cap is {cap}"
            return Failure(kind="memory", message=message, hint="raise the cap on memory")
        if now - self._since > limits.seconds:
            message = f"it was not done after {limits.seconds:g} s"
            return Failure(kind="timeout", message=message, hint="raise the cap on time")
        if now >= self._stop_check:
            self._stop_check = now + STOP_PERIOD_S
            if self._stopped():
                return Failure(kind="lost", message="it was stopped with the campaign")
        return None

    def _read(self, timeout: float) -> bool:
        """Wait for anything to read, and read it; whether there was any."""
        ready = self._poll.poll(1000 * timeout)
        for descriptor, _ in ready:
            data = os.read(descriptor, 1 << 16)
            if not data:
                self._close(descriptor)
            elif descriptor == self._child.output:
                self._seen.output = (self._seen.output + data)[-OUTPUT_KEPT:]
            elif descriptor == self._child.status:
                self._take_status(data)
            else:
                self._take_reports(data)
        return bool(ready)

    def _close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        self._poll.unregister(descriptor)

    def _take_reports(self, data: bytes) -> None:
        fresh, self._unread = read_reports(self._unread + data)
        self._seen.reports += fresh
        if fresh and self._each:
            self._since = time.monotonic()

    def _take_status(self, data: bytes) -> None:
        self._ending += data
        if self._ending.endswith(b"\n"):
            self._close(self._child.status)

    def _take_ending(self) -> None:
        if self._ending:
            code, peak = (int(number) for number in self._ending.split())
            unit = 1 if sys.platform == "darwin" else 1024
            self._seen.code = code
            self._seen.peak_bytes = max(self._seen.peak_bytes, peak * unit)

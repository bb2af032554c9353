"""Monitoring of a child: its reports, its output, its memory and its limits."""

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
from vqe_cli.screening.workers.process_groups import ProcessTree

SHORTEST_S, LONGEST_S = 0.05, 0.25
"""Between two samples of the memory, which may grow by some 100 MB in the shorter time."""

FASTEST_GROWTH = 8e9
"""Bytes a second that no process exceeds: memory far from its cap is sampled less often."""

STOP_PERIOD_S = 0.5
"""Between two checks for the stop file, which may lie on a network disk."""

DYING_S = 10.0
"""A killed process that has not ended by then hangs in the kernel and is abandoned."""

OUTPUT_KEPT = 4096
"""Bytes kept from the end of what a child printed."""


@dataclass
class ChildState:
    """What is known of a child, while it runs and after its end.

    Args:
        code: Its exit code, the negative number of the signal that killed it, or None if unknown.
        killed: Why the monitor killed it, if it did.
        reports: All its reports, in order.
        output: The last `OUTPUT_KEPT` bytes of its standard output and standard error.
        bytes: Its resident memory at the last sample, descendants included.
        peak_bytes: The largest resident memory of all samples.
    """

    code: int | None = None
    killed: Failure | None = None
    reports: list[Report] = field(default_factory=list)
    output: bytes = b""
    bytes: int = 0
    peak_bytes: int = 0


def monitor(
    child: Child,
    limits: Limits,
    *,
    stopped: Callable[[], bool] = lambda: False,
    each_report_in_time: bool = False,
    on_sample: Callable[[ChildState], None] = lambda _: None,
) -> ChildState:
    """Monitor a child to its end, and kill all its descendants.

    Args:
        child: A child that has just been forked.
        limits: It is killed when it exceeds them.
        stopped: Whether the campaign is being stopped; the child is then killed.
        each_report_in_time: The time limit applies to each report rather than to the whole.
        on_sample: Called with the state at every sample of the memory.
    """
    watched = _Monitor(child, limits, stopped, each_report_in_time, on_sample)
    try:
        return watched.to_the_end()
    finally:
        watched.tree.kill()
        child.close()


class _Monitor:
    def __init__(
        self,
        child: Child,
        limits: Limits,
        stopped: Callable[[], bool],
        each_report_in_time: bool,
        on_sample: Callable[[ChildState], None],
    ) -> None:
        self.tree = ProcessTree(child.pid)
        self._child, self._limits = child, limits
        self._stopped, self._each, self._on_sample = stopped, each_report_in_time, on_sample
        self._state = ChildState()
        self._since = time.monotonic()
        self._stop_check = 0.0
        self._unread = self._ending = b""
        self._open = {child.reports, child.output, child.status}
        self._poll = select.poll()  # with many workers there are more files than select can take
        for descriptor in self._open:
            self._poll.register(descriptor, select.POLLIN)

    def to_the_end(self) -> ChildState:
        """Read and sample until the fork server reports the end, or dies."""
        due, deadline = time.monotonic(), float("inf")
        while self._child.status in self._open and time.monotonic() < deadline:
            self._read(max(0.0, due - time.monotonic()))
            if time.monotonic() < due:
                continue
            if self._state.killed is None and (reason := self._limit_exceeded()) is not None:
                self._state.killed = reason
                self.tree.kill()
                deadline = time.monotonic() + DYING_S
            self._on_sample(self._state)
            due = self._next_sample()
        self.tree.kill()  # so that nothing is written any more
        while self._read(0.0):
            pass
        self._take_ending()
        return self._state

    def _next_sample(self) -> float:
        """When the memory may have reached its cap or the time is over, within fixed bounds."""
        now, limits = time.monotonic(), self._limits
        memory = (limits.memory_bytes - self._state.bytes) / FASTEST_GROWTH
        left = min(memory, self._since + limits.seconds - now, LONGEST_S)
        return now + max(left, SHORTEST_S)

    def _limit_exceeded(self) -> Failure | None:
        """Why it must be killed now; None if it may go on."""
        now, limits = time.monotonic(), self._limits
        taken = self._state.bytes = self.tree.resident_bytes()
        self._state.peak_bytes = max(self._state.peak_bytes, taken)
        if taken > limits.memory_bytes:
            cap = show_bytes(limits.memory_bytes)
            message = f"it used {show_bytes(taken)} of memory; the limit is {cap}"
            return Failure(kind="memory", message=message, hint="raise the memory limit")
        if now - self._since > limits.seconds:
            message = f"it was stopped after {limits.seconds:g} s, the time limit"
            return Failure(kind="timeout", message=message, hint="raise the time limit")
        if now >= self._stop_check:
            self._stop_check = now + STOP_PERIOD_S
            if self._stopped():
                return Failure(kind="lost", message="it was stopped with the campaign")
        return None

    def _read(self, timeout: float) -> bool:
        """Wait for something to read, and read it; False if there was nothing."""
        ready = self._poll.poll(1000 * timeout)
        for descriptor, _ in ready:
            data = os.read(descriptor, 1 << 16)
            if not data:
                self._close(descriptor)
            elif descriptor == self._child.output:
                self._state.output = (self._state.output + data)[-OUTPUT_KEPT:]
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
        self._state.reports += fresh
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
            self._state.code = code
            self._state.peak_bytes = max(self._state.peak_bytes, peak * unit)

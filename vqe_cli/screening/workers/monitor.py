"""Monitoring of a child: reports, output, memory and limits."""

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
"""Bounds on the time between two samples of the memory, which may grow by 100 MB in 0.05 s."""

FASTEST_GROWTH = 8e9
"""Upper bound in bytes per second: memory far below its limit is sampled less often."""

STOP_PERIOD_S = 0.5
"""Time between two checks for the stop file, which may lie on a network disk."""

DYING_S = 10.0
"""A killed process that has not ended after this time hangs in the kernel and is abandoned."""

OUTPUT_KEPT = 32_768
"""Number of bytes kept from the end of a child's output."""


@dataclass
class ChildState:
    """The state of a child, while it runs and after its end.

    Args:
        code: Exit code, negative number of the fatal signal, or None if unknown.
        killed: Reason why the monitor killed the child, None if it did not.
        reports: All reports of the child, in order.
        output: Last `OUTPUT_KEPT` bytes of standard output and standard error.
        bytes: Resident memory at the last sample in bytes, descendants included.
        peak_bytes: Largest resident memory of all samples in bytes.
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
        child: Child that has just been forked.
        limits: Limits whose excess kills the child.
        stopped: Function that says whether the campaign is being stopped, which kills the child.
        each_report_in_time: Whether the time limit applies to each report rather than to the
            whole run.
        on_sample: Callback, called with the state at every sample of the memory.

    Returns:
        The final state.
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
        self._poll = select.poll()  # many workers have more open files than `select` supports
        for descriptor in self._open:
            self._poll.register(descriptor, select.POLLIN)

    def to_the_end(self) -> ChildState:
        """Read and sample until the fork server reports the end, or dies.

        Returns:
            The final state of the child.
        """
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
        """The earliest time at which a limit may be exceeded, within fixed bounds."""
        now, limits = time.monotonic(), self._limits
        memory = (limits.memory_bytes - self._state.bytes) / FASTEST_GROWTH
        left = min(memory, self._since + limits.seconds - now, LONGEST_S)
        return now + max(left, SHORTEST_S)

    def _limit_exceeded(self) -> Failure | None:
        """The reason to kill the child now; None if it may continue."""
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
        """Wait for data and read them; False if there were none."""
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

"""Process groups and descendants of processes: memory and killing."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil


def children_of(pid: int) -> list[int]:
    """The children of a process; empty if it has ended.

    Linux keeps a list, which is read in microseconds; elsewhere all processes are searched.

    Args:
        pid: Process id.
    """
    try:
        if not _lists_children():
            return [child.pid for child in psutil.Process(pid).children()]
        threads = os.listdir(f"/proc/{pid}/task")
        found = [Path(f"/proc/{pid}/task/{thread}/children").read_text() for thread in threads]
    except (psutil.NoSuchProcess, OSError):
        return []
    return [int(child) for line in found for child in line.split()]


@cache
def _lists_children() -> bool:
    return Path("/proc/thread-self/children").exists()


class ProcessTree:
    """A process and its descendants, including those that have lost their parent.

    Args:
        root: Process id of the topmost process, the leader of its group.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._members: dict[int, psutil.Process] = {}
        self._add(root)

    def _add(self, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):  # it may have ended in the meantime
            self._members[pid] = psutil.Process(pid)

    def _living(self) -> list[psutil.Process]:
        """The living processes, new ones included."""
        self._members = {p: member for p, member in self._members.items() if member.is_running()}
        unseen = list(self._members)
        while unseen:
            for pid in children_of(unseen.pop()):
                if pid not in self._members:
                    self._add(pid)
                    unseen.append(pid)
        return list(self._members.values())

    def resident_bytes(self) -> int:
        """The sum of resident memory in bytes; shared pages count once per process."""
        total = 0
        for member in self._living():
            try:
                total += member.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total

    def kill(self) -> None:
        """Kill all processes, including those started meanwhile."""
        if self._root in self._members and self._members[self._root].is_running():
            kill_group(self._root)
        killed: set[int] = set()
        while fresh := [member for member in self._living() if member.pid not in killed]:
            for member in fresh:
                killed.add(member.pid)
                with suppress(psutil.NoSuchProcess):
                    member.kill()


def kill_all(pids: Sequence[int]) -> None:
    """Kill processes, their groups and their descendants.

    Args:
        pids: Process ids.
    """
    for pid in pids:
        ProcessTree(pid).kill()


def kill_group(leader: int) -> None:
    """Kill a process group.

    Args:
        leader: Process group id.
    """
    # The group may be empty; macOS then denies permission.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)

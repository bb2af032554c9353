"""What control groups leave a process: memory and cores of a container or of a batch slot.

Version 2 has one tree, version 1 one for each controller. A limit holds for everything below it, so
that the narrowest of all groups from a process's own up to the top counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

UNLIMITED = 1 << 60
"""Bytes from which on a number of version 1 means that there is no limit."""


@dataclass(frozen=True)
class ControlGroups:
    """The groups that a process is in.

    Args:
        root: Where the file systems of processes and groups begin; another one in tests.
    """

    root: Path = Path("/")

    def free_bytes(self) -> int | None:
        """Memory that may still be taken; None where no group limits it.

        What a group holds of files it has read is given back when memory is short, and so counts
        as free.
        """
        found = [*self._free_in_unified(), *self._free_in_memory()]
        return max(min(found), 0) if found else None

    def cores(self) -> int | None:
        """Cores whose time the process may use, at least one; None where no group limits them."""
        found = [*self._cores_in_unified(), *self._cores_in_cpu()]
        return max(int(min(found)), 1) if found else None

    def _free_in_unified(self) -> Iterator[int]:
        """Version 2; beyond ``memory.high`` a group is slowed down until it hardly moves."""
        for folder in self._folders(""):
            used = _number(folder / "memory.current")
            for name in ("memory.max", "memory.high"):
                limit = _number(folder / name)
                if limit is not None and used is not None:
                    yield limit - used + _statistic(folder, "inactive_file")

    def _free_in_memory(self) -> Iterator[int]:
        """Version 1."""
        for folder in self._folders("memory"):
            used = _number(folder / "memory.usage_in_bytes")
            limit = _number(folder / "memory.limit_in_bytes")
            if limit is not None and limit < UNLIMITED and used is not None:
                yield limit - used + _statistic(folder, "total_inactive_file")

    def _cores_in_unified(self) -> Iterator[float]:
        for folder in self._folders(""):
            quota, _, period = _text(folder / "cpu.max").partition(" ")
            if quota.isdigit() and period.isdigit() and int(period):
                yield int(quota) / int(period)

    def _cores_in_cpu(self) -> Iterator[float]:
        for folder in self._folders("cpu"):
            quota = _number(folder / "cpu.cfs_quota_us")
            period = _number(folder / "cpu.cfs_period_us")
            if quota is not None and quota > 0 and period:
                yield quota / period

    def _folders(self, controller: str) -> Iterator[Path]:
        """The process's group and all above it that can be seen, its own first.

        Args:
            controller: Of version 1; empty for version 2.
        """
        own = self._own_group(controller)
        if own is None:
            return
        for mounted, point in self._mounts(controller):
            below = own.relative_to(mounted) if own.is_relative_to(mounted) else PurePosixPath()
            top = self.root / point.lstrip("/")
            parts = [] if ".." in below.parts else list(below.parts)
            for depth in range(len(parts), -1, -1):
                yield top.joinpath(*parts[:depth])

    def _own_group(self, controller: str) -> PurePosixPath | None:
        """The path of the process's group in a hierarchy; None where there is no such hierarchy."""
        for line in _text(self.root / "proc/self/cgroup").splitlines():
            _, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            if controller in controllers.split(",") if controller else not controllers:
                return PurePosixPath(path)
        return None

    def _mounts(self, controller: str) -> Iterator[tuple[PurePosixPath, str]]:
        """Which group each mount of a hierarchy shows, and where."""
        kind = "cgroup" if controller else "cgroup2"
        for line in _text(self.root / "proc/self/mountinfo").splitlines():
            before, _, after = line.partition(" - ")
            fields, described = before.split(), after.split()
            if len(fields) < 5 or len(described) < 3 or described[0] != kind:
                continue
            if controller and controller not in described[2].split(","):
                continue
            yield PurePosixPath(fields[3]), fields[4]


def _text(path: Path) -> str:
    """The contents of a file of the kernel's; empty where there is none or it may not be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    """A file that holds a number; None where it does not, as where it says ``max``."""
    text = _text(path)
    return int(text) if text.lstrip("-").isdigit() else None


def _statistic(folder: Path, name: str) -> int:
    """A line of ``memory.stat``; 0 where there is none."""
    for line in _text(folder / "memory.stat").splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0

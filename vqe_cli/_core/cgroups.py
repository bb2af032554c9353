"""Memory and cores that control groups allow a process, in a container or batch slot.

Version 2 has one tree, version 1 one for each controller. A limit applies to everything below it,
so that the narrowest limit from the process's group up to the root counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

UNLIMITED = 1 << 60
"""Smallest number of bytes that means no limit in version 1."""


@dataclass(frozen=True)
class ControlGroups:
    """The control groups of this process.

    Args:
        root: Root of the file systems of processes and groups; another folder in tests.
    """

    root: Path = Path("/")

    def free_bytes(self) -> int | None:
        """The memory that can still be allocated, bytes; None if no group limits it.

        A group's cache of files is released when memory is short, and so counts as free.
        """
        found = [*self._free_in_unified(), *self._free_in_memory()]
        return max(min(found), 0) if found else None

    def cores(self) -> int | None:
        """The number of cores by CPU quota, at least one; None if no group limits it."""
        found = [*self._cores_in_unified(), *self._cores_in_cpu()]
        return max(int(min(found)), 1) if found else None

    def _free_in_unified(self) -> Iterator[int]:
        """Free memory of each group in version 2, where ``memory.high`` also counts, bytes."""
        for folder in self._folders(""):
            used = _number(folder / "memory.current")
            for name in ("memory.max", "memory.high"):
                limit = _number(folder / name)
                if limit is not None and used is not None:
                    yield limit - used + _statistic(folder, "inactive_file")

    def _free_in_memory(self) -> Iterator[int]:
        """Free memory of each group in version 1, bytes."""
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
        """The folders of the process's group and all visible ancestors, its own first.

        Args:
            controller: The controller of version 1; empty for version 2.
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
        """The path of the process's group in a hierarchy; None without such a hierarchy."""
        for line in _text(self.root / "proc/self/cgroup").splitlines():
            _, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            if controller in controllers.split(",") if controller else not controllers:
                return PurePosixPath(path)
        return None

    def _mounts(self, controller: str) -> Iterator[tuple[PurePosixPath, str]]:
        """The root group and the mount point of each mount of a hierarchy."""
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
    """The contents of a kernel file; empty if it is missing or not readable."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    """The number in a file; None for anything else, such as ``max``."""
    text = _text(path)
    return int(text) if text.lstrip("-").isdigit() else None


def _statistic(folder: Path, name: str) -> int:
    """The value of a line of ``memory.stat``; 0 without such a line."""
    for line in _text(folder / "memory.stat").splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0

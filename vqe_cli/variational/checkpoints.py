"""Checkpoints: every evaluation of a run under way, in a file found by the run's fingerprint."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.resources import private_folder, state_folder
from vqe_cli.variational.journal import LogEntry

SCHEMA = "vqe-checkpoint/1"
FLUSH_SECONDS = 1.0
"""At most so much work is lost to a power cut; to Ctrl-C or an error nothing is."""


def checkpoint_folder() -> Path:
    """Where checkpoints are kept."""
    return state_folder() / "checkpoints"


class FileJournal:
    """Evaluations as JSON lines, written about once a second; quick runs write nothing.

    The first line names the run and holds the starting points. Where the folder cannot be
    written to, the run goes on without a checkpoint and says so once.

    Args:
        fingerprint: Of the resolved spec.
        resume: Whether to answer from what an earlier run left.
        about: What the run is, for `unlike`: ``title``, ``file`` and ``settings``.
        warn: Told once if checkpoints cannot be written.
        folder: Where; the user's folder of checkpoints by default.
    """

    def __init__(
        self,
        fingerprint: str,
        *,
        resume: bool,
        about: dict[str, Any] | None = None,
        warn: Callable[[str], None] = lambda _: None,
        folder: Path | None = None,
    ) -> None:
        self._fingerprint = fingerprint
        self._warn = warn
        self._about = about or {}
        self.path = (folder or checkpoint_folder()) / f"{fingerprint[:32]}.jsonl"
        self._starts: list[list[float]] | None = None
        self._entries = self._read() if resume else []
        self._pending: list[LogEntry] = []
        self._stream: IO[str] | None = None
        self._ours: tuple[int, int] | None = _identity_of(self.path)
        self._broken = False
        self._flushed = time.monotonic()

    @property
    def found(self) -> int:
        """Evaluations that an earlier run left."""
        return len(self._entries)

    def unlike(self) -> Unlike | None:
        """The latest checkpoint of the same file under other settings, if nothing was found."""
        if self.found:
            return None
        same = [one for one in _others(self.path.parent) if one.is_of(self._about)]
        latest = max(same, key=lambda one: one.written, default=None)
        return None if latest is None else latest.against(self._about["settings"])

    def replay(self) -> Iterable[LogEntry]:
        """What an earlier run left, oldest first."""
        return tuple(self._entries)

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep them, or return those of the earlier run."""
        if self._starts is not None and len(self._starts) == len(points):
            return tuple(np.array(point, dtype=float) for point in self._starts)
        self._starts = [point.tolist() for point in points]
        return points

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Keep evaluations that were asked for together; they are written together."""
        self._pending += entries
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered and make the disk keep it."""
        self._flushed = time.monotonic()
        if not self._pending or self._broken:
            return
        try:
            if self._stream is None:
                self._stream = self._open()
            self._stream.write("".join(_line(entry) for entry in self._pending))
            self._pending.clear()  # at once: an interrupt must not have them written twice
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            self._broken = True
            self._let_go()
            self._warn(f"no checkpoint can be kept in {self.path.parent}: {error.strerror}")

    def close(self, *, finished: bool) -> None:
        """End the run: remove the checkpoint if it finished, keep it if not."""
        if not finished:
            self.flush()
        self._let_go()
        if finished and not self._broken and self._ours == _identity_of(self.path):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self.path.unlink()

    def _let_go(self) -> None:
        """Close the file; what a full disk did not take has been told, and is tried again here."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None

    def _open(self) -> IO[str]:
        """A file that begins with what was replayed; the old one stays until it is there."""
        private_folder(self.path.parent)
        fresh = self.path.with_suffix(f".{os.getpid()}")
        heading = {**self._identity(), "about": self._about, "starts": self._starts}
        stream = fresh.open("w", encoding="ascii")
        try:
            stream.write(json.dumps(heading) + "\n")
            stream.write("".join(_line(entry) for entry in self._entries))
            stream.flush()
            os.fsync(stream.fileno())
            os.replace(fresh, self.path)
            self._ours = _identity_of(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink()
            with contextlib.suppress(OSError):
                stream.close()  # what the disk did not take is tried again, and fails again
            raise
        return stream

    def _identity(self) -> dict[str, str]:
        return {"schema": SCHEMA, "fingerprint": self._fingerprint}

    def _read(self) -> list[LogEntry]:
        """All whole lines; the last may have been cut off, and a damaged one ends the log."""
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").split("\n")[:-1]
        except OSError:
            return []
        if not lines or not self._is_ours(lines[0]):
            return []
        entries: list[LogEntry] = []
        for line in lines[1:]:
            try:
                entries.append(_entry(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                break
        return entries

    def _is_ours(self, line: str) -> bool:
        """Whether the first line names this run; its starting points are taken over."""
        try:
            header = json.loads(line)
            starts = header.pop("starts", None)
            header.pop("about", None)
            if starts is not None:
                self._starts = [[float(value) for value in point] for point in starts]
        except (ValueError, TypeError, AttributeError):
            return False
        return bool(header == self._identity())


@dataclass(frozen=True)
class Unlike:
    """A checkpoint that a run cannot go on from, because its settings are others.

    Args:
        path: The checkpoint.
        written: When, in seconds since the epoch.
        about: What the run was.
        changed: Keys of the settings, with dots, and both values.
    """

    path: Path
    written: float
    about: dict[str, Any]
    changed: tuple[str, ...] = ()

    def is_of(self, about: dict[str, Any]) -> bool:
        """Whether it is of the same file, or of the same title where there is no file."""
        if not about or not isinstance(self.about.get("settings"), dict):
            return False
        key = "file" if about["file"] is not None else "title"
        return bool(self.about.get(key) == about[key])

    def against(self, settings: dict[str, Any]) -> Unlike:
        """With what changed since."""
        before, now = _flat(self.about["settings"]), _flat(settings)
        keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
        changed = (f"{key}: {_shown(before, key)} -> {_shown(now, key)}" for key in keys)
        return replace(self, changed=tuple(changed))


LONGEST_VALUE = 40
"""Characters of a value that a message shows."""


def _others(folder: Path) -> Iterator[Unlike]:
    """All checkpoints that say what they are."""
    for path in folder.glob("*.jsonl"):
        try:
            with path.open(encoding="ascii", errors="replace") as stream:
                about = json.loads(stream.readline())["about"]
            if isinstance(about, dict):
                yield Unlike(path, path.stat().st_mtime, about)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # damaged, or gone meanwhile: nothing to go on from


def _flat(settings: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Values by their keys with dots."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def _shown(values: dict[str, Any], key: str) -> str:
    text = json.dumps(values[key], ensure_ascii=False) if key in values else "not there"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def _identity_of(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None where there is none.

    The same run may be made twice at a time, and the other's checkpoint is not this one's to
    remove.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _line(entry: LogEntry) -> str:
    content: dict[str, Any] = {"x": entry.point, "e": entry.value}
    if entry.standard_error is not None:
        content |= {"se": entry.standard_error, "n": entry.shots}
    if entry.discarded is not None:
        content["d"] = entry.discarded
    if entry.gradient is not None:
        content["g"] = entry.gradient
    return json.dumps(content) + "\n"


def _entry(content: dict[str, Any]) -> LogEntry:
    gradient = content.get("g")
    return LogEntry(
        point=content["x"],
        value=float(content["e"]),
        standard_error=content.get("se"),
        shots=content.get("n", 0),
        gradient=None if gradient is None else tuple(float(value) for value in gradient),
        discarded=content.get("d"),
    )

"""Checkpoints: all evaluations of an unfinished run, in a file named by the run's fingerprint."""

from __future__ import annotations

import contextlib
import fcntl
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
"""Seconds of work that a power cut can lose; Ctrl-C and errors lose nothing."""


def checkpoint_folder() -> Path:
    """The user's folder of checkpoints."""
    return state_folder() / "checkpoints"


class FileJournal:
    """Evaluations as JSON lines, written about once a second; quick runs write nothing.

    The first line names the run and holds the starting points. If the folder is not writable, the
    run continues without a checkpoint, with one warning.

    Args:
        fingerprint: The fingerprint of the resolved spec.
        resume: Whether to reuse the evaluations of an earlier run.
        about: ``title``, ``file`` and ``settings`` of the run, which `unlike` compares.
        warn: Callback, called once with a message if checkpoints cannot be written.
        folder: The folder of checkpoints. Default: the user's.
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
        """The number of evaluations left by an earlier run."""
        return len(self._entries)

    def unlike(self) -> Unlike | None:
        """The latest checkpoint of the same input file with other settings, if none matches."""
        if self.found:
            return None
        same = [one for one in _others(self.path.parent) if one.is_of(self._about)]
        latest = max(same, key=lambda one: one.written, default=None)
        return None if latest is None else latest.against(self._about["settings"])

    def replay(self) -> Iterable[LogEntry]:
        """The evaluations of an earlier run, oldest first."""
        return tuple(self._entries)

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep the starting points, or return those of the earlier run.

        Returns:
            The starting points to use, each of shape (num_parameters,).
        """
        if self._starts is not None and len(self._starts) == len(points):
            return tuple(np.array(point, dtype=float) for point in self._starts)
        self._starts = [point.tolist() for point in points]
        return points

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Keep evaluations of one request; they are written together."""
        self._pending += entries
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write pending evaluations and sync the file to disk."""
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
        """End the run: remove the checkpoint of a finished run, keep that of an unfinished one."""
        if not finished:
            self.flush()
        self._let_go()
        if finished and not self._broken and self._ours == _identity_of(self.path):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self.path.unlink()

    def _let_go(self) -> None:
        """Close the file; closing retries writes that failed on a full disk, already warned of."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None

    def _open(self) -> IO[str]:
        """A new file that begins with the replayed evaluations and then replaces the old one."""
        private_folder(self.path.parent)
        fresh = self.path.with_suffix(f".{os.getpid()}")
        heading = {**self._identity(), "about": self._about, "starts": self._starts}
        stream = fresh.open("w", encoding="ascii")
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # `vqe clean` leaves it alone
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
                stream.close()  # retries writes that failed, and fails again
            raise
        return stream

    def _identity(self) -> dict[str, str]:
        return {"schema": SCHEMA, "fingerprint": self._fingerprint}

    def _read(self) -> list[LogEntry]:
        """Evaluations of all complete lines, up to the first damaged one."""
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
        """Whether the first line names this run; if so, its starting points are kept."""
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
    """A checkpoint that a run cannot resume from, because its settings differ.

    Args:
        path: The checkpoint's file.
        written: Time of the last change, seconds since the epoch.
        about: ``title``, ``file`` and ``settings`` of the checkpoint's run.
        changed: Changed settings: key with dots, old and new value.
    """

    path: Path
    written: float
    about: dict[str, Any]
    changed: tuple[str, ...] = ()

    def is_of(self, about: dict[str, Any]) -> bool:
        """Whether its run has the same input file, or the same title if there is no file."""
        if not about or not isinstance(self.about.get("settings"), dict):
            return False
        key = "file" if about["file"] is not None else "title"
        return bool(self.about.get(key) == about[key])

    def against(self, settings: dict[str, Any]) -> Unlike:
        """This checkpoint with the settings that changed since."""
        before, now = _flat(self.about["settings"]), _flat(settings)
        keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
        changed = (f"{key}: {_shown(before, key)} -> {_shown(now, key)}" for key in keys)
        return replace(self, changed=tuple(changed))


LONGEST_VALUE = 40
"""The largest number of characters of a value in a message."""


def _others(folder: Path) -> Iterator[Unlike]:
    """All checkpoints of a folder that describe their run."""
    for path in folder.glob("*.jsonl"):
        try:
            with path.open(encoding="ascii", errors="replace") as stream:
                about = json.loads(stream.readline())["about"]
            if isinstance(about, dict):
                yield Unlike(path, path.stat().st_mtime, about)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # damaged, or removed meanwhile


def _flat(settings: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Values of nested settings by keys joined with dots."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def _shown(values: dict[str, Any], key: str) -> str:
    text = json.dumps(values[key], ensure_ascii=False) if key in values else "not set"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def _identity_of(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file; None if it does not exist.

    Two processes may make the same run at once; neither may remove the other's checkpoint.
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

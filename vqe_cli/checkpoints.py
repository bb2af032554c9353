"""Checkpoints: every evaluation of a run under way, in a file found by the run's fingerprint."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from vqe_cli.evaluations import LogEntry
from vqe_cli.machine import private_folder, state_folder
from vqe_cli.objective import Vector

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
        warn: Told once if checkpoints cannot be written.
        folder: Where; the user's folder of checkpoints by default.
    """

    def __init__(
        self,
        fingerprint: str,
        *,
        resume: bool,
        warn: Callable[[str], None] = lambda _: None,
        folder: Path | None = None,
    ) -> None:
        self._fingerprint = fingerprint
        self._warn = warn
        self.path = (folder or checkpoint_folder()) / f"{fingerprint[:32]}.jsonl"
        self._starts: list[list[float]] | None = None
        self._entries = self._read() if resume else []
        self._pending: list[LogEntry] = []
        self._stream: IO[str] | None = None
        self._broken = False
        self._flushed = time.monotonic()

    @property
    def found(self) -> int:
        """Evaluations that an earlier run left."""
        return len(self._entries)

    def replay(self) -> Iterable[LogEntry]:
        """What an earlier run left, oldest first."""
        return tuple(self._entries)

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep them, or return those of the earlier run."""
        if self._starts is not None and len(self._starts) == len(points):
            return tuple(np.array(point, dtype=float) for point in self._starts)
        self._starts = [point.tolist() for point in points]
        return points

    def append(self, entry: LogEntry) -> None:
        """Keep an evaluation."""
        self._pending.append(entry)
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
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._pending.clear()
        except OSError as error:
            self._broken = True
            self._warn(f"no checkpoint can be kept in {self.path.parent}: {error.strerror}")

    def close(self, *, finished: bool) -> None:
        """End the run: remove the checkpoint if it finished, keep it if not."""
        if not finished:
            self.flush()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if finished and not self._broken:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self.path.unlink()

    def _open(self) -> IO[str]:
        """A file that begins with what was replayed; the old one stays until it is there."""
        private_folder(self.path.parent)
        fresh = self.path.with_suffix(f".{os.getpid()}")
        stream = fresh.open("w", encoding="ascii")
        stream.write(json.dumps({**self._identity(), "starts": self._starts}) + "\n")
        stream.write("".join(_line(entry) for entry in self._entries))
        stream.flush()
        os.fsync(stream.fileno())
        os.replace(fresh, self.path)
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
            if starts is not None:
                self._starts = [[float(value) for value in point] for point in starts]
        except (ValueError, TypeError, AttributeError):
            return False
        return bool(header == self._identity())


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

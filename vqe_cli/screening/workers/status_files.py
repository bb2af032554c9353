"""What is under way: a small file for each running task, for whoever looks at the campaign."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from vqe_cli.screening.model import Task
from vqe_cli.screening.snapshot import Running
from vqe_cli.screening.workers.monitor import Attendance

RUNNING = "running"
"""The folder, in the campaign's; where it is missing nobody is told."""

PERIOD_S = 5.0
"""Between two changes of a file, unless the child has begun with another part; a thousand tasks
then change two hundred files a second, which a network disk must bear."""

FORGOTTEN_S = 30.0
"""A file that has not changed for so long has lost its supervisor."""


class Notice:
    """The file of one running task; a context manager that removes it at the end.

    It informs and nothing hangs on it: it is not synced, and where it cannot be written it is
    not.

    Args:
        folder: Where it lies.
        task: What is running.
        started: Seconds since 1970, UTC.
    """

    def __init__(self, folder: Path, task: Task, started: float) -> None:
        self._path = folder / f"{task.id}.json"
        self._names = {part.key: str(part.property.get("name", "computing")) for part in task.parts}
        self._facts = {"title": task.title, "attempt": task.attempt, "started": started}
        self._shown: tuple[str, float] | None = None
        self._possible = folder.is_dir()

    def __enter__(self) -> Notice:
        self._write("starting", 0)
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)

    def update(self, seen: Attendance) -> None:
        """Say what it is at, unless that was said a moment ago.

        Args:
            seen: What is known of the child.
        """
        key = next((report.at for report in reversed(seen.reports) if report.at), None)
        stage = "starting" if key is None else self._names.get(key, "computing")
        shown, at = self._shown or ("", 0.0)
        if stage != shown or time.monotonic() - at > PERIOD_S:
            self._write(stage, seen.bytes)

    def _write(self, stage: str, resident: int) -> None:
        self._shown = (stage, time.monotonic())
        if not self._possible:
            return
        draft = self._path.with_suffix(f".{os.getpid()}")
        try:
            draft.write_text(json.dumps({**self._facts, "stage": stage, "bytes": resident}))
            os.replace(draft, self._path)
        except OSError:
            self._possible = False


def running_tasks(folder: Path) -> Iterator[Running]:
    """What is said to be under way.

    Files that vanish meanwhile are passed over, and so are those that a power cut has emptied:
    nobody writes them any more.

    Args:
        folder: Where the notices lie.
    """
    now = time.time()
    for path in folder.glob("*.json"):
        try:
            said = json.loads(path.read_text())
            if now - path.stat().st_mtime > FORGOTTEN_S:
                continue
        except (FileNotFoundError, ValueError):
            continue
        yield Running(
            title=said["title"],
            stage=said["stage"],
            seconds=max(0.0, now - said["started"]),
            attempt=said["attempt"],
            bytes=said["bytes"],
        )

"""Status files: a small file for each running task, which views of the campaign read."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from vqe_cli.screening.model import Task
from vqe_cli.screening.snapshot import Running
from vqe_cli.screening.workers.monitor import ChildState

RUNNING = "running"
"""The folder of status files in the campaign folder; where it is missing none are written."""

PERIOD_S = 5.0
"""Time between two updates of a file, unless the child has begun another property. A thousand
tasks then update two hundred files a second, which a network disk can sustain."""

STALE_S = 30.0
"""A file that has not been updated for this long has lost its supervisor."""


class StatusFile:
    """The status file of one running task; a context manager that removes it at the end.

    The file is only informative: it is not synced, and errors of writing are ignored.

    Args:
        folder: Folder of status files.
        task: The running task.
        started: Start of the task in seconds since 1970, UTC.
    """

    def __init__(self, folder: Path, task: Task, started: float) -> None:
        self._path = _path(folder, task)
        self._names = {
            wanted.key: str(wanted.property.get("name", "computing")) for wanted in task.properties
        }
        self._facts = {"title": task.title, "attempt": task.attempt, "started": started}
        self._shown: tuple[str, float] | None = None
        self._possible = folder.is_dir()

    def __enter__(self) -> StatusFile:
        self._write("starting", 0)
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)

    def update(self, state: ChildState) -> None:
        """Write the activity of the child, unless it was written a moment ago.

        Args:
            state: Current state of the child.
        """
        key = next((report.at for report in reversed(state.reports) if report.at), None)
        stage = "starting" if key is None else self._names.get(key, "computing")
        shown, at = self._shown or ("", 0.0)
        if stage != shown or time.monotonic() - at > PERIOD_S:
            self._write(stage, state.bytes)

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


def may_have_begun(folder: Path, task: Task) -> bool:
    """Whether a task whose worker was killed may have been running there.

    A killed worker leaves the files of its running tasks behind; tasks that wait have none.

    Args:
        folder: Folder of status files; without one nothing is known.
        task: The task.
    """
    return not folder.is_dir() or _path(folder, task).exists()


def _path(folder: Path, task: Task) -> Path:
    return folder / f"{task.id}.json"


def running_tasks(folder: Path) -> Iterator[Running]:
    """The running tasks according to their status files.

    Files that vanish meanwhile, or that a power cut has emptied, are skipped.

    Args:
        folder: Folder of status files.
    """
    now = time.time()
    for path in folder.glob("*.json"):
        try:
            said = json.loads(path.read_text())
            if now - path.stat().st_mtime > STALE_S:
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

"""Temporary folders of tasks, and the removal of those left by killed supervisors."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

PREFIX = "vqe-task-"
LOCK = ".lock"

YOUNG_S = 60.0
"""A younger folder may not be locked yet."""


@contextmanager
def scratch_folder() -> Iterator[str]:
    """Provide an empty folder that is removed at the end.

    A killed supervisor cannot remove its folder; the next process that needs one does.

    Yields:
        The path of the folder.
    """
    _remove_abandoned_once()
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        (Path(folder) / LOCK).open("w") as stream,
    ):
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield folder


@cache
def _remove_abandoned_once() -> None:
    remove_abandoned(Path(tempfile.gettempdir()))


def remove_abandoned(folder: Path) -> None:
    """Remove the folders of dead supervisors, whose locks are free.

    Args:
        folder: Parent of the temporary folders.
    """
    for path in folder.glob(f"{PREFIX}*"):
        if not _is_ours(path):
            continue
        # Another process may have removed it already.
        with suppress(OSError), (path / LOCK).open("r+") as stream:
            if time.time() - path.stat().st_mtime > YOUNG_S:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether this user owns the folder; others may use the same name, or a link."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()

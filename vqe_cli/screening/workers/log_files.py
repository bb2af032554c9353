"""Logs in a campaign's folder: one file for the scheduler, one for each worker process."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vqe_cli._core.log import NAME, LogFile, listen, listening

LOGS = "logs"
"""The folder, in the campaign's; where it is missing nothing is logged."""

MOST_BYTES = 1_000_000
"""A longer file becomes ``NAME.log.1``, in the place of the one that had that name."""

_rotating = threading.Lock()


@contextmanager
def scheduler_log(folder: Path) -> Iterator[None]:
    """Write what the scheduler of a campaign logs within a block into ``campaign.log``.

    Args:
        folder: The folder of logs.
    """
    with listening(LogFile(folder / "campaign.log", MOST_BYTES), logging.INFO):
        yield


@contextmanager
def worker_log(folder: Path) -> Iterator[Path | None]:
    """Write what this thread logs within a block into the file of this worker process.

    A worker's other threads may be at work on another campaign.

    Args:
        folder: The folder of logs.

    Yields:
        The file, for `log_of_task`; None where there is no such folder.
    """
    if not folder.is_dir():
        yield None
        return
    path = folder / f"{socket.gethostname()}-{os.getpid()}.log"
    with _rotating, suppress(OSError):  # it may not be there yet, and no task is lost to a log
        if path.stat().st_size > MOST_BYTES:
            path.replace(f"{path}.1")
    handler, thread = LogFile(path), threading.get_ident()
    handler.addFilter(lambda record: record.thread == thread)
    listen(handler, logging.INFO)
    try:
        yield path
    finally:
        logging.getLogger(NAME).removeHandler(handler)
        handler.close()


def log_of_task(path: Path) -> None:
    """In the process of one task: log into the file of its worker from now on.

    Args:
        path: As `worker_log` gave it.
    """
    listen(LogFile(path), logging.INFO)

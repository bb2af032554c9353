"""Log files in a campaign's folder: one of the scheduler, one of each worker process."""

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
"""The folder of log files in the campaign folder; where it is missing nothing is logged."""

MOST_BYTES = 1_000_000
"""A longer file is renamed ``NAME.log.1``, replacing the previous one."""

_rotating = threading.Lock()


@contextmanager
def scheduler_log(folder: Path) -> Iterator[None]:
    """Write the log of a campaign's scheduler within a block to ``campaign.log``.

    Args:
        folder: Folder of log files.
    """
    with listening(LogFile(folder / "campaign.log", MOST_BYTES), logging.INFO):
        yield


@contextmanager
def worker_log(folder: Path) -> Iterator[Path | None]:
    """Write this thread's log within a block to the file of this worker process.

    Other threads of the worker may serve another campaign.

    Args:
        folder: Folder of log files.

    Yields:
        The file, for `log_of_task`; None where there is no such folder.
    """
    if not folder.is_dir():
        yield None
        return
    path = folder / f"{socket.gethostname()}-{os.getpid()}.log"
    with _rotating, suppress(OSError):  # no file yet; and no task may fail because of a log
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
    """Write the log of a task's process to the file of its worker from now on.

    Args:
        path: Log file that `worker_log` yielded.
    """
    listen(LogFile(path), logging.INFO)

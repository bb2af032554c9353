"""The package's log: the logger ``vqe`` with a child for each folder, silent until asked for.

A program that imports vqe_cli listens as it does to any library:
``logging.getLogger("vqe").setLevel(logging.INFO)``, and a handler of its own.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from vqe_cli._core.redaction import redact
from vqe_cli._core.text import printable

NAME = "vqe"
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
"""By how often ``-v`` is given."""

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LINE_OF_A_PROCESS = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
"""Where several processes write into one file."""

logging.getLogger(NAME).addHandler(logging.NullHandler())


def package_logger(module: str) -> logging.Logger:
    """The logger of a module: ``vqe.chemistry`` for all modules of ``vqe_cli.chemistry``.

    Args:
        module: The module's ``__name__``.
    """
    return logging.getLogger(f"{NAME}.{module.split('.')[1]}")


@contextmanager
def timed(log: logging.Logger, stage: str) -> Iterator[None]:
    """Log how long a stage took, once it has succeeded.

    Args:
        log: Takes the lines.
        stage: The name of what is done within the block.
    """
    log.debug("%s begins", stage)
    start = time.perf_counter()
    yield
    log.info("%s: %.3f s", stage, time.perf_counter() - start)


class Redacted(logging.Filter):
    """Removes access tokens from messages and tracebacks; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record in place."""
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


class _Printable(logging.Formatter):
    """Lines without characters that a terminal would obey: titles are somebody else's text."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


class StandardError(logging.Handler):
    """Writes to standard error as it is now, where a progress display may stand in for it."""

    def __init__(self) -> None:
        super().__init__()
        _furnish(self, LINE)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        sys.stderr.write(self.format(record) + "\n")


class LogFile(RotatingFileHandler):
    """A file that costs nothing where it cannot be written: no result is lost to a log.

    Args:
        path: The file; made when there is something to write.
        most_bytes: Beyond this size it becomes ``path.1`` and a new one begins; 0 for never.
    """

    def __init__(self, path: Path, most_bytes: int = 0) -> None:
        super().__init__(
            path, maxBytes=most_bytes, backupCount=1, encoding="utf-8", errors="replace", delay=True
        )
        _furnish(self, LINE_OF_A_PROCESS)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say nothing: a full disk is reported by whatever writes results."""


def listen(handler: logging.Handler, level: int) -> None:
    """Let a handler hear the whole package.

    Args:
        handler: A handler of this module.
        level: The lowest level that it hears.
    """
    log = logging.getLogger(NAME)
    handler.setLevel(level)
    log.addHandler(handler)
    if log.level == logging.NOTSET or log.level > level:
        log.setLevel(level)


@contextmanager
def listening(handler: logging.Handler, level: int) -> Iterator[None]:
    """Let a handler hear the whole package within a block.

    Args:
        handler: A handler of this module.
        level: The lowest level that it hears.
    """
    log = logging.getLogger(NAME)
    before = log.level
    listen(handler, level)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        handler.close()


def _furnish(handler: logging.Handler, line: str) -> None:
    handler.addFilter(Redacted())
    handler.setFormatter(_Printable(line))

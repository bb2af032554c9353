"""The package's log: the logger ``vqe`` with a child for each folder, silent by default.

A program that imports vqe_cli reads it like any library's log:
``logging.getLogger("vqe").setLevel(logging.INFO)``, and a handler of its own. Without this level
other packages' handlers, such as those of geomeTRIC, get warnings only.
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
"""Levels by the number of ``-v`` flags."""

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LINE_OF_A_PROCESS = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
"""Format of lines in a file that several processes write."""

logging.getLogger(NAME).addHandler(logging.NullHandler())
if logging.getLogger(NAME).level == logging.NOTSET:
    logging.getLogger(NAME).setLevel(logging.WARNING)


def package_logger(module: str) -> logging.Logger:
    """The logger of a module: ``vqe.chemistry`` for all modules of ``vqe_cli.chemistry``.

    Tokens are removed from its records, whoever handles them.

    Args:
        module: The module's ``__name__``.
    """
    log = logging.getLogger(f"{NAME}.{module.split('.')[1]}")
    if not log.filters:
        log.addFilter(Redacted())
    return log


@contextmanager
def timed(log: logging.Logger, stage: str) -> Iterator[None]:
    """Log how long a stage took, once it has succeeded.

    Args:
        log: The logger.
        stage: Name of the stage within the block.
    """
    log.debug("%s begins", stage)
    start = time.perf_counter()
    yield
    log.info("%s: %.3f s", stage, time.perf_counter() - start)


class Redacted(logging.Filter):
    """A filter that removes access tokens from messages and tracebacks, and passes every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove access tokens from a record in place.

        Returns:
            Always True, so that every record passes.
        """
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


class _Printable(logging.Formatter):
    """A formatter that removes terminal control characters, which titles of inputs may contain."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


class StandardError(logging.Handler):
    """A handler for the current standard error, which a progress display may have replaced."""

    def __init__(self) -> None:
        super().__init__()
        _set_up(self, LINE)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        sys.stderr.write(self.format(record) + "\n")


class LogFile(RotatingFileHandler):
    """A handler for a log file that ignores errors of writing, so that no result is lost.

    Args:
        path: The file, created with the first line.
        most_bytes: Size from which the file is renamed to ``path.1`` and a new one begins, bytes; 0
            for no limit.
    """

    def __init__(self, path: Path, most_bytes: int = 0) -> None:
        super().__init__(
            path, maxBytes=most_bytes, backupCount=1, encoding="utf-8", errors="replace", delay=True
        )
        _set_up(self, LINE_OF_A_PROCESS)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Ignore the error: a full disk is reported when results are written."""


def listen(handler: logging.Handler, level: int) -> None:
    """Attach a handler to the whole package's log.

    Args:
        handler: A handler of this module.
        level: The lowest level that it receives.
    """
    log = logging.getLogger(NAME)
    handler.setLevel(level)
    log.addHandler(handler)
    if log.level == logging.NOTSET or log.level > level:
        log.setLevel(level)


@contextmanager
def listening(handler: logging.Handler, level: int) -> Iterator[None]:
    """Attach a handler to the whole package's log within a block.

    Args:
        handler: A handler of this module.
        level: The lowest level that it receives.
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


def _set_up(handler: logging.Handler, line: str) -> None:
    handler.addFilter(Redacted())
    handler.setFormatter(_Printable(line))

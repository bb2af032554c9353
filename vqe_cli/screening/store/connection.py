"""Connections to a campaign's database, and what is done as one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vqe_cli.screening.workers.disk_errors import storage

BUSY_SECONDS = 120.0
"""How long to wait for others; it exceeds what a query or a page of rows may take."""

CACHE_KIB = 262144
"""At most: enough that the plan of a hundred thousand candidates is written in one go."""


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Open a database; one that a killed writer left in the middle of a commit recovers.

    A rollback journal and not a write-ahead log: it works on network file systems, and SQLite
    before 3.51.3 could corrupt databases with the latter.

    Args:
        path: The file; made if it is not there and `writable`.
        writable: Whether anything may be changed. Recovery must write, so that a reader opens
            the file for writing as well and only promises to change nothing.
    """
    mode = "rwc" if writable else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    if writable:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA foreign_keys = ON")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All that is written within is there afterwards, or nothing of it."""
    with _within(connection, path, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def snapshot(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All that is read within is of one moment; keep it short, a writer waits for its end."""
    with _within(connection, path, "BEGIN"):
        yield


@contextmanager
def _within(connection: sqlite3.Connection, path: Path, begin: str) -> Iterator[None]:
    with storage(path):
        connection.execute(begin)
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

"""Connections to a campaign's database, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vqe_cli.screening.workers.disk_errors import storage

BUSY_SECONDS = 120.0
"""Longest wait for other processes; it exceeds the longest time of a query or a page of rows."""

CACHE_KIB = 262144
"""Largest cache: enough to write the plan of a hundred thousand candidates in one transaction."""


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Open a database, which recovers from a writer killed in the middle of a commit.

    The database uses a rollback journal, which works on network file systems, and no write-ahead
    log, with which SQLite before 3.51.3 could corrupt databases.

    Args:
        path: Database file; created if missing and `writable`.
        writable: Whether changes are allowed. Recovery must write, so that a reader opens the
            file for writing as well, but as query-only.

    Returns:
        The connection, in autocommit mode.
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
    """Commit all writes of a block together, or none of them."""
    with _within(connection, path, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def snapshot(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Read a consistent state within a block; a writer waits for its end, so keep it short."""
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

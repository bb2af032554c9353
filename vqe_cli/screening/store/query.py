"""Queries by users in SQL on a campaign's database, read-only."""

from __future__ import annotations

import math
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqe_cli._core.plain_json import valid_text
from vqe_cli._core.resources import MACHINE, show_bytes
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.screening.store.table import Table, add_value_function
from vqe_cli.screening.workers.disk_errors import storage

SECONDS = 60.0
"""Time limit of queries in seconds: the campaign cannot commit while one is reading."""

_STEPS = 10_000
"""Instructions of SQLite's virtual machine between two checks of the time."""

_VALUE_BYTES = 100_000_000

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_MISTAKES = ("SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_RANGE", "SQLITE_MISMATCH")
_HARMLESS_PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info"}


@dataclass(frozen=True)
class Answer:
    """The answer to a query.

    Args:
        columns: Names of the columns, all different.
        rows: Rows with a value for each column.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask(path: Path, table: Table, sql: str, seconds: float = SECONDS) -> Answer:
    """Answer one SELECT, in which the campaign's table is the view ``campaign``.

    Args:
        path: Path of the database.
        table: Table behind the view ``campaign``.
        sql: One statement.
        seconds: Time limit in seconds.

    Returns:
        Columns and rows of the answer.

    Raises:
        InputError: The statement is not valid SQL, would change the database, or gives two columns
            the same name.
        ResourceLimitError: The query exceeds the limits on time or memory.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with storage(path):
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=seconds)
        try:
            _fence(connection, table, seconds)
            return _fetch(connection, sql)
        except (sqlite3.Warning, sqlite3.Error) as error:
            raise _explained(error) from error
        finally:
            connection.close()


def _fence(connection: sqlite3.Connection, table: Table, seconds: float) -> None:
    add_value_function(connection)
    connection.execute(f"CREATE TEMP VIEW campaign AS {table.select()}")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorize)
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action in _ALLOWED and second != "load_extension":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _HARMLESS_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _fetch(connection: sqlite3.Connection, sql: str) -> Answer:
    cursor = connection.execute(valid_text(sql))
    columns = tuple(item[0] for item in cursor.description or ())
    _check(columns)
    return Answer(columns, list(_within_memory(cursor, MACHINE.usable // 2)))


def _within_memory(cursor: sqlite3.Cursor, allowed: int) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, as long as they fit into the allowed bytes together."""
    left = allowed
    for found in cursor:
        row = tuple(_plain(value) for value in found)
        left -= sys.getsizeof(row) + sum(map(sys.getsizeof, row))
        if left < 0:
            raise ResourceLimitError(
                f"the query's answer is larger than {show_bytes(allowed)}",
                hint="narrow it down, or export the table and query that",
            )
        yield row


def _plain(value: Any) -> Any:
    """A value that every format supports: bytes in hexadecimal, None for infinity and NaN."""
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _explained(error: Exception) -> Exception:
    """The error for a user's mistake; errors of the disk are returned unchanged."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_INTERRUPT":
        hint = "narrow it down, or export the table and query that"
        return ResourceLimitError("the query takes too long and was stopped", hint=hint)
    if name == "SQLITE_AUTH":
        hint = "a query may only read: SELECT ... FROM campaign"
        return InputError(f"this is not allowed here: {error}", hint=hint)
    if name in _MISTAKES or isinstance(error, sqlite3.Warning | sqlite3.ProgrammingError):
        hint = "one SELECT from the table campaign, whose columns are those of the export"
        return InputError(f"the query is wrong: {error}", hint=hint)
    return error


def _check(columns: tuple[str, ...]) -> None:
    if not columns:
        raise InputError("the query returns no table", hint="SELECT ... FROM campaign")
    twice = {name for name in columns if columns.count(name) > 1}
    if twice:
        message = f"two columns are called '{min(twice)}'"
        raise InputError(message, hint="rename one of them with AS")

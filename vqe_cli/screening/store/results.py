"""Results in the store, by content key, each with a checksum."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Collection, Iterable
from typing import Any

from vqe_cli._core.plain_json import compact_json, valid_text
from vqe_cli.screening.model import Failure, FailureKind, PropertyResult
from vqe_cli.screening.store.model import Attempt, Verification
from vqe_cli.screening.store.plan import failure_columns

NOTES = "notes"
"""The key of a result's notes, a list of sentences beside its values."""

_INSERT = """
    INSERT INTO results (key, property, failure_kind, failure_message, failure_hint, "values",
        wall_s, finished)
    VALUES (:key, :property, :failure_kind, :failure_message, :failure_hint, :values, :wall_s,
        :finished)
    ON CONFLICT (key) DO UPDATE SET
        failure_kind = NULL, failure_message = NULL, failure_hint = NULL,
        "values" = excluded."values", wall_s = excluded.wall_s, finished = excluded.finished
    WHERE results.failure_kind IS NOT NULL AND excluded.failure_kind IS NULL
"""

_INSERT_RECORD = """
    INSERT OR REPLACE INTO records SELECT id, ?, ? FROM results WHERE key = ?
"""

_SELECT = """
    SELECT r.key, r.property, r.failure_kind, r.failure_message, r.failure_hint, r."values",
        r.wall_s, d.content, d.checksum
    FROM results r LEFT JOIN records d ON d.result = r.id
"""


def ingest(connection: sqlite3.Connection, results: Iterable[PropertyResult]) -> int:
    """Store results. Existing ones are kept, except that a good result replaces a failure.

    Args:
        connection: Connection with an open transaction.
        results: Results of finished properties.

    Returns:
        The number of new results.
    """
    now = time.time()
    new = 0
    for result in results:
        row = _row(result)
        if connection.execute(_INSERT, {**row, "finished": now}).rowcount > 0:
            record = (row["content"], _checksum(row), row["key"])
            connection.execute(_INSERT_RECORD, record)
            new += 1
    return new


def result(connection: sqlite3.Connection, key: str) -> PropertyResult | None:
    """The result with a content key; None if it is missing or damaged."""
    row = connection.execute(f"{_SELECT} WHERE r.key = ?", (key,)).fetchone()
    return None if row is None or _fault(row) else _result(row)


def known_records(connection: sqlite3.Connection, case: int) -> dict[str, dict[str, Any]]:
    """Records of the computed properties of a case, by name.

    Args:
        connection: Connection within a snapshot.
        case: Id of the case.
    """
    keys = connection.execute(
        "SELECT property, key FROM part_states WHERE case_id = ? AND state = 'done'", (case,)
    ).fetchall()
    found = {name: result(connection, key) for name, key in keys}
    return {name: item.record for name, item in found.items() if item is not None}


def trouble(connection: sqlite3.Connection, case: int) -> Failure | None:
    """The first failure among a case's results; None if there is none.

    Args:
        connection: Connection within a snapshot.
        case: Id of the case.
    """
    row = connection.execute(
        "SELECT failure_kind AS kind, failure_message AS message, failure_hint AS hint "
        "FROM part_states WHERE case_id = ? AND state = 'failed' ORDER BY position LIMIT 1",
        (case,),
    ).fetchone()
    return None if row is None else Failure.model_validate(dict(row))


def record_outcomes(connection: sqlite3.Connection, attempts: Iterable[Attempt]) -> None:
    """Store the outcomes of attempts, once each."""
    connection.executemany(
        "INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_attempt_row(attempt) for attempt in attempts],
    )


def forget_failed(connection: sqlite3.Connection, kinds: Collection[FailureKind] | None) -> int:
    """Forget failures of the current plan, and no longer count the attempts at them.

    Args:
        connection: Connection with an open transaction.
        kinds: Kinds of failures to forget; None for all.

    Returns:
        The number of failed results that were forgotten.
    """
    chosen = (
        "failure_kind IS NOT NULL AND (:all OR failure_kind IN (SELECT value FROM json_each(:kinds)"
        ")) AND key IN (SELECT key FROM case_parts)"
    )
    options = {"all": kinds is None, "kinds": json.dumps(sorted(kinds or ()))}
    connection.execute(
        "UPDATE attempts SET charged = 0 WHERE task IN (SELECT key FROM case_parts WHERE "
        f"case_id IN (SELECT case_id FROM part_states WHERE {chosen}))",
        options,
    )
    return connection.execute(f"DELETE FROM results WHERE {chosen}", options).rowcount


def verify(connection: sqlite3.Connection) -> Verification:
    """Check the file and all checksums, and move damaged results to the table ``damaged``.

    Args:
        connection: Connection with an open transaction.

    Returns:
        The findings.
    """
    faults = [row[0] for row in connection.execute("PRAGMA quick_check")]
    checked, damaged = 0, []
    for row in connection.execute(_SELECT):
        checked += 1
        if reason := _fault(row):
            damaged.append((row["key"], time.time(), reason, _whole(row)))
    connection.executemany("INSERT INTO damaged VALUES (?, ?, ?, ?)", damaged)
    connection.executemany("DELETE FROM results WHERE key = ?", [(row[0],) for row in damaged])
    return Verification(
        checked=checked,
        damaged=tuple(row[0] for row in damaged),
        faults=tuple(fault for fault in faults if fault != "ok"),
    )


def _row(result: PropertyResult) -> dict[str, Any]:
    content = {"record": result.record, "provenance": result.provenance}
    return {
        "key": result.key,
        "property": result.property,
        **failure_columns(result.failure),
        "values": compact_json(_with_notes(result)),
        "wall_s": result.wall_s,
        "content": zlib.compress(compact_json(content).encode()),
    }


def _with_notes(result: PropertyResult) -> dict[str, Any]:
    """The values of a result, with its notes if there are any."""
    return {**result.values, NOTES: list(result.notes)} if result.notes else result.values


def _checksum(row: Any) -> str:
    """The SHA-256 of a whole result, in hexadecimal."""
    texts = [row[name] for name in ("key", "property", *failure_columns(None), "values", "wall_s")]
    return hashlib.sha256(compact_json(texts).encode() + row["content"]).hexdigest()


def _fault(row: sqlite3.Row) -> str | None:
    if row["content"] is None:
        return "its record is gone"
    return None if _checksum(row) == row["checksum"] else "its checksum does not fit"


def _whole(row: sqlite3.Row) -> bytes:
    """The row of a damaged result as JSON, its record in hexadecimal."""
    left = {name: row[name] for name in row.keys()}  # noqa: SIM118
    content = left["content"]
    return compact_json({**left, "content": None if content is None else content.hex()}).encode()


def _result(row: sqlite3.Row) -> PropertyResult:
    failure = None
    if row["failure_kind"] is not None:
        names = ("kind", "message", "hint")
        failure = {name: row[f"failure_{name}"] for name in names}
    values = json.loads(row["values"])
    return PropertyResult.model_validate(
        {
            "key": row["key"],
            "property": row["property"],
            "failure": failure,
            "notes": tuple(values.pop(NOTES, ())),
            "values": values,
            "wall_s": row["wall_s"],
            **json.loads(zlib.decompress(row["content"])),
        }
    )


def _attempt_row(attempt: Attempt) -> tuple[Any, ...]:
    outcome = attempt.outcome
    failure = failure_columns(outcome.failure)
    return (
        outcome.task,
        outcome.started,
        valid_text(outcome.worker),
        outcome.wall_s,
        outcome.peak_bytes,
        failure["failure_kind"],
        failure["failure_message"],
        outcome.property_key,
        int(attempt.charged),
    )

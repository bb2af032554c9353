"""Every job that was ever sent, in a file that outlives the process.

A row is written before a job is sent and holds its tag; the job's id is added before its result
is waited for. Whatever dies in between, the next process finds the job again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vqe_cli.errors import UnavailableError

WAIT_SECONDS = 30.0
"""For another process to let go of the file."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    service TEXT NOT NULL,
    device TEXT NOT NULL,
    plan TEXT NOT NULL,
    executions INTEGER NOT NULL,
    estimated_seconds REAL NOT NULL,
    created TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'sending',
    job_id TEXT,
    billed_seconds REAL,
    superseded INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS one_of_a_kind ON jobs (key)
    WHERE NOT superseded AND status NOT IN ('failed', 'cancelled');
CREATE INDEX IF NOT EXISTS by_fingerprint ON jobs (fingerprint);
"""


@dataclass(frozen=True)
class Entry:
    """One job.

    Args:
        number: In the order of sending.
        key: Of its content.
        fingerprint: Of the run it belongs to.
        title: Of that run.
        service: ``local`` or ``cloud``.
        device: Where it runs.
        plan: IBM's plan.
        executions: Of circuits.
        estimated_seconds: Of QPU time.
        created: When, in UTC.
        status: ``sending`` until the service has accepted it.
        job_id: The service's; None while it is not known.
        billed_seconds: Of QPU time; None while they are not known.
        superseded: Whether the run was started anew since.
    """

    number: int
    key: str
    fingerprint: str
    title: str
    service: str
    device: str
    plan: str
    executions: int
    estimated_seconds: float
    created: str
    status: str
    job_id: str | None
    billed_seconds: float | None
    superseded: bool

    @property
    def tag(self) -> str:
        """By which the service finds it; another one when the same job is sent again."""
        return f"vqe-{self.key[:32]}-{self.number}"

    @property
    def seconds(self) -> float:
        """Billed, or as long as that is not known estimated."""
        return self.estimated_seconds if self.billed_seconds is None else self.billed_seconds


_COLUMNS = ", ".join(field.name for field in fields(Entry))


class Ledger:
    """The file.

    Args:
        path: Made when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def claim(self, key: str, **about: Any) -> Entry:
        """The entry of a job, a new one where there is none that may still have a result.

        Args:
            key: Of its content.
            about: The columns that are known before it is sent.
        """
        row = {"key": key, "created": datetime.now(UTC).isoformat(timespec="seconds"), **about}
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        with self._open() as file:
            file.execute(f"INSERT OR IGNORE INTO jobs ({names}) VALUES ({marks})", row)
            alive = "key = ? AND NOT superseded AND status NOT IN ('failed', 'cancelled')"
            return _entries(file, f"WHERE {alive}", key)[0]

    def update(self, entry: Entry, **columns: Any) -> None:
        """Change an entry.

        Args:
            entry: Which.
            columns: Their new values.
        """
        settings = ", ".join(f"{name} = :{name}" for name in columns)
        with self._open() as file:
            values = {**columns, "number": entry.number}
            file.execute(f"UPDATE jobs SET {settings} WHERE number = :number", values)

    def supersede(self, fingerprint: str) -> None:
        """Let a run begin anew: its earlier jobs answer nothing any more."""
        with self._open() as file:
            file.execute("UPDATE jobs SET superseded = 1 WHERE fingerprint = ?", [fingerprint])

    def of_run(self, fingerprint: str) -> list[Entry]:
        """The jobs of a run, oldest first, without those of earlier starts."""
        if not self._path.exists():
            return []
        with self._open() as file:
            return _entries(file, "WHERE fingerprint = ? AND NOT superseded", fingerprint)

    def all(self) -> list[Entry]:
        """Every job, oldest first."""
        if not self._path.exists():
            return []
        with self._open() as file:
            return _entries(file, "")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction that excludes other processes."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as file:
                file.executescript(_SCHEMA)
                file.execute("BEGIN IMMEDIATE")
                with file:
                    yield file
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(
                f"the list of jobs in {self._path} cannot be kept: {error}",
                hint="no job is sent that could be lost; set VQE_STATE_DIR to a writable folder",
            ) from None


def _entries(file: sqlite3.Connection, condition: str, *values: str) -> list[Entry]:
    rows = file.execute(f"SELECT {_COLUMNS} FROM jobs {condition} ORDER BY number", values)
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return [Entry(**{**row, "superseded": bool(row["superseded"])}) for row in found]

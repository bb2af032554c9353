"""The ledger of all jobs that were sent, in a file that outlives the process.

A row with the job's tag is written before the job is sent; the job's id is added before its result
is waited for. If a process ends in between, the next one finds the job again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import private_folder
from vqe_cli.backends.ibm.job import FINAL
from vqe_cli.errors import UnavailableError

LOG = package_logger(__name__)

WAIT_SECONDS = 30.0
"""Longest wait for a lock on the file."""

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
    superseded INTEGER NOT NULL DEFAULT 0,
    limit_seconds REAL,
    energy REAL,
    standard_error REAL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_of_a_kind ON jobs (key)
    WHERE NOT superseded AND status NOT IN ('failed', 'cancelled');
CREATE INDEX IF NOT EXISTS by_fingerprint ON jobs (fingerprint);
"""

_ADDED = ("limit_seconds", "energy", "standard_error")
"""Columns that files of earlier versions lack; all of them numbers."""


@dataclass(frozen=True)
class Entry:
    """One job.

    Args:
        number: Number of the job in the order of sending.
        key: Key of the job's content.
        fingerprint: Fingerprint of the run.
        title: Title of the run.
        service: ``local`` or ``cloud``.
        device: Name of the device.
        plan: IBM's plan.
        executions: Number of executions of circuits.
        estimated_seconds: Estimated QPU time in seconds.
        created: Time of creation, in UTC.
        status: Status of the job; ``sending`` until the service has accepted it.
        job_id: Id of the job at the service; None while it is not known.
        billed_seconds: Billed QPU time in seconds; None while it is not known.
        superseded: Whether the run was started anew since.
        limit_seconds: QPU time in seconds after which the service stops the job, reserved until
            the job is billed. None without limits.
        energy: Energy from the run's results up to this job, Hartree; None if none was computed.
        standard_error: Standard error of that energy, Hartree.
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
    limit_seconds: float | None = None
    energy: float | None = None
    standard_error: float | None = None

    @property
    def tag(self) -> str:
        """The tag of the job at the service, different when the same job is sent again."""
        return f"vqe-{self.key[:32]}-{self.number}"

    @property
    def settled(self) -> bool:
        """Whether the entry is final."""
        return self.status in FINAL and self.billed_seconds is not None

    @property
    def seconds(self) -> float:
        """Seconds that were billed, or else the limit, or else the estimate."""
        if self.billed_seconds is not None:
            return self.billed_seconds
        return self.estimated_seconds if self.limit_seconds is None else self.limit_seconds


_COLUMNS = ", ".join(field.name for field in fields(Entry))


class Ledger:
    """The file of all jobs.

    Args:
        path: Path of the file, which is created when it is needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        LOG.info("jobs are recorded in %s", path)

    def claim_all(
        self,
        jobs: Sequence[dict[str, Any]],
        limits: Callable[[list[Entry]], Sequence[float | None]],
        own: Collection[int] = (),
        *,
        anew: bool = False,
    ) -> list[Entry]:
        """Add entries of several jobs of one run, with limits, in one transaction.

        Args:
            jobs: For each job, the columns that are known before it is sent.
            limits: Function of the run's other jobs that returns the limit of each of these; an
                exception leaves the file unchanged.
            own: Numbers of jobs that belong to the caller though the run was started anew since.
            anew: Whether the run starts with these jobs, so that its earlier ones are superseded.

        Returns:
            The entries of the jobs.
        """
        keys = {job["key"] for job in jobs}
        created = datetime.now(UTC).isoformat(timespec="seconds")
        fingerprint = jobs[0]["fingerprint"]
        with self._open() as file:
            if anew:
                file.execute("UPDATE jobs SET superseded = 1 WHERE fingerprint = ?", [fingerprint])
            run = _of_run(file, fingerprint, own)
            others = [entry for entry in run if entry.key not in keys or entry.job_id is not None]
            for job, limit in zip(jobs, limits(others), strict=True):
                row = {"created": created, **job, "limit_seconds": limit}
                names = ", ".join(row)
                marks = ", ".join(f":{name}" for name in row)
                file.execute(f"INSERT OR IGNORE INTO jobs ({names}) VALUES ({marks})", row)
                file.execute(
                    "UPDATE jobs SET limit_seconds = :limit_seconds, estimated_seconds ="
                    f" :estimated_seconds WHERE {_ALIVE} AND job_id IS NULL",
                    row,
                )
            return [_entries(file, f"WHERE {_ALIVE}", job)[0] for job in jobs]

    def add_copy(self, entry: Entry, job_id: str) -> Entry:
        """Add a second job that the service has for the same entry, and whose results are not used.

        Args:
            entry: The entry that has a copy.
            job_id: Id of the copy at the service.

        Returns:
            The entry of the copy.
        """
        kept = {key: value for key, value in vars(entry).items() if key != "number"}
        row = {**kept, "job_id": job_id, "superseded": True, "billed_seconds": None}
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with self._open() as file:
            file.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", row)
            return _entries(file, "WHERE job_id = :job_id", {"job_id": job_id})[-1]

    def update(self, entry: Entry, **columns: Any) -> None:
        """Change an entry.

        Args:
            entry: The entry to change.
            columns: New values of columns.
        """
        settings = ", ".join(f"{name} = :{name}" for name in columns)
        with self._open() as file:
            values = {**columns, "number": entry.number}
            file.execute(f"UPDATE jobs SET {settings} WHERE number = :number", values)

    def of_run(self, fingerprint: str, own: Collection[int] = ()) -> list[Entry]:
        """The jobs of a run, oldest first, without those of earlier starts.

        Args:
            fingerprint: Fingerprint of the run.
            own: Numbers of jobs that belong to the caller though the run was started anew since.
        """
        if not self._path.exists():
            return []
        with self._open() as file:
            return _of_run(file, fingerprint, own)

    def all(self) -> list[Entry]:
        """Every job, oldest first."""
        if not self._path.exists():
            return []
        with self._open() as file:
            return _entries(file, "")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction that excludes other processes."""
        try:
            private_folder(self._path.parent)
            with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as file:
                file.executescript(_SCHEMA)
                _complete(file)
                file.execute("BEGIN IMMEDIATE")
                with file:
                    yield file
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(
                f"the list of jobs in {self._path} cannot be kept: {error}",
                hint="no job is sent that could be lost; set VQE_STATE_DIR to a writable folder",
            ) from None


_ALIVE = "key = :key AND NOT superseded AND status NOT IN ('failed', 'cancelled')"
"""Condition of a job's only entry that may have a result."""


def _complete(file: sqlite3.Connection) -> None:
    """Add the columns that an earlier version did not have."""
    known = {row[1] for row in file.execute("PRAGMA table_info(jobs)")}
    for name in _ADDED:
        if name not in known:
            file.execute(f"ALTER TABLE jobs ADD COLUMN {name} REAL")


def _of_run(file: sqlite3.Connection, fingerprint: str, own: Collection[int]) -> list[Entry]:
    entries = _entries(file, "WHERE fingerprint = :run", {"run": fingerprint})
    return [entry for entry in entries if not entry.superseded or entry.number in own]


def _entries(
    file: sqlite3.Connection, condition: str, values: Mapping[str, Any] | None = None
) -> list[Entry]:
    rows = file.execute(f"SELECT {_COLUMNS} FROM jobs {condition} ORDER BY number", values or {})
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return [Entry(**{**row, "superseded": bool(row["superseded"])}) for row in found]

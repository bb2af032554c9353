"""The store of a campaign: one SQLite file, one writer, many readers.

Results are stored under content keys, independently of the plan: a changed plan finds the results
that it shares with the old one, and the old plan finds all of them again. Status is never stored;
it follows from the plan and the results (views ``part_states`` and ``case_states``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.properties import Column, Value
from vqe_cli.screening.model import Failure, FailureKind, PropertyResult
from vqe_cli.screening.store import plan, progress, query, results, schema, table
from vqe_cli.screening.store.connection import connect, snapshot, transaction
from vqe_cli.screening.store.locks import CampaignLock
from vqe_cli.screening.store.model import (
    Attempt,
    FailureGroup,
    MissingCase,
    PlannedCandidate,
    PlannedCase,
    PlannedProperty,
    Revision,
    Status,
    Summary,
    Verification,
)
from vqe_cli.screening.store.query import Answer
from vqe_cli.screening.workers.disk_errors import storage

__all__ = [
    "Answer",
    "Attempt",
    "FailureGroup",
    "MissingCase",
    "PlannedCandidate",
    "PlannedProperty",
    "Revision",
    "Status",
    "Store",
    "Summary",
    "Verification",
]

DATABASE = "campaign.sqlite"

OF_MILLIONS = 600.0
"""Time limit of queries whose duration is proportional to the number of candidates, seconds."""

_VERDICTS = """
    SELECT verdict, count(*) FROM campaign
    WHERE verdict IS NOT NULL AND status <> 'duplicate' GROUP BY verdict
"""


class Store:
    """A campaign's results and plan; a context manager, made by `create` or `open`.

    Every method is one transaction. Once a writing method has returned, its data survive a power
    cut.

    Args:
        folder: Campaign folder.
        connection: Connection to the database.
        lock: Lock of the single writer; None for readers.
    """

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, lock: CampaignLock | None
    ) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self._connection = connection
        self._lock = lock

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Open a campaign for writing; create it if it does not exist.

        Args:
            folder: Campaign folder.

        Returns:
            The open store.

        Raises:
            UnavailableError: Another process runs the campaign, the disk is not usable, or the
                store is of a newer version.
            InputError: The database belongs to another program.
        """
        with storage(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return cls._writer(folder)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = False) -> Store:
        """Open an existing campaign; a store of an older version is migrated first.

        Args:
            folder: Campaign folder.
            writable: Whether to open it as its single writer.

        Returns:
            The open store.

        Raises:
            InputError: The folder is not a campaign.
            UnavailableError: See `create`.
        """
        path = folder / DATABASE
        if not path.is_file():
            hint = "name the folder given to 'vqe screen run --out'"
            raise InputError(f"{folder} is not a campaign folder", hint=hint)
        return cls._writer(folder) if writable else cls._reader(folder)

    @classmethod
    def _writer(cls, folder: Path) -> Store:
        path = folder / DATABASE
        with ExitStack() as stack, storage(path):
            lock = CampaignLock(folder)
            stack.callback(lock.release)
            connection = connect(path, writable=True)
            stack.callback(connection.close)
            schema.migrate(connection, path)
            table.add_value_function(connection)
            stack.pop_all()
        return cls(folder, connection, lock)

    @classmethod
    def _reader(cls, folder: Path) -> Store:
        path = folder / DATABASE
        with ExitStack() as stack, storage(path):
            connection = connect(path, writable=False)
            stack.callback(connection.close)
            if schema.version_of(connection, path) < schema.VERSION:
                cls._writer(folder).close()
            table.add_value_function(connection)
            stack.pop_all()
        return cls(folder, connection, None)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database, then release the lock."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def replace_plan(
        self,
        revision: Revision,
        candidates: Iterable[PlannedCandidate],
        cases: Iterable[PlannedCase],
    ) -> None:
        """Replace the plan; results are kept.

        Args:
            revision: Identity of the new plan.
            candidates: Candidates in the order of their file.
            cases: Cases in the order of the table; none for duplicates.
        """
        table.Table(revision.properties)
        with transaction(self._connection, self.path):
            plan.replace_plan(self._connection, revision, candidates, cases)

    def revision(self) -> Revision | None:
        """The current plan; None before the first."""
        with snapshot(self._connection, self.path):
            return plan.current_revision(self._connection)

    def revisions(self) -> tuple[Revision, ...]:
        """All plans so far, the oldest first."""
        with snapshot(self._connection, self.path):
            return plan.revisions(self._connection)

    def missing(self) -> Iterator[MissingCase]:
        """Iterate over cases with missing results, the cheapest first.

        A failure is a result, and a property whose needs failed is not missing. Results may be
        stored during the iteration. Two cases with the same results have the same `task`: the
        later one has no properties if its results have been stored by then.

        Yields:
            The cases, with the properties to compute.
        """
        after: tuple[float, int] | None = (float("-inf"), 0)
        while after is not None:
            with snapshot(self._connection, self.path):
                page, after = plan.missing_page(self._connection, after)
            for case in page:
                with snapshot(self._connection, self.path):
                    found = plan.missing_case(self._connection, case)
                yield found

    def known_records(self, case: int) -> dict[str, dict[str, Any]]:
        """Records of the computed properties of a case, by name."""
        with snapshot(self._connection, self.path):
            return results.known_records(self._connection, case)

    def trouble(self, case: int) -> Failure | None:
        """The first failure among a case's results; None if there is none."""
        with snapshot(self._connection, self.path):
            return results.trouble(self._connection, case)

    def ingest(self, found: Iterable[PropertyResult]) -> int:
        """Store results; a result whose key is already known changes nothing.

        A good result replaces a failure, never the other way round.

        Returns:
            The number of new results.
        """
        with transaction(self._connection, self.path):
            return results.ingest(self._connection, found)

    def record_outcomes(self, attempts: Iterable[Attempt]) -> None:
        """Store the outcomes of attempts at tasks."""
        with transaction(self._connection, self.path):
            results.record_outcomes(self._connection, attempts)

    def forget_failed(self, kinds: Collection[FailureKind] | None = None) -> int:
        """Forget failures of some kinds, or all; refusals of the plan are kept.

        Returns:
            The number of failed results that were forgotten.
        """
        with transaction(self._connection, self.path):
            return results.forget_failed(self._connection, kinds)

    def result(self, key: str) -> PropertyResult | None:
        """The result with a content key; None if it is missing or damaged."""
        with snapshot(self._connection, self.path):
            return results.result(self._connection, key)

    def verify(self) -> Verification:
        """Check the file and all checksums; damaged results are set aside and count as missing.

        Returns:
            The findings.
        """
        with transaction(self._connection, self.path):
            return results.verify(self._connection)

    def summary(self) -> Summary:
        """The summary of the campaign."""
        with snapshot(self._connection, self.path):
            return progress.summary(self._connection)

    def charges(self) -> dict[int, int]:
        """Numbers of candidates by charge, the largest first, without duplicates and refused."""
        with snapshot(self._connection, self.path):
            return progress.charges(self._connection)

    def columns(self, *, timings: bool = False) -> tuple[Column, ...]:
        """The columns of the campaign's table.

        Args:
            timings: Whether to include columns that differ from run to run.
        """
        with snapshot(self._connection, self.path):
            return self._table(timings).columns

    def rows(self, *, timings: bool = False) -> Iterator[dict[str, Value]]:
        """Iterate over the campaign's table, page by page, so that a writer waits only briefly.

        Args:
            timings: Whether to include columns that differ from run to run.

        Yields:
            Rows, as values by column name.

        Raises:
            UnavailableError: The plan was replaced meanwhile.
        """
        start = self.revision()
        first, last = 0, 0
        while first <= last:
            with snapshot(self._connection, self.path):
                if plan.current_revision(self._connection) != start:
                    hint = "repeat the export"
                    raise UnavailableError(
                        "the plan of the campaign was changed meanwhile", hint=hint
                    )
                last = plan.last_position(self._connection)
                page = table.rows(self._connection, self._table(timings), first)
            yield from page
            first += table.PAGE

    def records(self, name: str) -> Iterator[dict[str, Any] | None]:
        """Iterate over the records of one property in the order of `rows`, None where missing.

        Args:
            name: Name of the property.

        Yields:
            The records as plain data.
        """
        first, last = 0, 0
        while first <= last:
            with snapshot(self._connection, self.path):
                last = plan.last_position(self._connection)
                page = table.records(self._connection, self._table(timings=False), name, first)
            yield from page
            first += table.PAGE

    def query(self, sql: str, *, seconds: float = query.SECONDS) -> Answer:
        """Answer one SELECT, in which ``campaign`` is the table with all columns.

        Args:
            sql: The statement.
            seconds: Time limit in seconds.

        Returns:
            Columns and rows of the answer.

        Raises:
            InputError: The statement is wrong, or would change the database.
            ResourceLimitError: The query exceeds the limits on time or memory.
        """
        with snapshot(self._connection, self.path):
            everything = self._table(timings=True)
        return query.ask(self.path, everything, sql, seconds)

    def verdicts(self) -> dict[str, int]:
        """Numbers of cases by their worst verdict, without duplicates and cases that have none."""
        if self.revision() is None:
            return {}
        answer = self.query(_VERDICTS, seconds=OF_MILLIONS)
        return {str(verdict): int(count) for verdict, count in answer.rows}

    def _table(self, timings: bool) -> table.Table:
        revision = plan.current_revision(self._connection)
        properties = () if revision is None else revision.properties
        return table.Table(properties, table.has_variants(self._connection), timings)

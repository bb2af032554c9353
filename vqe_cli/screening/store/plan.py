"""The plan of a campaign in the store, and the missing results."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from vqe_cli._core.plain_json import compact_json, valid_text
from vqe_cli.properties import Column
from vqe_cli.screening.model import Failure, PropertyTask
from vqe_cli.screening.store.model import (
    MissingCase,
    PlannedCandidate,
    PlannedCase,
    PlannedProperty,
    Revision,
)

CHUNK = 1000

PAGE = 500
"""Number of missing cases that are looked up together."""

_PLAN_TABLES = ("case_parts", "cases", "properties", "needs", "candidates")
"""Tables of the plan, dependent ones first."""

_MISSING = """
    SELECT c.id, c.cost FROM cases c
    WHERE (c.cost, c.id) > (?, ?) AND c.failure_kind IS NULL AND EXISTS (
        SELECT 1 FROM part_states s WHERE s.case_id = c.id AND s.state = 'missing')
    ORDER BY c.cost, c.id LIMIT ?
"""

_CASE = """
    SELECT c.id, c.spec, c.cost, c.variant, k.name,
        (SELECT key FROM case_parts WHERE case_id = c.id ORDER BY position LIMIT 1) AS task
    FROM cases c JOIN candidates k ON k.position = c.candidate WHERE c.id = ?
"""


def replace_plan(
    connection: sqlite3.Connection,
    revision: Revision,
    candidates: Iterable[PlannedCandidate],
    cases: Iterable[PlannedCase],
) -> None:
    """Replace the plan; results are kept.

    Args:
        connection: Connection with an open transaction.
        revision: Identity of the new plan.
        candidates: Candidates in the order of their file.
        cases: Cases in the order of the table.
    """
    for table in _PLAN_TABLES:
        connection.execute(f"DELETE FROM {table}")
    _insert(connection, "revisions", [_revision_row(revision)])
    _insert(connection, "needs", _closure(revision.properties))
    rows = (_candidate_row(place, item) for place, item in enumerate(candidates))
    _insert(connection, "candidates", rows)
    _insert_cases(connection, cases)
    _check_duplicates(connection)


def current_revision(connection: sqlite3.Connection) -> Revision | None:
    """The current plan; None before the first."""
    row = connection.execute("SELECT * FROM revisions ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else _revision(row)


def revisions(connection: sqlite3.Connection) -> tuple[Revision, ...]:
    """All plans so far, the oldest first."""
    return tuple(_revision(row) for row in connection.execute("SELECT * FROM revisions"))


def last_position(connection: sqlite3.Connection) -> int:
    """The position of the last candidate; -1 if there is none."""
    found: int | None = connection.execute("SELECT max(position) FROM candidates").fetchone()[0]
    return -1 if found is None else found


def missing_page(
    connection: sqlite3.Connection, after: tuple[float, int]
) -> tuple[list[int], tuple[float, int] | None]:
    """One page of cases with missing results.

    Args:
        connection: Connection within a snapshot.
        after: Cost and id of the last case of the previous page.

    Returns:
        Ids of the cases, and cost and id of the last one; None at the end.
    """
    found = connection.execute(_MISSING, (*after, PAGE)).fetchall()
    last = (found[-1]["cost"], found[-1]["id"]) if found else None
    return [row["id"] for row in found], last


def missing_case(connection: sqlite3.Connection, case: int) -> MissingCase:
    """The currently missing results of a case.

    Args:
        connection: Connection within a snapshot.
        case: Id of the case.
    """
    row = connection.execute(_CASE, (case,)).fetchone()
    missing = connection.execute(
        "SELECT key, selection FROM part_states WHERE case_id = ? AND state = 'missing' "
        "ORDER BY position",
        (case,),
    )
    (charged,) = connection.execute(
        "SELECT count(*) FROM attempts WHERE task = ? AND charged", (row["task"],)
    ).fetchone()
    return MissingCase(
        id=case,
        task=row["task"],
        title=", ".join(filter(None, (row["name"], row["variant"]))),
        spec=json.loads(row["spec"]),
        properties=tuple(
            PropertyTask(key=key, property=json.loads(content)) for key, content in missing
        ),
        cost=row["cost"],
        charged=charged,
    )


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    columns = ", ".join(first)
    values = ", ".join(f":{column}" for column in first)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({values})"
    connection.execute(statement, first)
    connection.executemany(statement, rows)


def _insert_cases(connection: sqlite3.Connection, cases: Iterable[PlannedCase]) -> None:
    """Insert cases with their properties in chunks, so that a million cases need little memory."""
    known: dict[str, int] = {}
    numbered = enumerate(cases, start=1)
    while chunk := list(islice(numbered, CHUNK)):
        tasks = [row for number, case in chunk for row in _property_rows(number, case, known)]
        for selection in list(known)[_count(connection, "properties") :]:
            name = json.loads(selection)["name"]
            row = {"id": known[selection], "name": name, "selection": selection}
            _insert(connection, "properties", [row])
        _insert(connection, "cases", (_case_row(number, case) for number, case in chunk))
        _insert(connection, "case_parts", tasks)


def _count(connection: sqlite3.Connection, table: str) -> int:
    count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def _property_rows(
    number: int, case: PlannedCase, known: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Rows of a case's properties; new selections are added to `known`, shared by all cases."""
    for position, wanted in enumerate(case.properties):
        selection = compact_json(wanted.property)
        identity = known.setdefault(selection, len(known) + 1)
        yield {
            "case_id": number,
            "position": position,
            "property": identity,
            "key": wanted.key,
        }


def _case_row(number: int, case: PlannedCase) -> dict[str, Any]:
    return {
        "id": number,
        "candidate": case.candidate,
        "variant": valid_text(case.variant),
        "spec": compact_json(case.spec),
        "cost": case.cost,
        **failure_columns(case.failure),
    }


def _candidate_row(position: int, planned: PlannedCandidate) -> dict[str, Any]:
    validated = planned.validated
    candidate = validated.candidate
    given = candidate.smiles or candidate.molfile or compact_json(candidate.input or {})
    return {
        "position": position,
        "name": valid_text(candidate.name),
        "source": valid_text(candidate.source),
        "given": valid_text(given),
        "smiles": validated.smiles or valid_text(candidate.smiles or "") or None,
        "identity": validated.identity,
        "formula": validated.formula,
        "atoms": validated.atoms,
        "heavy_atoms": validated.heavy_atoms,
        "electrons": validated.electrons,
        "charge": validated.charge,
        "multiplicity": validated.multiplicity,
        "notes": valid_text("; ".join(validated.notes)),
        **failure_columns(validated.failure),
        "duplicate_of": planned.duplicate_of,
    }


def failure_columns(failure: Failure | None) -> dict[str, str | None]:
    """Values of the three columns for a failure that several tables have."""
    if failure is None:
        return dict.fromkeys(("failure_kind", "failure_message", "failure_hint"))
    return {
        "failure_kind": failure.kind,
        "failure_message": valid_text(failure.message),
        "failure_hint": None if failure.hint is None else valid_text(failure.hint),
    }


def _check_duplicates(connection: sqlite3.Connection) -> None:
    """Check that every duplicate refers to an earlier original; rows would be empty otherwise."""
    wrong = connection.execute(
        "SELECT c.position FROM candidates c LEFT JOIN candidates o ON o.position = c.duplicate_of "
        "WHERE c.duplicate_of IS NOT NULL AND (o.position IS NULL OR o.position >= c.position "
        "OR o.duplicate_of IS NOT NULL) LIMIT 1"
    ).fetchone()
    if wrong is not None:
        raise ValueError(f"candidate {wrong[0]} is no duplicate of an earlier original")


def _revision_row(revision: Revision) -> dict[str, Any]:
    return {
        "started": revision.started,
        "config": compact_json(revision.config),
        "candidates_file": valid_text(revision.candidates_file),
        "candidates_sha256": revision.candidates_sha256,
        "versions": compact_json(revision.versions),
        "properties": compact_json([asdict(entry) for entry in revision.properties]),
        "meaning": revision.settings_hash,
    }


def _revision(row: sqlite3.Row) -> Revision:
    return Revision(
        config=json.loads(row["config"]),
        candidates_file=row["candidates_file"],
        candidates_sha256=row["candidates_sha256"],
        versions=json.loads(row["versions"]),
        properties=tuple(_property(entry) for entry in json.loads(row["properties"])),
        started=row["started"],
        settings_hash=row["meaning"],
        id=row["id"],
    )


def _property(entry: dict[str, Any]) -> PlannedProperty:
    columns = tuple(Column(**column) for column in entry["columns"])
    return PlannedProperty(entry["name"], tuple(entry["needs"]), columns)


def _closure(properties: Iterable[PlannedProperty]) -> list[dict[str, str]]:
    """Rows with the needs of each property, direct and indirect."""
    direct = {entry.name: set(entry.needs) for entry in properties}
    pairs: list[dict[str, str]] = []
    for name, needs in direct.items():
        found: set[str] = set()
        ahead = set(needs)
        while ahead:
            need = ahead.pop()
            found.add(need)
            ahead |= direct.get(need, set()) - found
        pairs.extend({"property": name, "need": need} for need in sorted(found))
    return pairs

"""The campaign's table: a row for each candidate and variant, failures included."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vqe_cli.errors import UnavailableError
from vqe_cli.properties import VERDICT, Column, Value, is_verdict
from vqe_cli.screening.store.model import PlannedProperty
from vqe_cli.screening.store.results import NOTES, result

PAGE = 1000
"""Number of candidates whose rows are read together, while a writer has to wait."""

_FRONT = (
    Column("candidate", "text", "Name of the candidate."),
    Column("smiles", "text", "Canonical SMILES after standardisation, or the SMILES of the input."),
    Column("status", "text", "Status: done, partial, failed, refused, duplicate or pending."),
    Column(VERDICT, "text", "Worst verdict among the properties: pass, warn or fail."),
    Column("energy_hartree", "number", "Total VQE energy."),
    Column("reference_hartree", "number", "Exact total energy in the same active space."),
    Column("error_mha", "number", "VQE energy minus exact energy."),
)
_VARIANT = Column("variant", "text", "Grid variant of the settings.")
_ABOUT = (
    Column("source", "text", "File and line of the candidate."),
    Column("formula", "text", "Molecular formula in Hill notation."),
    Column("atoms", "integer", "Number of atoms, including hydrogen."),
    Column("heavy_atoms", "integer", "Number of atoms, excluding hydrogen."),
    Column("electrons", "integer", "Total number of electrons."),
    Column("charge", "integer", "Total charge."),
    Column("multiplicity", "integer", "Spin multiplicity, 2S+1."),
    Column(NOTES, "text", "Changes to the input, assumptions, and remarks on the results."),
)
_FAILURE = (
    Column("failure_property", "text", "First property that failed."),
    Column("failure_kind", "text", "Kind of failure."),
    Column("failure_message", "text", "Error message of the failure."),
    Column("failure_hint", "text", "Hint on how to resolve the failure."),
)
_TIMINGS = (
    Column("wall_s", "number", "Wall time of the computation, seconds."),
    Column("peak_memory_mb", "number", "Peak resident memory over all attempts, MB (10^6 bytes)."),
    Column("attempts", "integer", "Number of attempts to run the task."),
)
_LAST = (
    Column(
        "duplicate_of", "text", "Earlier candidate with the same structure, whose results are used."
    ),
)

_EXPRESSIONS = {
    "candidate": "c.name",
    "smiles": "c.smiles",
    "status": "CASE WHEN c.failure_kind IS NOT NULL THEN 'refused' "
    "WHEN c.duplicate_of IS NOT NULL THEN 'duplicate' "
    "ELSE coalesce((SELECT status FROM case_states WHERE id = k.id), 'pending') END",
    "variant": "coalesce(k.variant, '')",
    "source": "c.source",
    "peak_memory_mb": "(SELECT max(peak_bytes) / 1e6 FROM attempts WHERE task = t.key)",
    "attempts": "(SELECT count(*) FROM attempts WHERE task = t.key)",
    "duplicate_of": "CASE WHEN c.duplicate_of IS NOT NULL THEN o.name END",
    **{name: f"c.{name}" for name in (column.name for column in _ABOUT)},
}

GRADES = ("fail", "warn", "pass")
"""Verdicts, the worst first."""

_SHARED = {
    VERDICT, "energy_hartree", "reference_hartree", "error_mha", "formula", "atoms",
    "heavy_atoms", "electrons", "charge", "multiplicity",
}  # fmt: skip
"""Columns that a property may fill; otherwise they hold the validated candidate's values."""


@dataclass(frozen=True)
class Table:
    """The columns of a campaign's table, and their sources.

    Args:
        properties: Properties of the plan, in order.
        variants: Whether there is more than one variant.
        timings: Whether to include columns that differ from run to run: times, memory, attempts.

    Raises:
        UnavailableError: Two columns have the same name, as those of a plug-in may.
    """

    properties: tuple[PlannedProperty, ...]
    variants: bool = False
    timings: bool = False

    def __post_init__(self) -> None:
        own = [column.name for entry in self.properties for column in entry.columns]
        taken = {column.name for column in (*_FRONT, _VARIANT, *_ABOUT, *_FAILURE, *_TIMINGS)}
        clashes = (taken - _SHARED) & set(own) | {name for name in own if own.count(name) > 1}
        if clashes:
            name = min(clashes)
            owners = [entry.name for entry in self.properties if _has(entry, name)]
            others = "" if len(set(owners)) > 1 else ", as the table itself does"
            raise UnavailableError(
                f"property {' and '.join(map(repr, owners))} has a column called '{name}'{others}",
                hint=f"remove {owners[-1]}, or update the package that it comes from",
            )

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in order, with the descriptions of the properties that fill them."""
        own = {column.name: column for entry in self.properties for column in entry.columns}
        ordered = (
            *_FRONT,
            *((_VARIANT,) if self.variants else ()),
            *_ABOUT,
            *own.values(),
            *_FAILURE,
            *(_TIMINGS if self.timings else ()),
            *_LAST,
        )
        found: dict[str, Column] = {}
        for column in ordered:
            described = column if column.name == VERDICT else own.get(column.name, column)
            found.setdefault(column.name, described)
        return tuple(found.values())

    def select(self) -> str:
        """The table as one SELECT, with ``position`` and ``case_id`` to find and order rows."""
        columns = [f"{self._expression(item.name)} AS {_name(item.name)}" for item in self.columns]
        joins = "".join(
            f" LEFT JOIN case_parts p{number} ON p{number}.case_id = k.id AND p{number}.property "
            f"IN (SELECT id FROM properties WHERE name = {_text(entry.name)})"
            f" LEFT JOIN results r{number} ON r{number}.key = p{number}.key"
            for number, entry in enumerate(self.properties)
        )
        return (
            f"SELECT c.position AS position, k.id AS case_id, {', '.join(columns)} "
            "FROM candidates c "
            "JOIN candidates o ON o.position = coalesce(c.duplicate_of, c.position) "
            "LEFT JOIN cases k ON k.candidate = o.position "
            f"LEFT JOIN case_parts t ON t.case_id = k.id AND t.position = 0{joins}"
        )

    def _expression(self, name: str) -> str:
        if name == VERDICT:
            return self._worst_verdict()
        if name.startswith("failure_"):
            return self._first_failure(name)
        if name == "wall_s":
            walls = "".join(f" + coalesce(r{n}.wall_s, 0)" for n in range(len(self.properties)))
            return f"(0.0{walls})"
        if name == NOTES:
            return self._all_notes()
        fixed = _EXPRESSIONS.get(name)
        for number, entry in enumerate(self.properties):
            if any(column.name == name for column in entry.columns):
                value = f'{VALUE_FUNCTION}(r{number}."values", {_text(name)})'
                return value if fixed is None else f"coalesce({value}, {fixed})"
        return fixed or "NULL"

    def _worst_verdict(self) -> str:
        """SQL for the worst verdict: NULL without verdicts, and no pass if a property failed."""
        found = [
            f'{VALUE_FUNCTION}(r{number}."values", {_text(column.name)})'
            for number, entry in enumerate(self.properties)
            for column in entry.columns
            if is_verdict(column.name)
        ]
        if not found:
            return "NULL"
        failed = " OR ".join(
            f"r{number}.failure_kind IS NOT NULL" for number in range(len(self.properties))
        )
        tests = {word: f"{_text(word)} IN ({', '.join(found)})" for word in GRADES}
        tests["warn"] += f" OR ({failed}) AND {tests['pass']}"
        cases = (f"WHEN {test} THEN {_text(word)}" for word, test in tests.items())
        return f"CASE {' '.join(cases)} END"

    def _all_notes(self) -> str:
        """SQL for the notes of the candidate and, unless they are the same, of its results."""
        values = "".join(f', r{number}."values"' for number in range(len(self.properties)))
        return f"{NOTES_FUNCTION}(c.notes{values})"

    def _first_failure(self, name: str) -> str:
        """SQL for a failure column, from validation, planning or the first failed property."""
        places = [("c", "NULL"), ("o", "NULL"), ("k", "NULL")]
        places += [(f"r{n}", _text(entry.name)) for n, entry in enumerate(self.properties)]
        cases = " ".join(
            f"WHEN {alias}.failure_kind IS NOT NULL THEN "
            + (title if name == "failure_property" else f"{alias}.{name}")
            for alias, title in places
        )
        return f"CASE {cases} END"


def _has(entry: PlannedProperty, name: str) -> bool:
    return any(column.name == name for column in entry.columns)


VALUE_FUNCTION, NOTES_FUNCTION = "value_of", "notes_of"


def add_value_function(connection: sqlite3.Connection) -> None:
    """Add SQL functions that read columns of properties: ``value_of(results."values", 'gap_ev')``.

    SQLite's own JSON function rounds some floats in the last digit.
    """
    connection.create_function(NOTES_FUNCTION, -1, _notes_of, deterministic=True)
    connection.create_function(VALUE_FUNCTION, 2, _value_of, deterministic=True)


def rows(connection: sqlite3.Connection, table: Table, first: int) -> list[dict[str, Value]]:
    """The rows of one page of candidates.

    Args:
        connection: Connection within a snapshot, with the value function.
        table: Columns of the table.
        first: Position of the page's first candidate.
    """
    columns = table.columns
    names = ", ".join(_name(column.name) for column in columns)
    statement = (
        f"SELECT {names} FROM ({table.select()}) "
        "WHERE position >= ? AND position < ? ORDER BY position, case_id"
    )
    found = connection.execute(statement, (first, first + PAGE))
    return [
        {column.name: _typed(value, column) for column, value in zip(columns, row, strict=True)}
        for row in found
    ]


def records(
    connection: sqlite3.Connection, table: Table, name: str, first: int
) -> list[dict[str, Any] | None]:
    """The records of one property for one page, in the order of `rows`, None where missing.

    Args:
        connection: Connection within a snapshot.
        table: Columns of the table.
        name: Name of the property.
        first: Position of the page's first candidate.
    """
    statement = (
        f"SELECT p.key FROM ({table.select()}) r "
        "LEFT JOIN case_parts p ON p.case_id = r.case_id AND p.property IN "
        "(SELECT id FROM properties WHERE name = ?) "
        "WHERE r.position >= ? AND r.position < ? ORDER BY r.position, r.case_id"
    )
    keys = connection.execute(statement, (name, first, first + PAGE)).fetchall()
    found = [None if key is None else result(connection, key) for (key,) in keys]
    return [None if item is None or item.failure else item.record for item in found]


def has_variants(connection: sqlite3.Connection) -> bool:
    """Whether candidates have more than one case."""
    found = connection.execute("SELECT 1 FROM cases WHERE variant <> '' LIMIT 1").fetchone()
    return found is not None


def _typed(value: Any, column: Column) -> Value:
    """The value in the column's type; SQL has no booleans, and JSON may shorten floats."""
    if column.kind == "flag" and value is not None:
        return bool(value)
    if column.kind == "number" and isinstance(value, int):
        return float(value)
    result: Value = value
    return result


def _value_of(values: str | None, name: str) -> Value:
    found: Value = None if values is None else _parsed(values).get(name)
    return found


def _notes_of(of_candidate: str, *results: str | None) -> str | None:
    """All notes joined, without repetitions; None if there are none."""
    text = of_candidate
    for values in filter(None, results):
        for note in _parsed(values).get(NOTES, ()):
            text = text if note in text else "; ".join(filter(None, (text, note)))
    return text or None


@lru_cache(maxsize=64)
def _parsed(values: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(values)
    return found


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

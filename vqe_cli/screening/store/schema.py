"""The tables of the store by version, and the migration of older stores."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from vqe_cli._core.files import sync_folder
from vqe_cli.errors import InputError, UnavailableError

APPLICATION_ID = 0x76716553
"""``vqeS`` in SQLite's header, by which ``file`` and this program recognise the database."""

_VERSION_1 = (
    """
    CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        started REAL NOT NULL,          -- seconds since 1970, UTC
        config TEXT NOT NULL,           -- JSON
        candidates_file TEXT NOT NULL,
        candidates_sha256 TEXT NOT NULL,
        versions TEXT NOT NULL,         -- JSON
        properties TEXT NOT NULL        -- JSON: name, needs and columns of each, in order
    ) STRICT
    """,
    """
    CREATE TABLE candidates (
        position INTEGER PRIMARY KEY,   -- in the file, from 0
        name TEXT NOT NULL,
        source TEXT NOT NULL,
        given TEXT NOT NULL,            -- SMILES, molfile or JSON, as it was written
        smiles TEXT,                    -- canonical
        identity TEXT,
        formula TEXT,
        atoms INTEGER,
        heavy_atoms INTEGER,
        electrons INTEGER,
        charge INTEGER,
        multiplicity INTEGER,
        notes TEXT NOT NULL,            -- one after the other
        failure_kind TEXT,
        failure_message TEXT,
        failure_hint TEXT,
        duplicate_of INTEGER            -- position
    ) STRICT
    """,
    """
    CREATE TABLE properties (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        selection TEXT NOT NULL         -- JSON: name and options
    ) STRICT
    """,
    """
    CREATE TABLE needs (
        property TEXT NOT NULL,
        need TEXT NOT NULL,             -- also what it needs indirectly
        PRIMARY KEY (property, need)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE cases (
        id INTEGER PRIMARY KEY,
        candidate INTEGER NOT NULL REFERENCES candidates (position),
        variant TEXT NOT NULL,
        spec TEXT NOT NULL,             -- JSON: the input of the run
        cost REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX cases_by_candidate ON cases (candidate)",
    """
    CREATE TABLE case_parts (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        position INTEGER NOT NULL,
        property INTEGER NOT NULL REFERENCES properties (id),
        key TEXT NOT NULL,
        PRIMARY KEY (case_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE results (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        property TEXT NOT NULL,
        failure_kind TEXT,
        failure_message TEXT,
        failure_hint TEXT,
        "values" TEXT NOT NULL,         -- JSON: the property's columns
        wall_s REAL NOT NULL,
        finished REAL NOT NULL          -- when the store took it in, seconds since 1970, UTC
    ) STRICT
    """,
    """
    CREATE TABLE records (
        result INTEGER PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,
        content BLOB NOT NULL,          -- JSON in zlib's format: record and provenance
        checksum TEXT NOT NULL          -- SHA-256 of the whole result
    ) STRICT
    """,
    """
    CREATE TABLE attempts (
        task TEXT NOT NULL,
        started REAL NOT NULL,
        worker TEXT NOT NULL,
        wall_s REAL NOT NULL,
        peak_bytes INTEGER NOT NULL,
        failure_kind TEXT,
        failure_message TEXT,
        part TEXT,                      -- key of the part that was being computed at the end
        charged INTEGER NOT NULL,       -- whether it counts against the task
        PRIMARY KEY (task, started, worker)
    ) STRICT, WITHOUT ROWID
    """,
)

_VERSION_2 = (
    "ALTER TABLE cases ADD COLUMN failure_kind TEXT",
    "ALTER TABLE cases ADD COLUMN failure_message TEXT",
    "ALTER TABLE cases ADD COLUMN failure_hint TEXT",
    "CREATE INDEX cases_by_cost ON cases (cost)",
    """
    CREATE TABLE damaged (
        key TEXT NOT NULL,
        found REAL NOT NULL,
        reason TEXT NOT NULL,
        content BLOB NOT NULL           -- all that was there, as JSON
    ) STRICT
    """,
    """
    CREATE VIEW part_states AS
    SELECT p.case_id, p.position, q.name AS property, p.key, q.selection,
        r.failure_kind, r.failure_message, r.failure_hint, r."values", r.wall_s, r.finished,
        CASE
            WHEN r.failure_kind IS NOT NULL THEN 'failed'
            WHEN r.key IS NOT NULL THEN 'done'
            WHEN EXISTS (
                SELECT 1 FROM needs n
                JOIN case_parts o ON o.case_id = p.case_id
                JOIN properties oq ON oq.id = o.property AND oq.name = n.need
                JOIN results f ON f.key = o.key AND f.failure_kind IS NOT NULL
                WHERE n.property = q.name
            ) THEN 'blocked'
            ELSE 'missing'
        END AS state
    FROM case_parts p
    JOIN properties q ON q.id = p.property
    LEFT JOIN results r ON r.key = p.key
    """,
    """
    CREATE VIEW case_states AS
    SELECT c.id, c.candidate, c.variant, c.cost,
        CASE
            WHEN c.failure_kind IS NOT NULL THEN 'refused'
            WHEN EXISTS (
                SELECT 1 FROM part_states s WHERE s.case_id = c.id AND s.state = 'missing'
            ) THEN 'pending'
            WHEN (
                SELECT s.state FROM part_states s WHERE s.case_id = c.id
                ORDER BY s.property = 'energy' DESC, s.position LIMIT 1
            ) <> 'done' THEN 'failed'
            WHEN EXISTS (
                SELECT 1 FROM part_states s WHERE s.case_id = c.id AND s.state <> 'done'
            ) THEN 'partial'
            ELSE 'done'
        END AS status
    FROM cases c
    """,
)

_VERSION_3 = (
    "ALTER TABLE revisions ADD COLUMN meaning TEXT NOT NULL DEFAULT ''",  # SHA-256
    "CREATE INDEX results_failed ON results (key) WHERE failure_kind IS NOT NULL",
)

MIGRATIONS = (_VERSION_1, _VERSION_2, _VERSION_3)
"""Statements that lead from each version to the next, beginning with an empty file."""

VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the store; 0 for an empty file.

    Raises:
        InputError: The database belongs to another program.
        UnavailableError: The store is of a newer version.
    """
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables == 0:
        return 0
    if identity != APPLICATION_ID:
        raise InputError(f"{path} is a database of another program")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        message = f"{path} has version {version}; this program knows versions up to {VERSION}"
        raise UnavailableError(message, hint="pip install --upgrade vqe-cli")
    return version


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Migrate a store to this program's version in one transaction, keeping a copy of the old one.

    Args:
        connection: Connection without an open transaction.
        path: Path of the database; the copy is called ``campaign.sqlite.v1`` and so on.
    """
    found = version_of(connection, path)
    if found == VERSION:
        return
    if found > 0:
        _keep_copy(connection, path.with_name(f"{path.name}.v{found}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statements in MIGRATIONS[found:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    copy = sqlite3.connect(unfinished)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    os.replace(unfinished, target)
    sync_folder(target.parent)

"""Queries by users can only read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.screening.campaigns import plan, results
from vqe_cli._core.resources import Memory
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.screening.store import Store


@pytest.fixture
def filled(store: Store) -> Store:
    plan(store, 4)
    for place in (0, 1, 2):
        store.ingest(results(place))
    return store


def test_the_table_can_be_asked_by_its_columns(filled: Store) -> None:
    found = filled.query(
        "SELECT candidate, energy_hartree FROM campaign WHERE small_gap AND status = 'done' "
        "ORDER BY energy_hartree"
    )
    assert found.columns == ("candidate", "energy_hartree")
    assert found.rows == [("m0", -76.0 - 1 / 3), ("m2", -76.0 - 1 / 5)]


def test_tables_and_views_can_be_asked(filled: Store) -> None:
    sql = "SELECT status, count(*) AS n FROM case_states GROUP BY status ORDER BY status"
    assert filled.query(sql).rows == [("done", 3), ("pending", 1)]
    assert filled.query("PRAGMA table_info(cases)").rows[0][1] == "id"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM results",
        "WITH x AS (SELECT 1) DELETE FROM results",
        "UPDATE candidates SET name = 'x'",
        "INSERT INTO damaged VALUES ('', 0, '', '')",
        "CREATE TABLE mine (a)",
        "CREATE TEMP TABLE mine (a)",
        "DROP VIEW campaign",
        "ATTACH '{folder}/other.sqlite' AS other",
        "VACUUM INTO '{folder}/copy.sqlite'",
        "PRAGMA query_only = OFF",
        "PRAGMA user_version = 9",
        "PRAGMA journal_mode = WAL",
        "SELECT load_extension('evil')",
        "SELECT 1 AS a; DELETE FROM results",
        "BEGIN EXCLUSIVE",
        "ANALYZE",
    ],
)
def test_whatever_writes_is_refused(filled: Store, tmp_path: Path, sql: str) -> None:
    before = filled.path.read_bytes()
    with pytest.raises(InputError):
        filled.query(sql.format(folder=tmp_path))
    assert filled.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["campaign"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT energie FROM campaign", "no such column: energie"),
        ("SELEC 1", "syntax error"),
        ("", "no table"),
        ("SELECT candidate, candidate FROM campaign", "two columns are called 'candidate'"),
        ("SELECT length(zeroblob(2000000000)) AS n", "too big"),
        ("SELECT ? AS x", "binding"),
    ],
)
def test_mistakes_are_explained(filled: Store, sql: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        filled.query(sql)


def test_answers_are_what_every_format_can_take(filled: Store) -> None:
    sql = "SELECT x'00ff' AS content, 9e999 AS infinity, 2 AS two, 0.5 AS half, NULL AS missing"
    assert filled.query(sql).rows == [("00ff", None, 2, 0.5, None)]


def test_text_of_another_encoding_does_no_harm(filled: Store) -> None:
    assert filled.query("SELECT 'caf\udce9' AS name").rows == [("caf?",)]


def test_an_answer_that_does_not_fit_is_stopped(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.screening.store.query.MACHINE", Memory(40_000_000))
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"
    for column in ("i", "hex(zeroblob(100000))", "zeroblob(1000000)"):
        with pytest.raises(ResourceLimitError, match="larger than 20"):
            filled.query(endless.format(column))
    assert len(filled.query(f"{endless.format('i')} LIMIT 100000").rows) == 100_000


def test_an_endless_query_is_stopped(filled: Store) -> None:
    endless = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    )
    with pytest.raises(ResourceLimitError, match="too long"):
        filled.query(endless, seconds=0.2)
    with closing(sqlite3.connect(filled.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

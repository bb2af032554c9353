"""Stores of other versions, and files that are not a store."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.screening.campaigns import exported, key
from vqe_cli.errors import InputError, UnavailableError, VqeError
from vqe_cli.screening.store import DATABASE, Store, schema

pytestmark = pytest.mark.quick

OLD_STORES = sorted(Path(__file__).parent.glob("version_*.sql"))


@pytest.fixture(params=OLD_STORES, ids=lambda path: path.stem)
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a campaign that an older version left."""
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.executescript(request.param.read_text())
    return tmp_path


def test_there_is_an_old_store_of_every_version() -> None:
    assert [path.stem for path in OLD_STORES] == [
        f"version_{number}" for number in range(1, schema.VERSION)
    ]


def ask(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("writable", [True, False])
def test_an_old_store_is_brought_up_to_date_and_a_copy_kept(old: Path, writable: bool) -> None:
    before = ask(old / DATABASE, "SELECT * FROM results")
    ((version,),) = ask(old / DATABASE, "PRAGMA user_version")
    with Store.open(old, writable=writable) as store:
        rows = exported(store)
        assert [(row["candidate"], row["status"]) for row in rows[:2]] == [
            ("old", "done"),
            ("waiting", "pending"),
        ]
        assert store.summary().counts == Counter(row["status"] for row in rows)
        assert rows[0]["energy_hartree"] == -76.0 - 1 / 3
        assert [item.title for item in store.missing()] == ["waiting"]
        assert store.result(key(0, "", "energy")).record["history"] == [0.1, 0.2]
    assert ask(old / DATABASE, "PRAGMA user_version") == [(schema.VERSION,)]
    copy = old / f"{DATABASE}.v{version}"
    assert ask(copy, "PRAGMA user_version") == [(version,)]
    assert ask(copy, "SELECT * FROM results") == before
    assert {path.name for path in old.iterdir()} == {DATABASE, copy.name, "lock"}


def test_a_migrated_store_is_like_a_new_one(old: Path, tmp_path: Path) -> None:
    Store.open(old, writable=True).close()
    Store.create(tmp_path / "new").close()
    columns = (
        "SELECT m.type, m.name, c.name, c.type FROM sqlite_schema m, pragma_table_xinfo(m.name) c "
        "ORDER BY 1, 2, c.cid"
    )
    assert ask(old / DATABASE, columns) == ask(tmp_path / "new" / DATABASE, columns)


def test_a_migration_that_breaks_off_changes_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*schema.MIGRATIONS[:-1], (*schema.MIGRATIONS[-1], "CREATE NONSENSE"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    before = ask(old / DATABASE, "SELECT * FROM sqlite_schema")
    with pytest.raises(VqeError, match="syntax"):
        Store.open(old, writable=True)
    assert ask(old / DATABASE, "SELECT * FROM sqlite_schema") == before
    monkeypatch.undo()
    Store.open(old, writable=True).close()


@pytest.mark.parametrize("writable", [True, False])
def test_a_newer_store_is_refused_untouched(old: Path, writable: bool) -> None:
    path = old / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(UnavailableError, match="version 99") as caught:
        Store.open(old, writable=writable)
    assert "upgrade" in (caught.value.hint or "")
    assert path.read_bytes() == before


def test_other_peoples_files_are_refused_untouched(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a campaign folder"):
        Store.open(tmp_path)
    path = tmp_path / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="another program"):
        Store.create(tmp_path)
    assert path.read_bytes() == before
    path.write_text("not a database, but long enough to be looked at " * 100)
    with pytest.raises(UnavailableError, match="not a database"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match="file"):
        Store.create(tmp_path / "file" / "campaign")


def test_the_settings_that_keep_results_are_on(tmp_path: Path) -> None:
    with Store.create(tmp_path) as store:
        connection = store._connection
        asked = ("journal_mode", "synchronous", "foreign_keys", "application_id")
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert found == ["delete", 3, 1, schema.APPLICATION_ID]

"""Results are stored once and whole, and damage is detected."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.screening.campaigns import bad, good, key, outcome, plan, results
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import Failure, PropertyResult
from vqe_cli.screening.store import Attempt, Store
from vqe_cli.screening.workers.spool import drain, write_result

ENERGY = key(0, "", "energy")


def test_a_result_comes_back_as_it_was(store: Store) -> None:
    value = good(ENERGY, "energy", energy_hartree=-0.1 - 0.2, verdict=None, shots=3, odd=True)
    failure = bad(key(1), "gap", "memory", "too much: ∞")
    assert store.ingest([value, failure]) == 2
    assert store.result(ENERGY) == value
    assert store.result(key(1)) == failure
    assert store.result(key(2)) is None


def test_whatever_a_result_holds_comes_back(store: Store) -> None:
    """Any text, any finite number, truth values apart from 0 and 1, through spool and store."""
    spool = store.folder / "spool"
    spool.mkdir()
    texts = st.text(st.characters(exclude_categories=["Cs"]))
    values = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        texts,
        st.floats(allow_nan=False, allow_infinity=False),
    )
    plain = st.recursive(values, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))

    fresh = count()

    @settings(max_examples=25, deadline=None)
    @given(st.dictionaries(texts, values), st.dictionaries(texts, plain), texts)
    def check(columns: dict[str, Any], record: dict[str, Any], message: str) -> None:
        result = PropertyResult(
            key=key(next(fresh)),
            property="energy",
            failure=Failure(kind="crash", message=message),
            values=columns,
            record=record,
        )
        write_result(spool, result)
        drain(spool, store.ingest)
        found = store.result(result.key)
        assert found is not None
        assert found == result
        assert repr(found) == repr(result)

    check()


def test_ingesting_again_changes_nothing(store: Store) -> None:
    store.ingest([good(ENERGY, "energy", energy_hartree=-1.0)])
    assert store.ingest([good(ENERGY, "energy", energy_hartree=-2.0)]) == 0
    assert store.ingest([bad(ENERGY, "energy", "crash")]) == 0
    assert store.result(ENERGY).values == {"energy_hartree": -1.0}


def test_a_good_result_replaces_a_failure(store: Store) -> None:
    store.ingest([bad(ENERGY, "energy", "timeout")])
    late = good(ENERGY, "energy", energy_hartree=-1.0)
    assert store.ingest([late]) == 1
    assert store.result(ENERGY) == late


def test_failures_are_forgotten_by_kind(store: Store) -> None:
    plan(store, 4)
    kinds = ("timeout", "memory", "timeout", "crash")
    store.ingest(bad(key(place, "", "energy"), "energy", kind) for place, kind in enumerate(kinds))
    store.ingest([bad(key("of another plan"), "energy", "timeout")])
    store.record_outcomes([Attempt(outcome(key(0, "", "energy"), started=1.0), charged=True)])
    assert store.forget_failed(["timeout"]) == 2
    missing = {item.title: (len(item.properties), item.charged) for item in store.missing()}
    assert missing == {"m0": (3, 0), "m1": (1, 0), "m2": (3, 0), "m3": (1, 0)}
    assert store.forget_failed() == 2
    assert store.forget_failed() == 0


def test_a_reader_cannot_write(store: Store) -> None:
    with Store.open(store.folder) as reader, pytest.raises(UnavailableError, match="readonly"):
        reader.ingest([good(ENERGY, "energy")])


def test_damage_in_the_file_is_found_and_only_that_result_is_missing_again(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    with Store.create(folder) as store:
        plan(store, 20)
        for place in range(20):
            store.ingest(results(place))
        path = store.path
        assert store.verify().damaged == ()
    victims = [key(3, "", "energy"), key(8, "", "dipole")]
    _flip_a_bit(path, _content(path, victims[0]))
    _flip_a_bit(path, b'{"dipole_debye":%s}' % repr(8 / 7).encode())
    with Store.open(folder, writable=True) as store:
        assert store.result(victims[0]) is None
        found = store.verify()
        assert sorted(found.damaged) == sorted(victims)
        assert (found.checked, found.faults) == (60, ())
        assert {item.title for item in store.missing()} == {"m3", "m8"}
        assert store.verify().damaged == ()
        kept = _rows(path, "SELECT key FROM damaged")
        assert sorted(row[0] for row in kept) == sorted(victims)
        store.ingest([*results(3), *results(8)])
        assert list(store.missing()) == []


def test_damage_that_an_export_meets_is_told(tmp_path: Path) -> None:
    with Store.create(tmp_path) as store:
        plan(store, 10)
        store.ingest(results(8))
        path = store.path
    _flip_a_bit(path, b'{"dipole_debye":%s}' % repr(8 / 7).encode(), at=0)
    with Store.open(tmp_path) as store, pytest.raises(UnavailableError, match="damaged") as caught:
        list(store.rows())
    assert "again" in (caught.value.hint or "")


def _rows(path: Path, sql: str, *values: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def _content(path: Path, of: str) -> bytes:
    ((content,),) = _rows(
        path, "SELECT content FROM records JOIN results ON id = result WHERE key = ?", of
    )
    return content


def _flip_a_bit(path: Path, content: bytes, at: int = -2) -> None:
    data = bytearray(path.read_bytes())
    assert data.count(content) == 1
    data[data.index(content) + at % len(content)] ^= 1
    path.write_bytes(data)

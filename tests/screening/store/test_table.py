"""The campaign's table: a row for every candidate and variant, failures included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.screening.campaigns import (
    ENERGY,
    bad,
    candidate,
    case,
    exported,
    key,
    outcome,
    plan,
    results,
    revision,
)
from vqe_cli.errors import UnavailableError
from vqe_cli.properties import Column
from vqe_cli.screening.model import Failure
from vqe_cli.screening.store import Attempt, Store, table

pytestmark = pytest.mark.quick


def test_the_columns_people_expect_come_first(store: Store) -> None:
    plan(store, 1)
    names = [column.name for column in store.columns()]
    assert names[:8] == [
        "candidate", "smiles", "status", "verdict", "energy_hartree", "reference_hartree",
        "error_mha", "source",
    ]  # fmt: skip
    assert names[-8:] == [
        "shots", "dipole_debye", "small_gap", "failure_property", "failure_kind",
        "failure_message", "failure_hint", "duplicate_of",
    ]  # fmt: skip
    timed = [column.name for column in store.columns(timings=True)]
    assert set(timed) - set(names) == {"wall_s", "peak_memory_mb", "attempts"}
    assert list(exported(store)[0]) == names


def test_values_keep_their_digits_and_kinds(store: Store) -> None:
    plan(store, 3)
    store.ingest(results(2))
    row = exported(store)[2]
    assert row["energy_hartree"] == -76.0 - 1 / 5
    assert row["dipole_debye"] == 2 / 7
    assert row["small_gap"] is True
    assert row["shots"] == 2
    assert row["reference_hartree"] is None
    assert (row["candidate"], row["status"], row["verdict"]) == ("m2", "done", "pass")
    assert exported(store)[0]["status"] == "pending"


def test_a_duplicate_carries_the_originals_results(store: Store) -> None:
    store.replace_plan(
        revision(), [candidate("first"), candidate("again", duplicate_of=0)], [case(0)]
    )
    store.ingest(results(0))
    first, again = exported(store)
    assert again == {
        **first,
        "candidate": "again",
        "source": "list.smi:again",
        "status": "duplicate",
        "duplicate_of": "first",
    }


def test_refusals_and_failures_say_why(store: Store) -> None:
    unreadable = Failure(kind="input", message="no SMILES", hint="look at it")
    too_large = Failure(kind="refused", message="too large")
    store.replace_plan(
        revision(),
        [candidate("a", failure=unreadable), candidate("b"), candidate("c")],
        [case(2), replace(case(1), properties=(), failure=too_large)],
    )
    store.ingest([bad(key(2, "", "gap"), "gap", "crash"), *results(2)[:2]])
    told = [
        [row[name] for name in ("status", "failure_property", "failure_kind", "failure_hint")]
        for row in exported(store)
    ]
    assert told == [
        ["refused", None, "input", "look at it"],
        ["refused", None, "refused", None],
        ["partial", "gap", "crash", "try"],
    ]


def test_a_row_with_a_failed_property_is_no_pass(store: Store) -> None:
    plan(store, 3)
    store.ingest([*results(0)[:2], bad(key(0, "", "gap"), "gap", "crash")])
    store.ingest([bad(key(1, "", "energy"), "energy", "crash"), *results(1)[1:]])
    store.ingest(results(2))
    told = [(row["status"], row["verdict"]) for row in exported(store)]
    assert told == [("partial", "warn"), ("failed", None), ("done", "pass")]


def test_the_row_tells_the_first_failure_with_its_own_hint(store: Store) -> None:
    plan(store, 1)
    first = bad(key(0, "", "energy"), "energy", "timeout", "slow")
    first = first.model_copy(update={"failure": Failure(kind="timeout", message="slow")})
    store.ingest([first, bad(key(0, "", "gap"), "gap", "crash")])
    (row,) = exported(store)
    assert (row["status"], row["failure_property"]) == ("failed", "energy")
    assert (row["failure_kind"], row["failure_hint"]) == ("timeout", None)


def test_variants_are_rows_in_the_order_of_the_plan(store: Store) -> None:
    store.replace_plan(
        revision(),
        [candidate("a"), candidate("b")],
        [case(place, variant=label) for place in (0, 1) for label in ("uccsd", "k-upccgsd")],
    )
    store.ingest(results(1, variant="uccsd"))
    rows = exported(store)
    assert list(rows[0])[7] == "variant"
    assert [(row["candidate"], row["variant"], row["status"]) for row in rows] == [
        ("a", "uccsd", "pending"),
        ("a", "k-upccgsd", "pending"),
        ("b", "uccsd", "done"),
        ("b", "k-upccgsd", "pending"),
    ]


def test_a_property_may_fill_a_column_about_the_molecule(store: Store) -> None:
    """Before it is computed, the row says what was read from the candidate."""
    filled = replace(ENERGY, columns=(*ENERGY.columns, Column("atoms", "integer", "Settled.")))
    store.replace_plan(revision((filled,)), [candidate("a")], [case(0, properties=(filled,))])
    assert exported(store)[0]["atoms"] == 6
    result = results(0)[0]
    store.ingest([result.model_copy(update={"values": {**result.values, "atoms": 7}})])
    assert exported(store)[0]["atoms"] == 7


def test_notes_of_results_follow_those_of_the_candidate(store: Store) -> None:
    plan(store, 1)
    energy, dipole, gap = results(0)
    said = ("UFF was used", "charge from the structure")
    store.ingest([one.model_copy(update={"notes": said}) for one in (energy, dipole)] + [gap])
    assert exported(store)[0]["notes"] == "charge from the structure; UFF was used"
    answer = store.query("SELECT notes FROM campaign")
    assert list(answer.rows) == [("charge from the structure; UFF was used",)]
    kept = store.result(energy.key)
    assert kept is not None
    assert (kept.notes, kept.values) == (said, energy.values)


def test_names_that_look_like_sql_are_only_names(store: Store) -> None:
    odd = replace(
        ENERGY, name="x'; DROP TABLE results; --", columns=(Column("a\"b'c", "number", "Odd."),)
    )
    store.replace_plan(revision((odd,)), [candidate("a'b")], [case(0, properties=(odd,))])
    (row,) = exported(store)
    assert row["candidate"] == "a'b"
    assert row["a\"b'c"] is None


def test_pages_join_and_times_come_when_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(store, 7)
    store.ingest(results(0))
    task = key(0, "", "energy")
    store.record_outcomes(
        [Attempt(outcome(task, started=n, peak_bytes=n * 10**6), True) for n in (1, 3)]
    )
    whole = list(store.rows(timings=True))
    assert [whole[0][name] for name in ("wall_s", "peak_memory_mb", "attempts")] == [4.5, 3.0, 2]
    monkeypatch.setattr(table, "PAGE", 3)
    assert list(store.rows(timings=True)) == whole
    rows = store.rows()
    next(rows)
    plan(store, 7)
    with pytest.raises(UnavailableError, match="changed meanwhile"):
        list(rows)

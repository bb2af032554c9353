"""Missing results, their order, and the results kept by a change of plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.screening.campaigns import (
    DIPOLE,
    ENERGY,
    GAP,
    PROPERTIES,
    bad,
    candidate,
    case,
    exported,
    good,
    key,
    outcome,
    plan,
    results,
    revision,
)
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import Failure
from vqe_cli.screening.store import Attempt, Store
from vqe_cli.screening.store import plan as plan_module

pytestmark = pytest.mark.quick


def missing(store: Store) -> dict[str, list[str]]:
    return {
        item.title: [wanted.property["name"] for wanted in item.properties]
        for item in store.missing()
    }


def test_everything_is_missing_first_and_the_cheapest_comes_first(store: Store) -> None:
    plan(store, 3)
    assert [item.title for item in store.missing()] == ["m2", "m1", "m0"]
    first = next(store.missing())
    assert [wanted.key for wanted in first.properties] == [
        key(2, "", entry.name) for entry in PROPERTIES
    ]
    assert first.task == first.properties[0].key
    assert first.spec == case(2).spec
    assert list(first.spec) == list(case(2).spec)


def test_a_failure_is_a_result_and_what_needs_it_is_not_missing(store: Store) -> None:
    plan(store, 1)
    store.ingest([bad(key(0, "", "energy"), "energy", "timeout")])
    assert missing(store) == {"m0": ["gap"]}


def test_needs_reach_through_others(store: Store) -> None:
    far = replace(GAP, needs=("dipole",))
    chain = (ENERGY, DIPOLE, far)
    store.replace_plan(revision(chain), [candidate("a")], [case(0, properties=chain)])
    store.ingest([bad(key(0, "", "energy"), "energy", "crash")])
    assert missing(store) == {}
    assert store.summary().counts == {"failed": 1}


def test_pages_leave_nothing_out_while_results_come_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_module, "PAGE", 4)
    plan(store, 30)
    seen = []
    for item in store.missing():
        seen.append(item.title)
        store.ingest(results(int(item.title[1:])))
    assert seen == [f"m{place}" for place in reversed(range(30))]
    assert missing(store) == {}


def test_a_changed_plan_finds_what_it_shares_and_the_old_one_finds_all(store: Store) -> None:
    plan(store, 2)
    store.ingest([item for place in (0, 1) for item in results(place)])
    before = exported(store)
    short = (ENERGY,)
    store.replace_plan(
        revision(short, changed=True),
        [candidate("m0"), candidate("new")],
        [case(0, properties=short), replace(case(7), candidate=1)],
    )
    assert missing(store) == {"new": ["energy", "dipole", "gap"]}
    plan(store, 2)
    assert missing(store) == {}
    assert exported(store) == before
    assert [entry.config for entry in store.revisions()] == [{}, {"changed": True}, {}]
    assert store.revision() == replace(revision(), id=3)


def test_a_plan_that_breaks_off_leaves_the_old_one(store: Store) -> None:
    plan(store, 2)

    def broken():
        yield case(0)
        raise RuntimeError("the planner fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        store.replace_plan(revision(), [candidate("x")], broken())
    assert list(missing(store)) == ["m1", "m0"]


@pytest.mark.parametrize("original", [1, 2, 9])
def test_a_duplicate_must_name_an_earlier_original(store: Store, original: int) -> None:
    people = [candidate("a"), candidate("b", duplicate_of=0), candidate("c", duplicate_of=original)]
    with pytest.raises(ValueError, match="candidate 2 is no duplicate"):
        store.replace_plan(revision(), people, [])


def test_columns_of_the_same_name_are_refused(store: Store) -> None:
    twice = replace(GAP, columns=DIPOLE.columns)
    with pytest.raises(UnavailableError, match="'dipole' and 'gap' has a column called 'dipole_de"):
        store.replace_plan(revision((ENERGY, DIPOLE, twice)), [], [])
    status = replace(GAP, columns=(replace(GAP.columns[0], name="status"),))
    with pytest.raises(UnavailableError, match="'gap' has a column called 'status', as the table"):
        store.replace_plan(revision((status,)), [], [])


def test_refused_cases_are_not_missing(store: Store) -> None:
    failure = Failure(kind="refused", message="too large")
    store.replace_plan(
        revision(),
        [candidate("a")],
        [replace(case(0), properties=(), spec={}, failure=failure)],
    )
    assert missing(store) == {}
    assert store.summary().counts == {"refused": 1}


def test_attempts_that_count_are_told(store: Store) -> None:
    plan(store, 1)
    task = key(0, "", "energy")
    lost = Failure(kind="lost", message="worker gone")
    store.record_outcomes(
        [
            Attempt(outcome(task, started=1.0, failure=lost), charged=False),
            Attempt(outcome(task, started=2.0), charged=True),
            Attempt(outcome(task, started=2.0), charged=True),
        ]
    )
    assert next(store.missing()).charged == 1
    assert store.summary().attempts == 2


def test_records_of_good_parts_are_handed_on(store: Store) -> None:
    plan(store, 1)
    energy = good(key(0, "", "energy"), "energy")
    store.ingest([energy, bad(key(0, "", "gap"), "gap", "crash")])
    (item,) = store.missing()
    assert [wanted.property["name"] for wanted in item.properties] == ["dipole"]
    assert store.known_records(item.id) == {"energy": energy.record}

"""Counts, pace and remaining time, compared with numbers worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.screening.campaigns import bad, candidate, case, key, outcome, plan, results, revision
from vqe_cli.screening.model import Failure
from vqe_cli.screening.store import Attempt, FailureGroup, Store

pytestmark = pytest.mark.quick

TOO_LARGE = Failure(kind="refused", message="too large")


def test_every_row_is_counted_once_by_its_status(store: Store) -> None:
    unreadable = Failure(kind="input", message="no SMILES")
    store.replace_plan(
        revision(),
        [
            candidate("done"),
            candidate("partial"),
            candidate("failed"),
            candidate("half"),
            candidate("untouched"),
            candidate("unreadable", failure=unreadable),
            candidate("too large"),
            candidate("copy of done", duplicate_of=0),
        ],
        [
            *(case(place) for place in range(5)),
            replace(case(5), properties=(), failure=unreadable),
            replace(case(6), properties=(), failure=TOO_LARGE),
        ],
    )
    store.ingest(results(0))
    store.ingest([*results(1)[:2], bad(key(1, "", "gap"), "gap", "timeout", "slow gap")])
    store.ingest([bad(key(2, "", "energy"), "energy", "not-converged", "no SCF")])
    store.ingest(results(2)[2:])
    store.ingest(results(3)[:1])
    found = store.summary()
    assert found.counts == {
        "done": 1, "partial": 1, "failed": 1, "pending": 2, "refused": 2, "duplicate": 1,
    }  # fmt: skip
    assert found.total == 8
    assert found.counts == Counter(row["status"] for row in store.rows())
    assert found.failures == (
        FailureGroup("input", 1, "no SMILES", "unreadable", tried=False),
        FailureGroup("not-converged", 1, "no SCF", "failed"),
        FailureGroup("refused", 1, "too large", "too large", tried=False),
        FailureGroup("timeout", 1, "slow gap", "partial"),
    )


def test_failures_are_grouped_with_the_first_as_example(store: Store) -> None:
    plan(store, 4)
    for place in (3, 1, 2):
        store.ingest(
            bad(key(place, "", name), name, "crash", f"{name} of m{place}")
            for name in ("gap", "energy")
        )
    assert store.summary().failures == (FailureGroup("crash", 3, "energy of m1", "m1"),)


def test_pace_leaves_out_pauses_between_sessions(store: Store) -> None:
    """Two workers for 100 s, a day's pause, one worker for 50 s: five tasks in 150 s."""
    plan(store, 10)
    day = 86400.0
    spans = ((0, 100), (0, 50), (50, 50), (day, 20), (day + 20, 30))
    for place, (start, seconds) in enumerate(spans):
        store.ingest(results(place))
        end = outcome(key(place, "", "energy"), started=1e9 + start, wall_s=seconds)
        store.record_outcomes([Attempt(end, charged=True)])
    found = store.summary()
    assert found.per_hour == pytest.approx(5 * 3600 / 150)
    assert found.per_hour_recently == pytest.approx(2 * 3600 / 150)
    # finished are those with costs 10, 9, 8, 7, 6; pending 5, 4, 3, 2, 1
    assert found.remaining_s == pytest.approx(150 * 15 / 40)
    assert found.wall_s == 250
    assert found.median_wall_s == 50
    assert found.longest_wall_s == 100
    assert found.peak_bytes == 10**8


def test_nothing_is_foretold_from_nothing(store: Store) -> None:
    assert store.summary().total == 0
    plan(store, 2)
    found = store.summary()
    assert (found.per_hour, found.per_hour_recently, found.remaining_s) == (None, None, None)

"""What is kept of a search."""

from __future__ import annotations

from vqe_cli.comparison.row_computation import MOST_STEPS, _thinned
from vqe_cli.schema.records import Step


def steps(count: int) -> list[Step]:
    return [Step(step=n, energy=-n, evaluations=n) for n in range(1, count + 1)]


def test_long_searches_are_thinned_but_for_their_ends() -> None:
    kept = [step.step for step in _thinned(steps(12_000))]
    assert kept[:3] == [1, 2, 3]
    assert kept[-1] == 12_000
    assert len(kept) <= MOST_STEPS
    assert kept == sorted(set(kept))


def test_short_searches_are_kept_whole() -> None:
    assert _thinned(steps(MOST_STEPS)) == steps(MOST_STEPS)
    assert _thinned([]) == []


def test_each_start_of_a_thinned_search_keeps_its_ends() -> None:
    searches = [
        Step(step=500 * start + n, energy=-n, evaluations=500 * start + n, start=start)
        for start in range(4)
        for n in range(1, 501)
    ]
    kept = _thinned(searches)
    assert len(kept) <= MOST_STEPS
    for start in range(4):
        own = [step.step for step in kept if step.start == start]
        assert (own[0], own[-1]) == (500 * start + 1, 500 * start + 500)

"""What in the record of a comparison contradicts the rest of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli._core.bundles import Bundle, is_bundle
from vqe_cli.comparison.judgement import best_bound, judged, summaries
from vqe_cli.comparison.records import ComparedProblem, Comparison, ComparisonRow
from vqe_cli.comparison.sentence import sentence_of
from vqe_cli.schema.record import Record
from vqe_cli.variational.contradictions import DIGITS


def comparison_contradictions(path: Path, record: Comparison, *, same_code: bool) -> Iterator[str]:
    """What in a comparison does not follow from its rows, as sentences.

    Args:
        path: The record or bundle.
        record: The record.
        same_code: Whether it was written by this very code, whose sentences are the same.
    """
    if is_bundle(path):
        yield from Bundle(path).faults()
    for problem in record.problems:
        for told in _of_problem(problem, same_code=same_code):
            yield f"{problem.name}, {told}"


def _of_problem(problem: ComparedProblem, *, same_code: bool) -> Iterator[str]:
    for row in problem.rows:
        yield from _of_row(row, problem)
    if problem.refusal is not None and problem.rows:
        usable = [row.method for row in problem.rows if row.energy is not None]
        if usable:
            yield f"{usable[0]} has an energy although nothing could be computed"
    best = best_bound(problem.rows)
    if best is None or problem.best is None:
        if best != problem.best:
            yield "best is not that of the rows"
    else:
        yield from _differences("best", problem.best, best)
    yield from _of_variants(problem)
    if same_code and problem.sentence != sentence_of(
        problem.rows, problem.best, problem.circuits, problem.goal
    ):
        yield "the sentence is not that of the figures"


def _of_row(row: ComparisonRow, problem: ComparedProblem) -> Iterator[str]:
    """What in a row does not follow from its energy."""
    if (row.status == "done") != (row.energy is not None):
        yield f"{row.method}: the status is {row.status}, the energy {row.energy}"
        return
    names = ("error_mha", "error_in_unit", "accurate")
    bare = row.model_copy(update=dict.fromkeys(names))
    expected = judged(bare, problem.best, problem.goal)
    for name in names:
        given, now = getattr(row, name), getattr(expected, name)
        if not _alike(given, now):
            yield f"{row.method}: {name} is {_shown(given)}, but its energy gives {_shown(now)}"


def _of_variants(problem: ComparedProblem) -> Iterator[str]:
    """Statistics over seeds that are not those of the rows, as where rows were removed."""
    given, expected = (
        {(one.method, one.variant): one for one in summarised}
        for summarised in (problem.variants, summaries(problem.rows, problem.goal))
    )
    for key in given.keys() | expected.keys():
        name = " ".join(part for part in key if part)
        if key not in expected:
            yield f"variants has {name}, of which there is no row"
        elif key not in given:
            yield f"rows has {name}, which variants does not"
        else:
            yield from _differences(f"variants: {name}:", given[key], expected[key])


def _differences(name: str, given: Record, expected: Record) -> Iterator[str]:
    """Fields that were recorded and are not as the rows give them."""
    for field in sorted(given.model_fields_set):
        recorded, now = getattr(given, field), getattr(expected, field)
        if not _alike(recorded, now):
            yield f"{name} {field} is {_shown(recorded)}, but the rows give {_shown(now)}"


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=DIGITS, abs_tol=DIGITS)
    return bool(one == other)


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)

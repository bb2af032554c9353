"""A comparison from its plan to its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vqe_cli._core.provenance import provenance
from vqe_cli.comparison.judgement import rows_of, summaries
from vqe_cli.comparison.plan import PlannedProblem
from vqe_cli.comparison.prices import price_table
from vqe_cli.comparison.records import (
    COMPARE_SCHEMA,
    ComparedProblem,
    Comparison,
    ComparisonRow,
    DeviceNeeds,
)
from vqe_cli.comparison.sentence import sentence_of
from vqe_cli.screening.model import PropertyResult


def compare(
    problems: Sequence[PlannedProblem], results: Mapping[str, PropertyResult], workers: int
) -> Comparison:
    """The record of a comparison.

    Args:
        problems: The planned problems.
        results: Results of all rows, by key.
        workers: Number of rows that were computed at the same time.
    """
    return Comparison(
        schema=COMPARE_SCHEMA,
        problems=tuple(_compared(problem, results, workers) for problem in problems),
        prices=price_table(),
        workers=workers,
        provenance=provenance(),
    )


def _compared(
    problem: PlannedProblem, results: Mapping[str, PropertyResult], workers: int
) -> ComparedProblem:
    rows, best = rows_of(problem, results, alone=workers == 1)
    circuits = dict(_circuits(problem, results))
    rows = tuple(_with_gates(row, circuits) for row in rows)
    return ComparedProblem(
        name=problem.name,
        spec=problem.resolved,
        problem=_problem(problem, results),
        best=best,
        rows=rows,
        variants=summaries(rows),
        circuits=circuits,
        sentence=sentence_of(rows, best, circuits),
    )


def _with_gates(row: ComparisonRow, circuits: Mapping[str, DeviceNeeds]) -> ComparisonRow:
    """A row of VQE with the gates of its ansatz, where no circuit ran."""
    needs = circuits.get(row.variant)
    if row.family != "vqe" or needs is None or row.two_qubit_gates is not None:
        return row
    return row.model_copy(update={"two_qubit_gates": needs.gates_all_to_all})


def _problem(problem: PlannedProblem, results: Mapping[str, PropertyResult]) -> dict[str, Any]:
    """The record of the problem, as the first row that has one saw it."""
    records = (results[row.key].record for row in problem.rows)
    return next((dict(record["problem"]) for record in records if record), {})


def _circuits(
    problem: PlannedProblem, results: Mapping[str, PropertyResult]
) -> Iterator[tuple[str, DeviceNeeds]]:
    """What circuits need on a device, where that could be estimated, by variant."""
    for row in problem.circuits:
        result = results[row.key]
        if result.failure is None:
            yield row.variant, DeviceNeeds(**result.record)

"""A comparison from its plan to its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vqe_cli._core.provenance import provenance
from vqe_cli._core.resources import MACHINE
from vqe_cli._core.units import HARTREE
from vqe_cli.comparison.families import Family
from vqe_cli.comparison.goals import goal_of
from vqe_cli.comparison.judgement import best_bound, judged, preparation_of, rows_of, summaries
from vqe_cli.comparison.plan import PlannedProblem, left_out
from vqe_cli.comparison.prices import price_table
from vqe_cli.comparison.records import (
    COMPARE_SCHEMA,
    BestBound,
    ComparedProblem,
    Comparison,
    ComparisonRow,
    DeviceNeeds,
    Refusal,
    Scaling,
)
from vqe_cli.comparison.scaling import scaling_of
from vqe_cli.comparison.sentence import sentence_of
from vqe_cli.errors import LIMITS
from vqe_cli.screening.model import PropertyResult
from vqe_cli.variational.accuracy import GAP_ACCURACY


def compare(
    problems: Sequence[PlannedProblem],
    results: Mapping[str, PropertyResult],
    workers: int,
    scale: tuple[Family, Sequence[int]] | None = None,
) -> Comparison:
    """The record of a comparison.

    Args:
        problems: The planned problems.
        results: Results of all rows, by key.
        workers: Number of rows that were computed at the same time.
        scale: The family of the problems and their sizes; None for none.
    """
    compared = tuple(_compared(problem, results, workers) for problem in problems)
    return Comparison(
        schema=COMPARE_SCHEMA,
        problems=compared,
        scaling=None if scale is None else _scaling(scale, compared),
        prices=price_table(),
        workers=workers,
        provenance=provenance(),
    )


def _scaling(scale: tuple[Family, Sequence[int]], problems: Sequence[ComparedProblem]) -> Scaling:
    family, sizes = scale
    return Scaling(
        family=family.name,
        unit=family.unit,
        sizes=tuple(sizes),
        fits=scaling_of(sizes, problems, MACHINE.usable / 1e6),
    )


def _compared(
    problem: PlannedProblem, results: Mapping[str, PropertyResult], workers: int
) -> ComparedProblem:
    alone, shared = workers == 1, results[problem.preparation.key]
    found = rows_of(problem, results, alone=alone)
    best, circuits = best_bound(found), dict(_circuits(problem, results))
    unit, accuracy = _accuracy(shared, best)
    goal = goal_of(unit, accuracy, of_gap=best is not None and best.gap is not None)
    rows = tuple(_with_gates(judged(row, best, goal), circuits) for row in found)
    return ComparedProblem(
        name=problem.name,
        spec=problem.resolved,
        problem=shared.record.get("problem", {}),
        unit=unit,
        accuracy=accuracy,
        best=best,
        rows=rows,
        variants=summaries(rows, goal),
        circuits=circuits,
        sentence=sentence_of(rows, best, circuits, goal),
        left_out=left_out(problem.spec),
        preparation=preparation_of(shared, alone=alone),
        refusal=_refusal(shared, problem),
    )


def _accuracy(shared: PropertyResult, best: BestBound | None) -> tuple[str, float | None]:
    """The unit of a problem, and the largest accurate error of a model, in it."""
    unit = shared.record.get("problem", {}).get("unit", HARTREE)
    if unit == HARTREE:
        return unit, None
    scale = shared.record["scale"] if best is None or best.gap is None else best.gap
    return unit, GAP_ACCURACY * scale


def _refusal(shared: PropertyResult, problem: PlannedProblem) -> Refusal | None:
    """Why nothing of a problem could be computed, with file and line; None if it could."""
    failure = shared.failure
    if failure is None:
        return None
    where = None
    if failure.kind == "input":
        where = problem.spec.source.describe(failure.path, failure.line_offset)
    exceeded = failure.kind in LIMITS
    where = problem.preparation.label if exceeded else where
    return Refusal(
        kind="refused" if exceeded else failure.kind,
        message=failure.message if where is None else f"{where}: {failure.message}",
        hint=failure.hint,
    )


def _with_gates(row: ComparisonRow, circuits: Mapping[str, DeviceNeeds]) -> ComparisonRow:
    """A row of VQE with the gates of its ansatz, where no circuit ran."""
    needs = circuits.get(row.variant)
    if row.family != "vqe" or needs is None or row.two_qubit_gates is not None:
        return row
    return row.model_copy(update={"two_qubit_gates": needs.gates_all_to_all})


def _circuits(
    problem: PlannedProblem, results: Mapping[str, PropertyResult]
) -> Iterator[tuple[str, DeviceNeeds]]:
    """What circuits need on a device, where that could be estimated, by variant."""
    for row in problem.circuits:
        result = results[row.key]
        if result.failure is None:
            yield row.variant, DeviceNeeds(**result.record)

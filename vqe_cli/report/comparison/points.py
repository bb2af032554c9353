"""Methods as points of a diagram of error against cost, and errors over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow, MethodFamily

FLOOR_MHA = 1e-6
"""Errors of molecules below this are round-off and are drawn at this value."""


@dataclass(frozen=True)
class Point:
    """A method or variant in a diagram of error against cost.

    Args:
        name: Its name.
        family: Classical or VQE.
        cost: Seconds or USD, the median over its seeds.
        error: Absolute error in the unit of errors, at least its floor; the median over its seeds.
        low: Its lowest absolute error.
        high: Its highest absolute error.
        best: Whether no other point is both cheaper and more accurate.
    """

    name: str
    family: MethodFamily
    cost: float
    error: float
    low: float
    high: float
    best: bool


def points_of(
    rows: Sequence[ComparisonRow],
    cost: Callable[[ComparisonRow], float | None],
    goal: Goal = CHEMICAL,
) -> list[Point]:
    """The methods and variants with an energy, one point each, and the Pareto front.

    The front is that of medians, so that no lucky seed is on it.

    Args:
        rows: The rows of a problem.
        cost: What a row costs; None where it is unknown. Costs of zero have no logarithm.
        goal: The accuracy by which they are judged.
    """
    known: dict[str, list[tuple[ComparisonRow, float]]] = {}
    for row in rows:
        value = cost(row)
        if row.is_usable and row.error is not None and value:
            known.setdefault(name_of(row.method, row.variant), []).append((row, value))
    places = {
        name: (median(value for _, value in own), median(_error(row, goal) for row, _ in own))
        for name, own in known.items()
    }
    return [
        Point(
            name,
            own[0][0].family,
            *places[name],
            min(_error(row, goal) for row, _ in own),
            max(_error(row, goal) for row, _ in own),
            not any(_beats(other, places[name]) for other in places.values()),
        )
        for name, own in known.items()
    ]


def errors_over_seeds(
    rows: Sequence[ComparisonRow], goal: Goal = CHEMICAL
) -> dict[str, list[float]]:
    """Absolute errors by name of the variants of VQE with several seeds that are ranked.

    Args:
        rows: The rows of a problem.
        goal: The accuracy by which they are judged.
    """
    groups: dict[str, list[float]] = {}
    for row in rows:
        if row.family == "vqe" and row.is_usable and row.error is not None:
            groups.setdefault(name_of(row.method, row.variant), []).append(_error(row, goal))
    return {name: errors for name, errors in groups.items() if len(errors) > 1}


def failures_of(rows: Sequence[ComparisonRow]) -> dict[str, int]:
    """Number of seeds without an energy that is ranked, by name of a variant.

    Args:
        rows: The rows of a problem.
    """
    counts: dict[str, int] = {}
    for row in rows:
        name = name_of(row.method, row.variant)
        counts[name] = counts.get(name, 0) + (not row.is_usable)
    return counts


def _error(row: ComparisonRow, goal: Goal) -> float:
    return max(abs(row.error or 0.0), goal.scaled(FLOOR_MHA))


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a cost and error are no worse than others, and better in one of both."""
    return one != other and one[0] <= other[0] and one[1] <= other[1]

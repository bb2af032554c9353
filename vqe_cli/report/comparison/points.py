"""Methods as points of a diagram of error against cost, and errors over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow, MethodFamily

FLOOR_MHA = 1e-6
"""Errors below this are round-off and are drawn at this value."""


@dataclass(frozen=True)
class Point:
    """A method or variant in a diagram of error against cost.

    Args:
        name: Its name.
        family: Classical or VQE.
        cost: Seconds or USD, the median over its seeds.
        error: Absolute error, mHa, at least `FLOOR_MHA`; the median over its seeds.
        low: Its lowest absolute error, mHa.
        high: Its highest absolute error, mHa.
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
    rows: Sequence[ComparisonRow], cost: Callable[[ComparisonRow], float | None]
) -> list[Point]:
    """The methods and variants with an energy, one point each, and the Pareto front.

    The front is that of medians, so that no lucky seed is on it.

    Args:
        rows: The rows of a problem.
        cost: What a row costs; None where it is unknown. Costs of zero have no logarithm.
    """
    known: dict[str, list[tuple[ComparisonRow, float]]] = {}
    for row in rows:
        value = cost(row)
        if row.is_usable and row.error_mha is not None and value:
            known.setdefault(name_of(row.method, row.variant), []).append((row, value))
    places = {
        name: (median(value for _, value in own), median(_error(row) for row, _ in own))
        for name, own in known.items()
    }
    return [
        Point(
            name,
            own[0][0].family,
            *places[name],
            min(_error(row) for row, _ in own),
            max(_error(row) for row, _ in own),
            not any(_beats(other, places[name]) for other in places.values()),
        )
        for name, own in known.items()
    ]


def errors_over_seeds(rows: Sequence[ComparisonRow]) -> dict[str, list[float]]:
    """Absolute errors, mHa, by name of the variants of VQE with several seeds that are ranked.

    Args:
        rows: The rows of a problem.
    """
    groups: dict[str, list[float]] = {}
    for row in rows:
        if row.family == "vqe" and row.is_usable and row.error_mha is not None:
            groups.setdefault(name_of(row.method, row.variant), []).append(_error(row))
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


def _error(row: ComparisonRow) -> float:
    return max(abs(row.error_mha or 0.0), FLOOR_MHA)


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a cost and error are no worse than others, and better in one of both."""
    return one != other and one[0] <= other[0] and one[1] <= other[1]

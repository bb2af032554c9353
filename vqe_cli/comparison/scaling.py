"""How costs grow with the size of a problem: fits with their uncertainty, and extrapolations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from vqe_cli.comparison.records import (
    ComparedProblem,
    ComparisonRow,
    DeviceNeeds,
    Extrapolation,
    ScalingFit,
)

Model = Literal["exponential", "power law"]

FEWEST = 3
"""Fewest sizes of a fit."""

SMALLEST = {"wall_s": 0.02, "peak_memory_mb": 5.0}
"""Costs below which a measurement says nothing of the method."""

UNITS = {"wall_s": "s", "peak_memory_mb": "MB", "device_usd": "USD"}

WEEK_S = 7 * 86400.0

MONEY_USD = 1e6
"""Price of one energy on a device at which money ends, USD."""

LEAST_R_SQUARED = 0.95
"""Fits that explain less of the variance are not extrapolated."""

CONFIDENCE = 0.95
"""Of the intervals of slopes and sizes."""

LARGEST = 10_000
"""Sizes beyond this are not extrapolated to."""


def scaling_of(
    sizes: Sequence[int], problems: Sequence[ComparedProblem], memory_mb: float
) -> tuple[ScalingFit, ...]:
    """Fits of time and memory of every method, and of the price of a device, against size.

    Args:
        sizes: Size of each problem.
        problems: The problems.
        memory_mb: Memory that this machine can use, MB.
    """
    costs: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    for size, problem in zip(sizes, problems, strict=True):
        for row in problem.rows:
            for quantity, value in _costs(row, problem.circuits.get(row.variant)):
                costs.setdefault((row.method, row.variant, quantity), []).append((size, value))
    limits = {
        "wall_s": ("a week", WEEK_S),
        "peak_memory_mb": ("this machine's memory", memory_mb),
        "device_usd": ("the price of one energy on a device", MONEY_USD),
    }
    found = []
    for (method, variant, quantity), all_points in costs.items():
        points = sorted(set(all_points))  # seeds share the price of a device
        if len({size for size, _ in points}) < FEWEST:
            continue
        models: tuple[Model, ...] = ("exponential", "power law")
        for model in models:
            found.append(_fit(method, variant, quantity, points, model, limits[quantity]))
    return tuple(found)


def _costs(row: ComparisonRow, needs: DeviceNeeds | None) -> Iterator[tuple[str, float]]:
    if row.status != "done":
        return
    if row.family == "vqe" and needs is not None and needs.money_usd:
        yield "device_usd", needs.money_usd
    for quantity, smallest in SMALLEST.items():
        value = getattr(row, quantity)
        if value is not None and value >= smallest:
            yield quantity, value


def _fit(
    method: str,
    variant: str,
    quantity: str,
    points: Sequence[tuple[int, float]],
    model: Model,
    limit: tuple[str, float],
) -> ScalingFit:
    """A straight line through logarithms of the costs, by least squares."""
    from scipy.stats import linregress, t

    x = [float(size) if model == "exponential" else math.log(size) for size, _ in points]
    y = [math.log(value) for _, value in points]
    line = linregress(x, y)
    freedom = len(x) - 2
    width = float(t.ppf(0.5 + CONFIDENCE / 2, freedom)) * float(line.stderr)
    slope, r_squared = float(line.slope), float(line.rvalue) ** 2
    reason = _reason(r_squared, slope - width)
    return ScalingFit(
        method=method,
        variant=variant,
        quantity=quantity,
        unit=UNITS[quantity],
        model=model,
        points=tuple(points),
        slope=slope,
        slope_low=slope - width,
        slope_high=slope + width,
        r_squared=r_squared,
        limit=_extrapolated(x, y, slope, width, model, limit)
        if reason is None
        else _none(limit, reason),
    )


def _reason(r_squared: float, slope_low: float) -> str | None:
    """Why a fit is not extrapolated; None if it is."""
    if r_squared < LEAST_R_SQUARED:
        return f"R² is below {LEAST_R_SQUARED}"
    if slope_low <= 0.0:
        return "the interval of the growth includes none"
    return None


def _none(limit: tuple[str, float], reason: str) -> Extrapolation:
    name, value = limit
    return Extrapolation(
        limit=name,
        value=value,
        size=None,
        size_low=None,
        size_high=None,
        beyond_data=True,
        reason=reason,
    )


def _extrapolated(
    x: Sequence[float],
    y: Sequence[float],
    slope: float,
    width: float,
    model: Model,
    limit: tuple[str, float],
) -> Extrapolation:
    """The size at which a limit is reached: lines of other slopes turn about the mean."""
    name, value = limit
    target = math.log(value)
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)

    def size(steepness: float) -> float | None:
        place = middle_x + (target - middle_y) / steepness
        if model == "power law":
            return math.exp(place) if place < math.log(LARGEST) else None
        return place if place < LARGEST else None

    largest = max(x) if model == "exponential" else math.exp(max(x))
    found = size(slope)
    return Extrapolation(
        limit=name,
        value=value,
        size=found,
        size_low=size(slope + width),
        size_high=size(slope - width),
        beyond_data=found is None or found > largest,
    )

"""Further points where the curve is bent most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vqe_cli.scan.computation import ComputedPoints
from vqe_cli.scan.curve import points_of
from vqe_cli.scan.plan import Chain, PlannedScan
from vqe_cli.scan.records import Direction, ScanPoint
from vqe_cli.scan.values import DIGITS

ENOUGH = 1e-4
"""Distance of a straight line from the curve below which nothing is refined, Hartree."""

SHARE = 0.5
"""Intervals are halved together with the worst one if they are at least this share as bad."""


def refinement(scan: PlannedScan, count: int) -> Callable[[ComputedPoints], Sequence[Chain]]:
    """The function that halves intervals until a number of points has been added.

    Args:
        scan: The scan.
        count: Largest number of points to add.

    Returns:
        A function that returns the next points, each from both of its neighbours, for the points
        so far; none to end.
    """

    def further(found: ComputedPoints) -> list[Chain]:
        left = count - len({point.value for point in found.points if point.refined})
        if left <= 0:
            return []
        starts = {
            (point.value, point.direction): point.key
            for point in found.points
            if found.of(point).failure is None
        }
        tried = {point.value for point in found.points}
        intervals = [
            (low, middle, high)
            for low, high in _worst(points_of(scan, found))
            if (middle := round(0.5 * (low + high), DIGITS)) not in tried
        ]
        chains: list[Chain] = []
        for low, middle, high in intervals[:left]:
            for direction in scan.directions:
                start = _start(direction, low, high, starts)
                point = scan.point(middle, direction, start, refined=True)
                chains.append((point,))
        return chains

    return further


def _start(
    direction: Direction, low: float, high: float, starts: dict[tuple[float, Direction], str]
) -> str | None:
    """The key of the neighbour on one side, of whatever direction has an energy there."""
    if direction == "alone":
        return None
    side = low if direction == "up" else high
    return starts.get((side, direction))


def _worst(points: Sequence[ScanPoint]) -> list[tuple[float, float]]:
    """The intervals between points that a straight line describes worst, the worst first."""
    known = [(float(point.value), point.energy) for point in points if point.energy is not None]
    if len(known) < 3:
        return []
    bends = [_bend(*known[index - 1 : index + 2]) for index in range(1, len(known) - 1)]
    bends = [bends[0], *bends, bends[-1]]
    errors = {}
    for (low, _), (high, _), before, after in zip(known, known[1:], bends, bends[1:], strict=False):
        errors[low, high] = max(before, after) * (high - low) ** 2 / 8.0
    largest = max(errors.values())
    order = sorted(errors, key=lambda interval: -errors[interval])
    return [one for one in order if errors[one] >= max(ENOUGH, SHARE * largest)]


def _bend(
    first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]
) -> float:
    """The size of the second derivative through three points, Hartree over the unit squared."""
    (x1, y1), (x2, y2), (x3, y3) = first, second, third
    slopes = (y2 - y1) / (x2 - x1), (y3 - y2) / (x3 - x2)
    return abs(2.0 * (slopes[1] - slopes[0]) / (x3 - x1))

"""Exchanges of the characters of two states along a curve, found by overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from vqe_cli.fermions.state_overlaps import StateVectors, squared_overlaps
from vqe_cli.scan.records import ExchangeRecord, ScanPoint

WIDEST = 8
"""Largest number of steps over which two states exchange their characters."""

EXCHANGED = 0.5
"""Squared overlap from which a state has the character of another one."""

DEGENERATE = 1e-5
"""Difference of degenerate states, whose characters are arbitrary, Hartree."""

Vectors = Callable[[ScanPoint], StateVectors | None]
"""The vectors of the states of a point in the order of its states; None if they are not known."""


@dataclass(frozen=True)
class Exchange:
    """Two curves whose states have exchanged their characters between two points.

    Args:
        first: Index of the last point before.
        last: Index of the first point after.
        names: Names of both curves.
        overlaps: Squared overlaps of the first state before with the second one after, and of the
            second one before with the first one after.
        step: Index of the point after which the curves are closest.
    """

    first: int
    last: int
    names: tuple[str, str]
    overlaps: tuple[float, float]
    step: int

    def record(self, points: Sequence[ScanPoint]) -> ExchangeRecord:
        """The exchange for the record.

        Args:
            points: The points of the curve.
        """
        ends = points[self.first].value, points[self.last].value
        return ExchangeRecord(states=self.names, between=ends, squared_overlaps=self.overlaps)


def exchanges_of(points: Sequence[ScanPoint], vectors: Vectors) -> list[Exchange]:
    """Where two curves exchange their characters, in the order of the points.

    Between the two points the lower state before overlaps with the upper one after and the upper
    one with the lower, both by at least a half. Narrow exchanges are found first; a wide one that
    contains one of the same curves is the same one.

    Args:
        points: The points of the curves, in the order of their values.
        vectors: Function that returns the vectors of a point.
    """

    @cache
    def states(index: int) -> StateVectors | None:
        return vectors(points[index])

    found: list[Exchange] = []
    for width in range(1, min(WIDEST, len(points) - 1) + 1):
        for first in range(len(points) - width):
            before, after = states(first), states(first + width)
            if before is None or after is None or not _comparable(before, after):
                continue
            for one in _between(points, first, first + width, before, after):
                if not any(_same(one, known) for known in found):
                    found.append(one)
    return sorted(found, key=lambda one: one.step)


def with_followed(points: Sequence[ScanPoint], found: Sequence[Exchange]) -> list[ScanPoint]:
    """The points with the curves that keep their characters, where these are others.

    Args:
        points: The points of the curves.
        found: The exchanges, in the order of the points.
    """
    now = {name: name for exchange in found for name in exchange.names}
    result = []
    for index, point in enumerate(points):
        for exchange in found:
            if exchange.step == index - 1:
                swapped = dict(zip(exchange.names, exchange.names[::-1], strict=True))
                now = {name: swapped.get(state, state) for name, state in now.items()}
        here = {name: state for name, state in now.items() if state in point.states}
        result.append(point.model_copy(update={"followed": here}))
    return result


def _between(
    points: Sequence[ScanPoint], first: int, last: int, before: StateVectors, after: StateVectors
) -> Iterator[Exchange]:
    """The exchanges between two points."""
    squares = squared_overlaps(before, after)
    there, here = list(points[first].states), list(points[last].states)
    for row, one in enumerate(there):
        for column, other in enumerate(here):
            if other not in there[row + 1 :] or one not in here or _kind(one) != _kind(other):
                continue
            overlaps = (
                float(squares[row, column]),
                float(squares[there.index(other), here.index(one)]),
            )
            step = _closest(points[first : last + 1], one, other)
            if min(overlaps) >= EXCHANGED and step is not None:
                yield Exchange(first, last, (one, other), overlaps, first + step)


def _kind(name: str) -> str:
    """The spin and irrep in the name of a curve, without its number."""
    return name.partition(" ")[2]


def _closest(points: Sequence[ScanPoint], one: str, other: str) -> int | None:
    """The index of the point after which two curves are closest.

    None if they are degenerate at an end, or not both known at all points.
    """
    if not all(one in point.states and other in point.states for point in points):
        return None
    gaps = [abs(point.states[one].energy - point.states[other].energy) for point in points]
    if min(gaps[0], gaps[-1]) <= DEGENERATE:
        return None
    sums = [left + right for left, right in pairwise(gaps)]
    return sums.index(min(sums))


def _comparable(one: StateVectors, other: StateVectors) -> bool:
    """Whether states have as many electrons and orbitals, over as many functions."""
    return one.orbitals.shape == other.orbitals.shape and one.nelec == other.nelec


def _same(one: Exchange, known: Exchange) -> bool:
    """Whether an exchange contains a known one of the same curves."""
    inside = one.first <= known.first and known.last <= one.last
    return inside and set(one.names) == set(known.names)

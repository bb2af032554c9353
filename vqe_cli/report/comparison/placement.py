"""Places of labels beside points, so that none covers another or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GAP = 1.6
"""Distance of a label from the centre of its point, in radii of a point."""

FARTHEST = 12
"""Number of heights of a label up to which it is moved away from its point."""


@dataclass(frozen=True)
class Area:
    """A rectangle, upright or in pixels from above: `bottom` < `top` or the reverse."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Area) -> bool:
        """Whether two rectangles have points in common."""
        (low, high), (other_low, other_high) = self._heights, other._heights
        return (
            self.left < other.right
            and other.left < self.right
            and low < other_high
            and other_low < high
        )

    def holds(self, other: Area) -> bool:
        """Whether another rectangle lies within."""
        (low, high), (other_low, other_high) = self._heights, other._heights
        return (
            self.left <= other.left
            and other.right <= self.right
            and low <= other_low
            and other_high <= high
        )

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    @property
    def _heights(self) -> tuple[float, float]:
        return min(self.bottom, self.top), max(self.bottom, self.top)


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Area,
    radius: float,
    others: Sequence[tuple[float, float]] = (),
) -> list[Area | None]:
    """The rectangle of each label, or None where there is no room.

    Args:
        points: Places of the points with a label.
        sizes: Width and height of each label.
        area: The drawing, which no label leaves.
        radius: Radius of a point.
        others: Places of points without a label, which no label covers either.
    """
    dots = [Area(x - radius, y - radius, x + radius, y + radius) for x, y in (*points, *others)]
    taken: list[Area] = []
    found: list[Area | None] = []
    for point, size in zip(points, sizes, strict=True):
        free = (
            place
            for place in _candidates(point, size, GAP * radius)
            if area.holds(place) and not any(place.overlaps(one) for one in (*dots, *taken))
        )
        place = next(free, None)
        found.append(place)
        if place is not None:
            taken.append(place)
    return found


def _candidates(
    point: tuple[float, float], size: tuple[float, float], gap: float
) -> Iterator[Area]:
    """Rectangles around a point, the nearest first: right before left, and then further away."""
    (x, y), (width, height) = point, size
    for shift in _shifts(height):
        for left in (x + gap, x - gap - width, x - width / 2):
            yield Area(left, y + shift - height / 2, left + width, y + shift + height / 2)


def _shifts(height: float) -> Iterator[float]:
    yield 0.0
    for number in range(1, 2 * FARTHEST + 1):
        yield height * number / 2
        yield -height * number / 2

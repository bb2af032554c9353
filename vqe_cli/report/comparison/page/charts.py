"""Layout of the drawings of a comparison, which their templates draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow
from vqe_cli.report.comparison.curves import Curve, Diagram
from vqe_cli.report.comparison.looks import Look
from vqe_cli.report.comparison.page.axes import LogAxis, axis_of
from vqe_cli.report.comparison.placement import Area, place_labels
from vqe_cli.report.comparison.points import FLOOR_MHA, errors_over_seeds, failures_of, points_of

LEFT, RIGHT, TOP, BOTTOM = 64.0, 836.0, 16.0, 320.0
"""The area of a drawing in pixels from its upper left corner."""

WIDTH, HEIGHT = 860, 372
"""Size of a drawing, pixels."""

ROW = 34.0
"""Height of a box with its name, pixels."""

LETTER_WIDTH, LABEL_HEIGHT = 9.0, 15.0
"""Room of a letter of a label, pixels."""

BASELINE = 4.0
"""Distance of the baseline of a label from its middle, pixels."""

RADIUS = 5.0
"""Radius of a point, pixels."""

NEAR = 1.5 * LABEL_HEIGHT
"""Distance of a label from its point up to which no line connects them, pixels."""


@dataclass(frozen=True)
class Label:
    """A name beside its point; a line leads to one that is further away."""

    x: float
    y: float
    anchor: str
    leader: bool


@dataclass(frozen=True)
class Dot:
    """A method or variant in a scatter, with its range over seeds.

    `look` is None for classical methods, whose `label` stands beside them unless there is no room.
    """

    x: float
    y: float
    low: float
    high: float
    name: str
    look: Look | None
    label: Label | None


@dataclass(frozen=True)
class Scatter:
    """Errors against a cost; `floored` where errors are too small to be drawn at their place."""

    title: str
    unit: str
    x: LogAxis
    y: LogAxis
    dots: tuple[Dot, ...]
    front: str
    accuracy: float
    floored: bool


@dataclass(frozen=True)
class Trace:
    """The convergence of one variant: points of polylines, those of its single seeds apart.

    A start with one step alone is one of `dots`.
    """

    name: str
    look: Look
    lines: tuple[str, ...]
    seeds: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Lines:
    """The convergence of some variants of VQE."""

    title: str
    unit: str
    x: LogAxis
    y: LogAxis
    traces: tuple[Trace, ...]
    accuracy: float

    @property
    def looks(self) -> list[tuple[str, Look]]:
        """Names and looks of the variants, for the legend."""
        return [(trace.name, trace.look) for trace in self.traces]


@dataclass(frozen=True)
class Box:
    """Errors of one variant over its seeds: places of the five numbers, and of each seed."""

    name: str
    look: Look
    middle: float
    low: float
    first: float
    median: float
    third: float
    high: float
    seeds: tuple[float, ...]
    words: str


@dataclass(frozen=True)
class Boxes:
    """Errors over the seeds of each variant."""

    x: LogAxis
    boxes: tuple[Box, ...]
    height: float
    ground: float
    accuracy: float


def scatter(
    problem: ComparedProblem,
    looks: Mapping[str, Look],
    cost: Callable[[ComparisonRow], float | None],
    title: str,
    unit: str,
) -> Scatter | None:
    """Errors against a cost; None without rows.

    Args:
        problem: The problem.
        looks: Looks of the variants by name.
        cost: What a row costs.
        title: Name of the drawing.
        unit: Name of the cost with its unit.
    """
    goal = problem.goal
    points = points_of(problem.rows, cost, goal)
    if not points:
        return None
    x = axis_of((point.cost for point in points), LEFT, RIGHT)
    ends = [end for point in points for end in (point.low, point.high)]
    y = axis_of((*ends, goal.tolerance), BOTTOM, TOP)
    places = {point.name: (x.place(point.cost), y.place(point.error)) for point in points}
    labels = _labels({name: place for name, place in places.items() if name not in looks}, places)
    dots = tuple(
        Dot(
            *places[point.name],
            y.place(point.low),
            y.place(point.high),
            point.name,
            looks.get(point.name),
            labels.get(point.name),
        )
        for point in points
    )
    front = sorted((point.cost, point.error) for point in points if point.best)
    return Scatter(
        title,
        unit,
        x,
        y,
        dots,
        _polyline(front, x, y),
        y.place(goal.tolerance),
        min(ends) <= goal.scaled(FLOOR_MHA),
    )


def _labels(
    named: Mapping[str, tuple[float, float]], every: Mapping[str, tuple[float, float]]
) -> dict[str, Label]:
    """The labels for which there is room, by name."""
    others = [place for name, place in every.items() if name not in named]
    sizes = [(LETTER_WIDTH * len(name), LABEL_HEIGHT) for name in named]
    area = Area(LEFT, BOTTOM, RIGHT, TOP)
    found = place_labels(list(named.values()), sizes, area, RADIUS, others)
    return {
        name: _label(place, point)
        for (name, point), place in zip(named.items(), found, strict=True)
        if place is not None
    }


def _label(place: Area, point: tuple[float, float]) -> Label:
    """A label in its place, its end at the point where it stands to its left."""
    (x, y), (_, middle) = point, place.middle
    end = place.right <= x
    return Label(
        place.right if end else place.left,
        middle + BASELINE,
        "end" if end else "start",
        abs(middle - y) > NEAR,
    )


def lines(diagram: Diagram, goal: Goal = CHEMICAL) -> Lines:
    """A diagram of convergence.

    Args:
        diagram: Its curves.
        goal: The accuracy that is marked.
    """
    every = [
        point for curve in diagram.curves for line in (*curve.lines, *curve.seeds) for point in line
    ]
    x = axis_of((place for place, _ in every), LEFT, RIGHT)
    y = axis_of((*(error for _, error in every), goal.tolerance), BOTTOM, TOP)
    traces = tuple(_trace(curve, x, y) for curve in diagram.curves)
    return Lines(diagram.title, diagram.unit, x, y, traces, y.place(goal.tolerance))


def _trace(curve: Curve, x: LogAxis, y: LogAxis) -> Trace:
    return Trace(
        curve.name,
        curve.look,
        tuple(_polyline(line, x, y) for line in curve.lines if len(line) > 1),
        tuple(_polyline(line, x, y) for line in curve.seeds),
        tuple((x.place(line[0][0]), y.place(line[0][1])) for line in curve.lines if len(line) == 1),
    )


def boxes(problem: ComparedProblem, looks: Mapping[str, Look]) -> Boxes | None:
    """Errors over the seeds of each variant of VQE; None for one seed.

    Args:
        problem: The problem.
        looks: Looks of the variants by name.
    """
    goal = problem.goal
    groups, failures = errors_over_seeds(problem.rows, goal), failures_of(problem.rows)
    if not groups:
        return None
    every = [error for errors in groups.values() for error in errors]
    x = axis_of((*every, goal.tolerance), LEFT, RIGHT)
    ground = TOP + ROW * len(groups)
    found = tuple(
        _box(name, looks[name], errors, failures[name], TOP + ROW * (number + 0.66), (x, goal))
        for number, (name, errors) in enumerate(groups.items())
    )
    return Boxes(x, found, ground + 48, ground, x.place(goal.tolerance))


def _box(
    name: str,
    look: Look,
    errors: Sequence[float],
    failed: int,
    middle: float,
    scale: tuple[LogAxis, Goal],
) -> Box:
    import numpy as np

    x, goal = scale
    five = [float(value) for value in np.percentile(errors, [0, 25, 50, 75, 100])]
    low, first, median, third, high = (x.place(value) for value in five)
    words = f"median {five[2]:.3g}, from {five[0]:.3g} to {goal.size(five[4])}, {len(errors)} seeds"
    if failed:
        words += f", {failed} failed"
    seeds = tuple(x.place(value) for value in errors)
    return Box(name, look, middle, low, first, median, third, high, seeds, words)


def _polyline(points: Sequence[tuple[float, float]], x: LogAxis, y: LogAxis) -> str:
    return " ".join(f"{x.place(value):.1f},{y.place(error):.1f}" for value, error in points)

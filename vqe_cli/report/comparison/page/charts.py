"""Layout of the drawings of a comparison, which their templates draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow
from vqe_cli.report.comparison.page.axes import LogAxis, axis_of
from vqe_cli.report.comparison.plots import FLOOR_MHA, points_of

LEFT, RIGHT, TOP, BOTTOM = 64.0, 836.0, 16.0, 320.0
"""The area of a drawing in pixels from its upper left corner."""

WIDTH, HEIGHT = 860, 372
"""Size of a drawing, pixels."""

SHADES = 6
"""Number of colours of lines, which then repeat."""

ROW = 34.0
"""Height of a box with its name, pixels."""

LABEL_WIDTH, LABEL_HEIGHT = 8.5, 15.0
"""Room of a letter of a label, pixels."""


@dataclass(frozen=True)
class Dot:
    """A row in a scatter; `label_y` is None where the name would cover another one."""

    x: float
    y: float
    name: str
    family: str
    label_y: float | None
    anchor: str


@dataclass(frozen=True)
class Scatter:
    """Errors against a cost."""

    title: str
    unit: str
    x: LogAxis
    y: LogAxis
    dots: tuple[Dot, ...]
    front: str
    accuracy: float


@dataclass(frozen=True)
class Line:
    """The convergence of one row: points of a polyline, and the number of its colour."""

    points: str
    shade: int


@dataclass(frozen=True)
class Lines:
    """The convergence of all rows of VQE; names by colour."""

    x: LogAxis
    y: LogAxis
    lines: tuple[Line, ...]
    names: tuple[tuple[int, str], ...]
    accuracy: float


@dataclass(frozen=True)
class Box:
    """Errors of one variant over its seeds: places of the five numbers, and of each seed."""

    name: str
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
    cost: Callable[[ComparisonRow], float | None],
    title: str,
    unit: str,
) -> Scatter | None:
    """Errors against a cost; None without rows.

    Args:
        problem: The problem.
        cost: What a row costs.
        title: Name of the drawing.
        unit: Name of the cost with its unit.
    """
    points = [point for point in points_of(problem.rows, cost) if point.cost > 0.0]
    if not points:
        return None
    x = axis_of((point.cost for point in points), LEFT, RIGHT)
    y = axis_of((*(point.error for point in points), CHEMICAL_ACCURACY_MHA), BOTTOM, TOP)
    taken: list[tuple[float, float, float]] = []
    named: set[str] = set()
    dots = []
    for point in points:
        across, up = x.place(point.cost), y.place(point.error)
        label = None if point.name in named else _room(taken, across, up, point.name)
        named.add(point.name)
        anchor = "end" if _is_far_right(across, point.name) else "start"
        dots.append(Dot(across, up, point.name, point.family, label, anchor))
    front = sorted((point.cost, point.error) for point in points if point.best)
    return Scatter(
        title,
        unit,
        x,
        y,
        tuple(dots),
        _polyline([(x.place(value), y.place(error)) for value, error in front]),
        y.place(CHEMICAL_ACCURACY_MHA),
    )


def _is_far_right(across: float, name: str) -> bool:
    return across + 8 + LABEL_WIDTH * len(name) > RIGHT


def _room(
    taken: list[tuple[float, float, float]], across: float, up: float, name: str
) -> float | None:
    """The height of a label beside a dot that covers no other label; None if there is none."""
    width = LABEL_WIDTH * len(name)
    left = across - 8 - width if _is_far_right(across, name) else across + 8
    for shift in (0.0, -LABEL_HEIGHT, LABEL_HEIGHT, -2 * LABEL_HEIGHT, 2 * LABEL_HEIGHT):
        place = up + 4 + shift
        free = all(
            abs(place - other) >= LABEL_HEIGHT or left + width < first or last < left
            for first, last, other in taken
        )
        if free and TOP <= place <= BOTTOM:
            taken.append((left, left + width, place))
            return place
    return None


def lines(problem: ComparedProblem) -> Lines | None:
    """The convergence of VQE; None where there is none.

    Args:
        problem: The problem.
    """
    rows = [row for row in problem.rows if len(row.progress) > 1]
    if not rows or problem.best is None:
        return None
    best = problem.best.energy
    curves = [
        (
            name_of(row.method, row.variant),
            [
                (
                    float(max(step.evaluations, 1)),
                    max(abs(HARTREE_IN_MILLIHARTREE * (step.energy - best)), FLOOR_MHA),
                )
                for step in row.progress
            ],
        )
        for row in rows
    ]
    x = axis_of((count for _, curve in curves for count, _ in curve), LEFT, RIGHT)
    errors = [error for _, curve in curves for _, error in curve]
    y = axis_of((*errors, CHEMICAL_ACCURACY_MHA), BOTTOM, TOP)
    names = list(dict.fromkeys(name for name, _ in curves))
    drawn = tuple(
        Line(
            _polyline([(x.place(count), y.place(error)) for count, error in curve]),
            names.index(name) % SHADES,
        )
        for name, curve in curves
    )
    legend = tuple((number % SHADES, name) for number, name in enumerate(names))
    return Lines(x, y, drawn, legend, y.place(CHEMICAL_ACCURACY_MHA))


def boxes(problem: ComparedProblem) -> Boxes | None:
    """Errors over the seeds of each variant of VQE; None for one seed.

    Args:
        problem: The problem.
    """
    groups: dict[str, list[float]] = {}
    for row in problem.rows:
        if row.family == "vqe" and row.is_usable and row.error_mha is not None:
            groups.setdefault(name_of(row.method, row.variant), []).append(
                max(abs(row.error_mha), FLOOR_MHA)
            )
    groups = {name: errors for name, errors in groups.items() if len(errors) > 1}
    if not groups:
        return None
    every = [error for errors in groups.values() for error in errors]
    x = axis_of((*every, CHEMICAL_ACCURACY_MHA), LEFT, RIGHT)
    ground = TOP + ROW * len(groups)
    found = tuple(
        _box(name, errors, TOP + ROW * (number + 0.66), x)
        for number, (name, errors) in enumerate(groups.items())
    )
    return Boxes(x, found, ground + 48, ground, x.place(CHEMICAL_ACCURACY_MHA))


def _box(name: str, errors: Sequence[float], middle: float, x: LogAxis) -> Box:
    import numpy as np

    five = [float(value) for value in np.percentile(errors, [0, 25, 50, 75, 100])]
    low, first, median, third, high = (x.place(value) for value in five)
    words = f"median {five[2]:.3g}, from {five[0]:.3g} to {five[4]:.3g} mHa, {len(errors)} seeds"
    seeds = tuple(x.place(value) for value in errors)
    return Box(name, middle, low, first, median, third, high, seeds, words)


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

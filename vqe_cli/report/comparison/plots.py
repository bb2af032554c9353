"""Pictures of a comparison: errors against time and money, convergence, and errors over seeds."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vqe_cli.comparison.goals import Goal
from vqe_cli.comparison.records import ComparedProblem
from vqe_cli.report.comparison.curves import Diagram, diagrams_of
from vqe_cli.report.comparison.looks import Look, looks_of
from vqe_cli.report.comparison.placement import Area, place_labels
from vqe_cli.report.comparison.points import Point, errors_over_seeds, failures_of, points_of

CLASSICAL_COLOUR = "#30363c"
"""Colour of classical methods, whose names stand beside their points."""

COLOURS = ("#c77a2c", "#3f7ca3", "#4f8a3d", "#9a4f9e", "#b3392f", "#1f9a94", "#8d8a1c")
"""Colours of the variants of VQE."""

MARKERS = ("o", "s", "^", "D")
"""Shapes of their points."""

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.")
"""Dashes of their lines."""

WIDTH, HEIGHT = 5.4, 4.0
"""Size of a diagram, inches."""

POINT_RADIUS = 0.04
"""Radius of a point, inches."""

BOX_HEIGHT = 0.27
"""Height of a box with its name, inches."""

LEGEND_HEIGHT = 0.24
"""Height of a line of the legend, inches."""

COLUMNS = 2
"""Number of diagrams side by side."""


def comparison_plot(problems: Sequence[ComparedProblem], file_format: str) -> bytes:
    """The diagrams of each problem, below one another.

    Args:
        problems: The problems.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    sheets = [_Sheet(problem) for problem in problems]
    heights = [sheet.height for sheet in sheets]
    figure = Figure(figsize=(WIDTH * COLUMNS, sum(heights)), layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subfigures(len(sheets), 1, height_ratios=heights, squeeze=False)
    for sheet, part in zip(sheets, parts[:, 0], strict=True):
        sheet.draw(part)
    figure.draw_without_rendering()
    for sheet in sheets:
        sheet.name_points()
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure.savefig(buffer, format=file_format, dpi=130, metadata=metadata)
    return buffer.getvalue()


class _Sheet:
    """The diagrams of one problem: two against costs, those of convergence, and the boxes."""

    def __init__(self, problem: ComparedProblem) -> None:
        self._problem = problem
        self._looks = looks_of(problem.rows)
        self._diagrams = diagrams_of(problem, self._looks)
        self._errors = errors_over_seeds(problem.rows, problem.goal)
        self._scatters: list[tuple[Any, list[Point]]] = []
        lines = -(-len(self._diagrams) // COLUMNS)
        boxes = [BOX_HEIGHT * len(self._errors) + 1.0] if self._errors else []
        self._heights = [HEIGHT, *(HEIGHT for _ in range(lines)), *boxes]

    @property
    def height(self) -> float:
        """Height of all diagrams with title and legend, inches."""
        return sum(self._heights) + self._legend + 0.4

    @property
    def _legend(self) -> float:
        """Height of the legend, inches."""
        return LEGEND_HEIGHT * -(-(len(self._looks) + 1) // 3)

    def draw(self, figure: Any) -> None:
        """Draw all diagrams, without the names of points."""
        rows, goal = self._problem.rows, self._problem.goal
        figure.suptitle(self._problem.name, fontsize=12)
        above = figure
        if self._errors:
            # Apart, so that the names of boxes take no room beside the diagrams above.
            shares = [sum(self._heights[:-1]), self._heights[-1] + self._legend]
            above, figure = figure.subfigures(2, 1, height_ratios=shares)
            axes = figure.add_subplot()
            _boxes(axes, self._errors, failures_of(self._problem.rows), self._looks, goal)
        heights = self._heights[:-1] if self._errors else self._heights
        grid = above.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        time = points_of(rows, lambda row: row.wall_s, goal)
        money = points_of(rows, lambda row: row.money_usd, goal)
        over = " (medians and ranges over the seeds)" if self._errors else ""
        for column, (points, cost) in enumerate(((time, "wall time / s"), (money, "USD"))):
            axes = above.add_subplot(grid[0, column])
            self._scatters.append((axes, points))
            _scatter(axes, points, self._looks, f"{cost}{over}", goal)
        for number, diagram in enumerate(self._diagrams):
            line, column = divmod(number, COLUMNS)
            alone = column == 0 and number == len(self._diagrams) - 1
            place = slice(None) if alone else column
            _convergence(above.add_subplot(grid[1 + line, place]), diagram, goal)
        figure.legend(
            handles=[*(_handle(name, look) for name, look in self._looks.items()), _accuracy(goal)],
            loc="outside lower center",
            ncols=3,
            fontsize=8,
            frameon=False,
        )

    def name_points(self) -> None:
        """Write the names of classical methods where they cover nothing."""
        for axes, points in self._scatters:
            _name_points(axes, points)


def _scatter(
    axes: Any, points: Sequence[Point], looks: Mapping[str, Look], cost: str, goal: Goal
) -> None:
    """Points with the range over their seeds, and the line of those that none beats."""
    for point in points:
        look = looks.get(point.name)
        colour = CLASSICAL_COLOUR if look is None else COLOURS[look.shade]
        marker = "o" if look is None else MARKERS[look.form]
        if point.high > point.low:
            axes.plot(
                [point.cost] * 2, [point.low, point.high], color=colour, linewidth=1, alpha=0.5
            )
        axes.plot(point.cost, point.error, marker, color=colour, markersize=5.5)
    front = sorted((point for point in points if point.best), key=lambda point: point.cost)
    axes.plot(
        [point.cost for point in front],
        [point.error for point in front],
        color="0.6",
        linewidth=1,
        zorder=0,
    )
    axes.set_xscale("log")
    axes.margins(x=0.15, y=0.12)
    _error_axis(axes, goal)
    axes.set_xlabel(cost)
    _label_decades(axes.xaxis)


def _name_points(axes: Any, points: Sequence[Point]) -> None:
    """Names beside the points of classical methods; one further away has a line to its point."""
    figure = axes.get_figure(root=True)
    inch = figure.dpi
    pixels = [tuple(axes.transData.transform((point.cost, point.error))) for point in points]
    named = [number for number, point in enumerate(points) if point.family == "classical"]
    texts = [_name(axes, points[number]) for number in named]
    extents = [text.get_window_extent(figure.canvas.get_renderer()) for text in texts]
    frame = axes.bbox
    places = place_labels(
        [pixels[number] for number in named],
        [(extent.width, extent.height) for extent in extents],
        Area(frame.x0, frame.y0, frame.x1, frame.y1),
        POINT_RADIUS * inch,
        [place for number, place in enumerate(pixels) if number not in named],
    )
    for text, number, place in zip(texts, named, places, strict=True):
        if place is None:
            text.remove()
        else:
            x, y = pixels[number]
            text.set_position((72 * (place.left - x) / inch, 72 * (place.bottom - y) / inch))


def _name(axes: Any, point: Point) -> Any:
    return axes.annotate(
        point.name,
        (point.cost, point.error),
        xytext=(0, 0),
        textcoords="offset points",
        fontsize=8,
        in_layout=False,
        zorder=1,
        bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "alpha": 0.8, "linewidth": 0},
        arrowprops={"arrowstyle": "-", "color": "0.6", "linewidth": 0.6, "shrinkB": 3},
    )


def _convergence(axes: Any, diagram: Diagram, goal: Goal) -> None:
    """The errors of all steps, as the optimisers know them."""
    for curve in diagram.curves:
        colour, dash = COLOURS[curve.look.shade], DASHES[curve.look.form]
        for line in curve.seeds:
            axes.plot(*zip(*line, strict=True), color=colour, linewidth=0.7, alpha=0.3)
        for line in curve.lines:
            marker = MARKERS[curve.look.form] if len(line) == 1 else ""
            axes.plot(
                *zip(*line, strict=True), dash, marker=marker, color=colour, linewidth=1.4,
                markersize=5.5,
            )  # fmt: skip
    if diagram.title:
        axes.set_title(diagram.title, fontsize=10, loc="left")
    axes.set_xscale("log")
    axes.set_xlabel(diagram.unit)
    _error_axis(axes, goal)
    _label_decades(axes.xaxis)


def _boxes(
    axes: Any,
    errors: Mapping[str, Sequence[float]],
    failures: Mapping[str, int],
    looks: Mapping[str, Look],
    goal: Goal,
) -> None:
    """Boxes of the quartiles, whiskers to the extremes, and a point for each seed."""
    for number, (name, values) in enumerate(errors.items()):
        colour = COLOURS[looks[name].shade]
        line = {"color": colour}
        axes.boxplot(
            [list(values)],
            positions=[number],
            orientation="horizontal",
            widths=0.6,
            whis=(0, 100),
            boxprops=line,
            whiskerprops=line,
            capprops=line,
            medianprops={"color": colour, "linewidth": 2.2},
            manage_ticks=False,
        )
        axes.plot(values, [number] * len(values), ".", color=colour, markersize=4, alpha=0.6)
    labels = [_counted(name, len(values), failures[name]) for name, values in errors.items()]
    axes.set_yticks(range(len(errors)), labels, fontsize=8)
    axes.set_ylim(len(errors) - 0.4, -0.6)
    axes.set_xscale("log")
    _mark_accuracy(axes.axvline, goal)
    axes.set_xlabel(f"|error| over the seeds / {goal.units.error}")
    _label_decades(axes.xaxis)
    axes.grid(visible=True, which="major", axis="x", alpha=0.3)


def _counted(name: str, done: int, failed: int) -> str:
    """A variant's name, with how many of its seeds are drawn where some failed."""
    return f"{name}, {done} of {done + failed}" if failed else name


def _error_axis(axes: Any, goal: Goal) -> None:
    axes.set_yscale("log")
    _mark_accuracy(axes.axhline, goal)
    axes.set_ylabel(f"|error| / {goal.units.error}")
    axes.grid(visible=True, which="major", alpha=0.3)
    _label_decades(axes.yaxis)


def _label_decades(axis: Any) -> None:
    """Numbers at powers of ten; also at 2 and 5 times them where there are fewer than two."""
    from matplotlib.ticker import LogFormatterSciNotation, LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    few = math.floor(math.log10(high)) - math.ceil(math.log10(low)) < 1
    if few:
        axis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
        every = (math.inf, math.inf)
        axis.set_minor_formatter(LogFormatterSciNotation(minor_thresholds=every))
    else:
        axis.set_minor_formatter(NullFormatter())


def _mark_accuracy(line: Callable[..., Any], goal: Goal) -> None:
    line(goal.tolerance, color="0.5", linestyle="--", linewidth=1, zorder=0)


def _accuracy(goal: Goal) -> Any:
    """The entry of the accuracy in the legend."""
    from matplotlib.lines import Line2D

    label = f"{goal.name}, {goal.limit}"
    return Line2D([], [], color="0.5", linestyle="--", linewidth=1, label=label)


def _handle(name: str, look: Look) -> Any:
    """The entry of a variant in the legend: its line with its point."""
    from matplotlib.lines import Line2D

    return Line2D(
        [],
        [],
        color=COLOURS[look.shade],
        linestyle=DASHES[look.form],
        marker=MARKERS[look.form],
        markersize=5.5,
        label=name,
    )

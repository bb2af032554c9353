"""Pictures of a comparison: errors against time and money, convergence, and errors over seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vqe_cli.comparison.goals import Goal
from vqe_cli.comparison.records import ComparedProblem
from vqe_cli.report.comparison.curves import Diagram, diagrams_of
from vqe_cli.report.comparison.looks import Look, looks_of
from vqe_cli.report.comparison.placement import Area, place_labels
from vqe_cli.report.comparison.points import Point, errors_over_seeds, failures_of, points_of
from vqe_cli.report.figures import (
    COLOURS,
    DASHES,
    GUIDE,
    INCHES,
    INK,
    MARKERS,
    STYLE,
    FigureWidth,
    content_of,
    label_plainly,
    legend_below,
    legend_height,
    new_figure,
    set_title,
    styled,
    wrapped,
)

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

FILLS = ("full", "none", "left", "bottom")
"""Fillings of points, which tell apart what colours and shapes do not."""

HEIGHT = 2.7
"""Height of a diagram, inches."""

POINT_RADIUS = 0.04
"""Radius of a point, inches."""

BOX_HEIGHT = 0.23
"""Height of a box with its name, inches."""

COLUMNS: dict[FigureWidth, int] = {"single": 1, "double": 2}
"""Number of diagrams side by side."""

FEW_MARKS = 6
"""Number of points marked on a line."""


def comparison_plot(
    problems: Sequence[ComparedProblem], file_format: str, width: FigureWidth = "double"
) -> bytes:
    """The diagrams of each problem, below one another.

    Args:
        problems: The problems.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(comparison_figure(problems, width), file_format)


@styled
def comparison_figure(problems: Sequence[ComparedProblem], width: FigureWidth) -> NotebookFigure:
    """The figure of all problems.

    Args:
        problems: The problems.
        width: Width of the figure.
    """
    sheets = [_Sheet(problem, width) for problem in problems]
    heights = [sheet.height for sheet in sheets]
    figure = new_figure(width, sum(heights))
    parts = figure.subfigures(len(sheets), 1, height_ratios=heights, squeeze=False)
    for sheet, part in zip(sheets, parts[:, 0], strict=True):
        sheet.draw(part)
    figure.draw_without_rendering()
    for sheet in sheets:
        sheet.name_points()
    return figure


class _Sheet:
    """The diagrams of one problem: two against costs, those of convergence, and the boxes."""

    def __init__(self, problem: ComparedProblem, width: FigureWidth) -> None:
        self._problem, self._inches, self._columns = problem, INCHES[width], COLUMNS[width]
        self._looks = looks_of(problem.rows)
        self._diagrams = diagrams_of(problem, self._looks)
        self._errors = errors_over_seeds(problem.rows, problem.goal)
        self._scatters: list[tuple[Any, list[Point]]] = []
        lines = -(-2 // self._columns) - (-len(self._diagrams) // self._columns)
        boxes = [BOX_HEIGHT * len(self._errors) + 0.8] if self._errors else []
        self._heights = [*(HEIGHT for _ in range(lines)), *boxes]

    @property
    def height(self) -> float:
        """Height of all diagrams with title and legend, inches."""
        return sum(self._heights) + self._legend + 0.3

    @property
    def _legend(self) -> float:
        """Height of the legend, inches."""
        return legend_height(self._inches, [*self._looks, _accuracy_name(self._problem.goal)])

    def draw(self, figure: Any) -> None:
        """Draw all diagrams, without the names of points."""
        goal = self._problem.goal
        size = float(STYLE["figure.titlesize"])
        figure.suptitle(wrapped(self._problem.name, self._inches, size))
        above = figure
        if self._errors:
            # Apart, so that the names of boxes take no room beside the diagrams above.
            shares = [sum(self._heights[:-1]), self._heights[-1] + self._legend]
            above, figure = figure.subfigures(2, 1, height_ratios=shares)
            axes = figure.add_subplot()
            _boxes(axes, self._errors, failures_of(self._problem.rows), self._looks, goal)
        heights = self._heights[:-1] if self._errors else self._heights
        grid = above.add_gridspec(len(heights), self._columns, height_ratios=heights)
        self._draw_scatters(above, grid)
        for number, diagram in enumerate(self._diagrams):
            line, column = divmod(2 + number, self._columns)
            alone = column == 0 and number == len(self._diagrams) - 1
            place = slice(None) if alone else column
            inches = self._inches if alone else self._inches / self._columns
            _convergence(above.add_subplot(grid[line, place]), diagram, goal, inches)
        handles = [*(_handle(name, look) for name, look in self._looks.items()), _accuracy(goal)]
        legend_below(figure, handles, [handle.get_label() for handle in handles])

    def _draw_scatters(self, above: Any, grid: Any) -> None:
        """The errors against time and money."""
        rows, goal = self._problem.rows, self._problem.goal
        time = points_of(rows, lambda row: row.wall_s, goal)
        money = points_of(rows, lambda row: row.money_usd, goal)
        over = "\nmedians and ranges over the seeds" if self._errors else ""
        for number, (points, cost) in enumerate(((time, "wall time / s"), (money, "USD"))):
            axes = above.add_subplot(grid[divmod(number, self._columns)])
            self._scatters.append((axes, points))
            _scatter(axes, points, self._looks, f"{cost}{over}", goal)

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
        colour = INK if look is None else COLOURS[look.shade]
        marker = {"marker": "x"} if look is None else _marker(look)
        if point.high > point.low:
            axes.plot(
                [point.cost] * 2, [point.low, point.high], color=colour, linewidth=1, alpha=0.5
            )
        axes.plot(point.cost, point.error, linestyle="", color=colour, markersize=5.5, **marker)
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
    label_plainly(axes.xaxis)


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
        fontsize=7,
        in_layout=False,
        zorder=1,
        bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "alpha": 0.8, "linewidth": 0},
        arrowprops={"arrowstyle": "-", "color": "0.6", "linewidth": 0.6, "shrinkB": 3},
    )


def _convergence(axes: Any, diagram: Diagram, goal: Goal, inches: float) -> None:
    """The errors of all steps, as the optimisers know them."""
    for curve in diagram.curves:
        colour, dash = COLOURS[curve.look.shade], DASHES[curve.look.form]
        for line in curve.seeds:
            axes.plot(*zip(*line, strict=True), color=colour, linewidth=0.7, alpha=0.3)
        for line in curve.lines:
            axes.plot(
                *zip(*line, strict=True), linestyle=dash, color=colour, markersize=5.0,
                markevery=1 if len(line) <= FEW_MARKS else len(line) // FEW_MARKS,
                **_marker(curve.look),
            )  # fmt: skip
    if diagram.title:
        set_title(axes, diagram.title, inches)
    axes.set_xscale("log")
    axes.set_xlabel(diagram.unit)
    _error_axis(axes, goal)
    label_plainly(axes.xaxis)


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
    axes.set_yticks(range(len(errors)), labels)
    axes.set_ylim(len(errors) - 0.4, -0.6)
    axes.set_xscale("log")
    _mark_accuracy(axes.axvline, goal)
    axes.set_xlabel(f"|error| over the seeds / {goal.units.error}")
    label_plainly(axes.xaxis)
    axes.grid(visible=False, axis="y")


def _counted(name: str, done: int, failed: int) -> str:
    """A variant's name, with how many of its seeds are drawn where some failed."""
    return f"{name}, {done} of {done + failed}" if failed else name


def _error_axis(axes: Any, goal: Goal) -> None:
    axes.set_yscale("log")
    _mark_accuracy(axes.axhline, goal)
    axes.set_ylabel(f"|error| / {goal.units.error}")
    label_plainly(axes.yaxis)


def _mark_accuracy(line: Callable[..., Any], goal: Goal) -> None:
    line(goal.tolerance, color=GUIDE, linestyle=DASHES[1], linewidth=1, zorder=0)


def _accuracy_name(goal: Goal) -> str:
    return f"{goal.name}, {goal.limit}"


def _accuracy(goal: Goal) -> Any:
    """The entry of the accuracy in the legend."""
    from matplotlib.lines import Line2D

    label = _accuracy_name(goal)
    return Line2D([], [], color=GUIDE, linestyle=DASHES[1], linewidth=1, label=label)


def _marker(look: Look) -> dict[str, Any]:
    """The shape of a variant's points, which goes with its colour, and their filling."""
    return {"marker": MARKERS[look.shade % len(MARKERS)], "fillstyle": FILLS[look.form]}


def _handle(name: str, look: Look) -> Any:
    """The entry of a variant in the legend: its line with its point."""
    from matplotlib.lines import Line2D

    colour, dash = COLOURS[look.shade], DASHES[look.form]
    return Line2D([], [], color=colour, linestyle=dash, markersize=5.5, label=name, **_marker(look))

"""Pictures of a comparison: errors against time and money, convergence, and errors over seeds."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow

FLOOR_MHA = 1e-6
"""Errors below this are round-off and are drawn at this value."""

COLOURS = {"classical": "#3f7ca3", "vqe": "#c77a2c"}
"""Colours of classical methods and of VQE."""


@dataclass(frozen=True)
class Point:
    """A row in a diagram of error against cost.

    Args:
        name: Name of the row.
        family: Classical or VQE.
        cost: Seconds or USD.
        error: Absolute error, mHa, at least `FLOOR_MHA`.
        best: Whether no other row is both cheaper and more accurate.
    """

    name: str
    family: str
    cost: float
    error: float
    best: bool


def points_of(
    rows: Sequence[ComparisonRow], cost: Callable[[ComparisonRow], float | None]
) -> list[Point]:
    """The rows with an energy in a diagram of error against cost, and the Pareto front.

    Args:
        rows: The rows of a problem.
        cost: What a row costs; None where it is unknown.
    """
    known = [
        (row, value, max(abs(row.error_mha), FLOOR_MHA))
        for row in rows
        if row.is_usable and row.error_mha is not None and (value := cost(row)) is not None
    ]
    return [
        Point(
            name_of(row.method, row.variant),
            row.family,
            value,
            error,
            not any((v <= value and e < error) or (v < value and e <= error) for _, v, e in known),
        )
        for row, value, error in known
    ]


def comparison_plot(problems: Sequence[ComparedProblem], file_format: str) -> bytes:
    """A row of panels for each problem.

    Args:
        problems: The problems.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = [_panels(problem) for problem in problems]
    columns = max(len(row) for row in panels)
    figure = Figure(figsize=(5.2 * columns, 4.2 * len(panels)), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(panels), columns, squeeze=False)
    for problem, row, axes in zip(problems, panels, grid, strict=True):
        axes[0].set_title(problem.name, fontsize=11, loc="left")
        for draw, place in zip(row, axes, strict=False):
            draw(place)
        for place in axes[len(row) :]:
            place.set_axis_off()
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure.savefig(buffer, format=file_format, dpi=130, metadata=metadata)
    return buffer.getvalue()


def _panels(problem: ComparedProblem) -> list[Callable[[Any], None]]:
    """The drawings of a problem: boxes only where there are several seeds."""
    found: list[Callable[[Any], None]] = [
        lambda axes: _scatter(
            axes, points_of(problem.rows, lambda row: row.wall_s), "wall time / s"
        ),
        lambda axes: _scatter(axes, points_of(problem.rows, lambda row: row.money_usd), "USD"),
    ]
    if any(len(row.progress) > 1 for row in problem.rows):
        found.append(lambda axes: _convergence(axes, problem))
    if any(variant.seeds > 1 for variant in problem.variants):
        found.append(lambda axes: _boxes(axes, problem))
    return found


def _scatter(axes: Any, points: Sequence[Point], cost: str) -> None:
    for family, colour in COLOURS.items():
        own = [point for point in points if point.family == family]
        axes.scatter(
            [point.cost for point in own], [point.error for point in own], color=colour, s=22
        )
    front = sorted((point for point in points if point.best), key=lambda point: point.cost)
    axes.plot(
        [point.cost for point in front],
        [point.error for point in front],
        color="0.6",
        linewidth=1,
        zorder=0,
    )
    named: set[str] = set()
    for point in points:
        if point.name not in named:
            named.add(point.name)
            axes.annotate(
                point.name,
                (point.cost, point.error),
                xytext=(4, 3),
                textcoords="offset points",
                fontsize=7,
            )
    axes.set_xscale("log")
    axes.margins(x=0.2)
    _error_axis(axes)
    axes.set_xlabel(cost)


def _convergence(axes: Any, problem: ComparedProblem) -> None:
    """The energies of all steps, as the optimisers know them."""
    best, colours = problem.best, dict[tuple[str, str], str]()
    for row in problem.rows:
        key = (row.method, row.variant)
        if best is None or len(row.progress) < 2:
            continue
        errors = [HARTREE_IN_MILLIHARTREE * (step.energy - best.energy) for step in row.progress]
        axes.plot(
            [step.evaluations for step in row.progress],
            [max(abs(error), FLOOR_MHA) for error in errors],
            linewidth=1.1,
            color=colours.get(key, f"C{len(colours)}"),
            label=None if key in colours else name_of(*key),
        )
        colours.setdefault(key, f"C{len(colours)}")
    axes.set_xlabel("evaluations of the energy")
    _error_axis(axes)
    axes.legend(fontsize=7)


def _boxes(axes: Any, problem: ComparedProblem) -> None:
    from matplotlib.ticker import NullFormatter

    groups: dict[str, list[float]] = {}
    for row in problem.rows:
        if row.family == "vqe" and row.is_usable and row.error_mha is not None:
            name = name_of(row.method, row.variant)
            groups.setdefault(name, []).append(max(abs(row.error_mha), FLOOR_MHA))
    axes.boxplot(list(groups.values()), orientation="horizontal", tick_labels=list(groups))
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(CHEMICAL_ACCURACY_MHA, color="0.5", linestyle="--", linewidth=1)
    axes.set_xlabel("|error| over the seeds / mHa")
    axes.tick_params(axis="y", labelsize=7)
    axes.invert_yaxis()


def _error_axis(axes: Any) -> None:
    axes.set_yscale("log")
    axes.axhline(CHEMICAL_ACCURACY_MHA, color="0.5", linestyle="--", linewidth=1)
    axes.set_ylabel("|error| / mHa")
    axes.grid(visible=True, which="major", alpha=0.3)

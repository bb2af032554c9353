"""Plots of a run's convergence, drawn without a display."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vqe_cli._core.energy_units import HARTREES, Units
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.report.figures import (
    BAND,
    COLOURS,
    DASHES,
    GUIDE,
    INCHES,
    MARKERS,
    FigureWidth,
    content_of,
    label_plainly,
    legend_below,
    legend_height,
    new_figure,
    plain_number,
    set_title,
    styled,
)
from vqe_cli.report.run.titles import labels_of, title_of
from vqe_cli.report.run.traces import FLOOR_MHA, Convergence, convergence_of, units_in_common
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.accuracy import GAP_ACCURACY

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

HEIGHTS: dict[FigureWidth, float] = {"single": 2.3, "double": 3.6}
"""Heights of figures without their legends, inches."""

MOST_MARKED = 40
"""Number of steps up to which each has a marker."""

FEW_MARKS = 8
"""Number of markers on a longer curve."""

PALE = 0.45
"""Opacity of starts that did not lead to the result."""

LINEAR = 20.0
"""Largest signed error on a linear axis, in accuracies."""

ROOM = 1.4
"""Limits of a symmetric logarithmic axis, in units of those of a linear one."""


def convergence_plot(
    records: Sequence[RunRecord], file_format: str, width: FigureWidth = "double"
) -> bytes:
    """Plot the error, or without an exact energy the energy, against evaluations.

    Args:
        records: The runs.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(convergence_figure(records, width), file_format)


@styled
def convergence_figure(
    records: Sequence[RunRecord], width: FigureWidth = "double"
) -> NotebookFigure:
    """The convergence of runs: all starts of each, the best bold, and the final energies.

    Errors of exact energies are on a logarithmic axis; those of shots, and those below zero, have
    their sign. Adaptive ansätze alone are shown by operators.

    Args:
        records: The runs.
        width: Width of the figure.
    """
    records = list(records)
    from_exact = all(record.reference is not None for record in records)
    units = units_in_common(records)
    by_operators = all(record.result.cycles is not None for record in records)
    found = [
        convergence_of(record, label, from_exact=from_exact, by_operators=by_operators)
        for record, label in zip(records, labels_of(records), strict=True)
    ]
    accuracy = _accuracy(records, units) if from_exact else None
    floor = FLOOR_MHA * (1.0 if accuracy is None else accuracy / CHEMICAL_ACCURACY_MHA)
    signed = any(one.bar is not None or one.lowest < -floor for one in found)
    figure = new_figure(width, HEIGHTS[width])
    axes = figure.add_subplot()
    limit = None if signed or not from_exact else floor
    for number, one in enumerate(found):
        _draw(axes, one, number, limit, alone=len(found) == 1)
    if accuracy is not None:
        _draw_accuracy(axes, accuracy, units, signed=signed)
    if from_exact:
        _scale_errors(axes, found, accuracy, signed=signed)
        axes.set_ylabel(f"{'error' if signed else '|error|'} / {units.error}")
    else:
        axes.set_ylabel(f"energy / {units.energy}")
    _label_places(axes, found, by_operators=by_operators)
    if len(records) == 1:
        set_title(axes, title_of(records[0]), INCHES[width])
    handles, labels = axes.get_legend_handles_labels()
    figure.set_figheight(HEIGHTS[width] + legend_height(INCHES[width], labels))
    legend_below(figure, handles, labels)
    return figure


def _draw(axes: Any, run: Convergence, number: int, floor: float | None, *, alone: bool) -> None:
    """The curves of a run, the best one last, and its final energy.

    Args:
        axes: The diagram.
        run: The searches.
        number: Number of the run, which gives its look.
        floor: The smallest error of a logarithmic axis; None for values with a sign.
        alone: Whether it is the only run, so that the legend names its curves.
    """
    look = {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number % len(DASHES)]}
    marker = MARKERS[number % len(MARKERS)]

    def shown(value: float) -> float:
        return value if floor is None else max(abs(value), floor)

    others = [trace for trace in run.traces if not trace.is_best]
    for place, trace in enumerate(others):
        label = f"other starts ({len(others)})" if alone and place == 0 else None
        values = [shown(value) for value in trace.values]
        axes.plot(trace.places, values, **look, alpha=PALE, linewidth=0.9, label=label)
    for trace in (one for one in run.traces if one.is_best):
        values = [shown(value) for value in trace.values]
        many = len(values) > MOST_MARKED
        label = ("best start" if others else "search") if alone else run.name
        axes.plot(
            trace.places, values, **look, marker=marker, label=label,
            markevery=max(1, len(values) // FEW_MARKS) if many else 1,
        )  # fmt: skip
        if trace.bars and floor is None:
            low = [value - bar for value, bar in zip(values, trace.bars, strict=True)]
            high = [value + bar for value, bar in zip(values, trace.bars, strict=True)]
            name = "± one standard error" if alone else None
            axes.fill_between(
                trace.places, low, high, color=look["color"], alpha=0.18, linewidth=0, label=name
            )
    _draw_final(axes, run, shown(run.final), look["color"], marker, alone=alone)


def _draw_final(
    axes: Any, run: Convergence, value: float, colour: str, marker: str, *, alone: bool
) -> None:
    """The final energy: a large marker, with its bar if it was measured."""
    label = None
    if alone:
        label = ", ".join(filter(None, ("final energy", run.final_by)))
    elif not run.traces:
        label = run.name
    axes.errorbar(
        [run.end], [value], yerr=None if run.bar is None else [run.bar],
        fmt=marker, markersize=8, markerfacecolor="white", markeredgewidth=1.6, color=colour,
        elinewidth=1.6, capsize=4, zorder=5, label=label,
    )  # fmt: skip


def _accuracy(records: Sequence[RunRecord], units: Units) -> float | None:
    """Chemical accuracy, or the accurate share of a model's gap, in the unit of errors."""
    if units == HARTREES:
        return CHEMICAL_ACCURACY_MHA
    gaps = [record.reference.gap for record in records if record.reference is not None]
    known = [gap for gap in gaps if gap]
    return GAP_ACCURACY * min(known) if len(known) == len(records) else None


def _draw_accuracy(axes: Any, accuracy: float, units: Units, *, signed: bool) -> None:
    """What counts as accurate: a band around zero, or a line."""
    if units == HARTREES:
        label = f"chemical accuracy, {accuracy:g} mHa"
    else:
        label = f"{100 * GAP_ACCURACY:g} % of the gap"
    if signed:
        axes.axhspan(-accuracy, accuracy, color=BAND, zorder=0, label=label)
        axes.axhline(0.0, color=GUIDE, linewidth=0.8, zorder=1)
    else:
        axes.axhline(accuracy, color=GUIDE, linestyle=DASHES[1], linewidth=1, zorder=1, label=label)


def _scale_errors(
    axes: Any, found: Sequence[Convergence], accuracy: float | None, *, signed: bool
) -> None:
    """The scale of the axis of errors, with plain numbers."""
    if not signed:
        axes.set_yscale("log")
        label_plainly(axes.yaxis)
        return
    sizes = [abs(value) for one in found for trace in one.traces for value in trace.values]
    largest = max([*sizes, *(abs(one.final) + (one.bar or 0.0) for one in found)])
    if accuracy is None:
        return
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -1.5 * accuracy), max(high, 1.5 * accuracy))
    if largest > LINEAR * accuracy:
        _scale_symmetrically(axes, accuracy)


def _scale_symmetrically(axes: Any, accuracy: float) -> None:
    """A logarithmic axis for both signs, linear within the accuracy, without crowded ticks."""
    from matplotlib.ticker import SymmetricalLogLocator

    low, high = axes.get_ylim()
    axes.set_yscale("symlog", linthresh=accuracy, linscale=0.6)
    axes.set_ylim(*(ROOM * edge if abs(edge) > accuracy else edge for edge in (low, high)))
    locator = SymmetricalLogLocator(linthresh=accuracy, base=10)
    locator.set_params(numticks=9)
    axes.yaxis.set_major_locator(locator)
    label_plainly(axes.yaxis)


def _label_places(axes: Any, found: Sequence[Convergence], *, by_operators: bool) -> None:
    """The axis of evaluations or operators."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    several = any(len(one.traces) > 1 for one in found)
    evaluations = "energy evaluations of a start" if several else "energy evaluations"
    axes.set_xlabel("operators" if by_operators else evaluations)
    low, high = axes.get_xlim()
    if math.floor(high) - math.ceil(low) < 1:  # a single place, without whole numbers beside it
        middle = round((low + high) / 2)
        axes.set_xlim(middle - 1, middle + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))

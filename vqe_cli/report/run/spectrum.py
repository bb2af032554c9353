"""Plots of spectra, drawn without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.wording import spin_name
from vqe_cli.report.figures import (
    COLOURS,
    GUIDE,
    INCHES,
    INK,
    FigureWidth,
    content_of,
    new_figure,
    styled,
    wrapped,
)
from vqe_cli.report.run.titles import title_of
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.state_records import StateRecord

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

WIDTH_EV = 0.2
"""Standard deviation of the Gaussian around each transition, eV."""

MARGIN_EV = 1.0
"""Width of the plot on both sides of the transitions, eV."""

NARROWEST_EV = 0.1
"""Smallest range of levels, eV: less would show the errors of one level alone."""

LOOKS = {
    1: (COLOURS[0], "-"),
    2: (COLOURS[0], "-"),
    3: (COLOURS[1], (0, (4, 1.5))),
    4: (COLOURS[1], (0, (4, 1.5))),
    5: (COLOURS[2], (0, (1, 1))),
}
"""Colours and dashes of levels by multiplicity."""

HEIGHT = 3.2
"""Height of a diagram with its legend, inches."""

DARK = 1e-3
"""Oscillator strength below which a transition counts as dark."""


def spectrum_plot(record: RunRecord, file_format: str, width: FigureWidth = "double") -> bytes:
    """Plot levels against exact ones, and the absorption from the first state.

    Args:
        record: The record of a run with states.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(spectrum_figure(record, width), file_format)


@styled
def spectrum_figure(record: RunRecord, width: FigureWidth = "double") -> NotebookFigure:
    """Levels and, where intensities are known, absorption: side by side, or below one another.

    Args:
        record: The record of a run with states.
        width: Width of the figure.
    """
    states = record.result.states or ()
    known = any(state.oscillator_strength is not None for state in states)
    beneath = known and width == "single"
    figure = new_figure(width, HEIGHT * (1.8 if beneath else 1.0))
    if beneath:
        levels, *others = figure.subplots(2, 1, height_ratios=(1.3, 1))
    else:
        columns = 1 + known
        shares = [1, 1.6][:columns]
        levels, *others = figure.subplots(1, columns, squeeze=False, width_ratios=shares)[0]
    _draw_levels(levels, states)
    for axes in others:
        _draw_absorption(axes, states)
    title = f"{title_of(record)}, {record.spec['states']['method']['name']}"
    figure.suptitle(wrapped(title, INCHES[width], 9.0))
    return figure


def _draw_levels(axes: Any, states: tuple[StateRecord, ...]) -> None:
    """Computed levels on the left, exact ones on the right."""
    from vqe_cli._core.units import HARTREE_IN_EV

    first, named = states[0], set()
    for state in states:
        colour, dash = LOOKS.get(state.multiplicity or 0, (INK, "-"))
        label = spin_name(state.multiplicity)
        axes.hlines(
            state.excitation_ev, 0.0, 0.9, color=colour, linestyle=dash, linewidth=1.8,
            label=None if label in named else label,
        )  # fmt: skip
        named.add(label)
        if state.reference_energy is not None:
            exact = HARTREE_IN_EV * (state.reference_energy - first.energy)
            axes.hlines(exact, 1.1, 2.0, color=colour, linestyle=dash, linewidth=1.8)
            axes.plot([0.9, 1.1], [state.excitation_ev, exact], color=GUIDE, linewidth=0.6)
    low, high = axes.get_ylim()
    middle, half = (low + high) / 2, max(high - low, NARROWEST_EV) / 2
    axes.set_ylim(middle - half, middle + half)
    axes.set_xticks([0.45, 1.55], ["computed", "exact"])
    axes.set_xlim(-0.1, 2.1)
    axes.set_ylabel("energy above state 0 / eV")
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)


def _draw_absorption(axes: Any, states: tuple[StateRecord, ...]) -> None:
    """A stick for each transition, and the sum of Gaussians."""
    places = np.array([state.excitation_ev for state in states[1:]])
    strengths = np.array([state.oscillator_strength or 0.0 for state in states[1:]])
    low, high = (float(places.min()), float(places.max())) if places.size else (0.0, 1.0)
    grid = np.linspace(low - MARGIN_EV, high + MARGIN_EV, 1000)
    axes.plot(
        grid,
        _broadened(grid, places, strengths),
        color=COLOURS[0],
        linewidth=1.2,
        label=f"σ = {WIDTH_EV:g} eV",
    )
    axes.fill_between(
        grid, _broadened(grid, places, strengths), color=COLOURS[0], alpha=0.15, linewidth=0
    )
    bright = strengths >= DARK
    axes.vlines(places[bright], 0.0, strengths[bright], color=INK, linewidth=1.5, label="bright")
    axes.plot(places[~bright], 0.0 * places[~bright], "|", color=GUIDE, markersize=9, label="dark")
    axes.set_xlim(grid[0], grid[-1])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("excitation energy / eV")
    axes.set_ylabel("oscillator strength")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)


def _broadened(grid: FloatArray, places: FloatArray, strengths: FloatArray) -> FloatArray:
    """The sum of Gaussians whose heights are the oscillator strengths, shape of the grid."""
    shapes = np.exp(-0.5 * ((grid[:, None] - places[None, :]) / WIDTH_EV) ** 2)
    return np.asarray(shapes @ strengths)

"""Plots of spectra, drawn without a display."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.wording import spin_name
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

COLOURS = {1: "tab:blue", 2: "tab:blue", 3: "tab:red", 4: "tab:red", 5: "tab:green"}

DARK = 1e-3
"""Oscillator strength below which a transition counts as dark."""


def spectrum_plot(record: RunRecord, file_format: str) -> bytes:
    """The file of `spectrum_figure`.

    Args:
        record: The record of a run with states.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure = spectrum_figure(record)
    figure.savefig(buffer, format=file_format, dpi=150, metadata=metadata)
    return buffer.getvalue()


def spectrum_figure(record: RunRecord) -> NotebookFigure:
    """Levels against exact ones, and the absorption from the first state.

    Args:
        record: The record of a run with states.
    """
    from vqe_cli.report.notebook_figure import NotebookFigure

    states = record.result.states or ()
    figure = NotebookFigure(figsize=(8.5, 4.3), layout="constrained")
    known = any(state.oscillator_strength is not None for state in states)
    levels, *others = figure.subplots(
        1, 2 if known else 1, squeeze=False, width_ratios=[1, 1.6][: 1 + known]
    )[0]
    _draw_levels(levels, states)
    for axes in others:
        _draw_absorption(axes, states)
    figure.suptitle(f"{record.name}, {record.spec['states']['method']['name']}", fontsize=11)
    return figure


def _draw_levels(axes: Any, states: tuple[StateRecord, ...]) -> None:
    """Computed levels on the left, exact ones on the right."""
    from vqe_cli._core.units import HARTREE_IN_EV

    first, named = states[0], set()
    for state in states:
        colour = COLOURS.get(state.multiplicity or 0, "0.4")
        label = spin_name(state.multiplicity)
        axes.hlines(
            state.excitation_ev, 0.0, 0.9, color=colour, label=None if label in named else label
        )
        named.add(label)
        if state.reference_energy is not None:
            exact = HARTREE_IN_EV * (state.reference_energy - first.energy)
            axes.hlines(exact, 1.1, 2.0, color=colour)
            axes.plot([0.9, 1.1], [state.excitation_ev, exact], color=colour, linewidth=0.6)
    low, high = axes.get_ylim()
    middle, half = (low + high) / 2, max(high - low, NARROWEST_EV) / 2
    axes.set_ylim(middle - half, middle + half)
    axes.set_xticks([0.45, 1.55], ["computed", "exact"])
    axes.set_xlim(-0.1, 2.1)
    axes.set_ylabel("energy above state 0 / eV")
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3)


def _draw_absorption(axes: Any, states: tuple[StateRecord, ...]) -> None:
    """A stick for each transition, and the sum of Gaussians."""
    places = np.array([state.excitation_ev for state in states[1:]])
    strengths = np.array([state.oscillator_strength or 0.0 for state in states[1:]])
    low, high = (float(places.min()), float(places.max())) if places.size else (0.0, 1.0)
    grid = np.linspace(low - MARGIN_EV, high + MARGIN_EV, 1000)
    axes.plot(grid, _broadened(grid, places, strengths), color="tab:blue", linewidth=1.2)
    axes.fill_between(grid, _broadened(grid, places, strengths), alpha=0.15)
    bright = strengths >= DARK
    axes.vlines(places[bright], 0.0, strengths[bright], color="k", linewidth=1.5, label="bright")
    axes.plot(places[~bright], 0.0 * places[~bright], "|", color="0.5", markersize=9, label="dark")
    axes.set_xlim(grid[0], grid[-1])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("excitation energy / eV")
    axes.set_ylabel("oscillator strength")
    axes.legend(fontsize=8)


def _broadened(grid: FloatArray, places: FloatArray, strengths: FloatArray) -> FloatArray:
    """The sum of Gaussians whose heights are the oscillator strengths, shape of the grid."""
    shapes = np.exp(-0.5 * ((grid[:, None] - places[None, :]) / WIDTH_EV) ** 2)
    return np.asarray(shapes @ strengths)

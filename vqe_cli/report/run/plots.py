"""Plots of a run, drawn without a display."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vqe_cli._core.energy_units import HARTREES, units_of
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.schema.records import RunRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from vqe_cli.report.notebook_figure import NotebookFigure

FLOOR_MHA = 1e-9
"""Errors below this are round-off and are drawn at this value."""


def convergence_plot(records: Sequence[RunRecord], file_format: str) -> bytes:
    """The file of `convergence_figure`.

    Args:
        records: The runs, one curve each.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure = convergence_figure(records)
    figure.savefig(buffer, format=file_format, dpi=150, metadata=metadata)
    return buffer.getvalue()


def convergence_figure(records: Sequence[RunRecord]) -> NotebookFigure:
    """The error, or without an exact energy the energy, against evaluations.

    Args:
        records: The runs, one curve each.
    """
    from vqe_cli.report.notebook_figure import NotebookFigure

    figure = NotebookFigure(figsize=(7.0, 4.3), layout="constrained")
    axes = figure.add_subplot()
    with_reference = all(record.reference is not None for record in records)
    found = {record.problem.unit for record in records}
    units = units_of(found.pop()) if len(found) == 1 else HARTREES
    for record, label in zip(records, _labels(records), strict=True):
        _curve(axes, record, label, with_reference)
    axes.set_xlabel("energy evaluations")
    if with_reference:
        axes.set_yscale("log")
        if units == HARTREES:
            _draw_chemical_accuracy(axes)
        axes.set_ylabel(f"|E(VQE) − E(exact)| / {units.error}")
    else:
        axes.set_ylabel(f"total energy / {units.energy}")
    axes.set_title(_title(records), fontsize=11)
    axes.grid(visible=True, which="major", alpha=0.3)
    if len(records) > 1:
        axes.legend(fontsize=8)
    return figure


def _draw_chemical_accuracy(axes: Axes) -> None:
    """Draw a line at chemical accuracy, with its label."""
    axes.axhline(CHEMICAL_ACCURACY_MHA, color="0.5", linestyle="--", linewidth=1)
    axes.annotate(
        f"chemical accuracy, {CHEMICAL_ACCURACY_MHA} mHa",
        (0.995, CHEMICAL_ACCURACY_MHA),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        color="0.4",
        fontsize=8,
    )


def _labels(records: Sequence[RunRecord]) -> list[str]:
    """The names of runs, with their methods if runs of one name differ in them."""
    methods = [f"{record.spec['ansatz']['name']}, {_solving(record)}" for record in records]
    if len({record.name for record in records}) == len(records) or len(set(methods)) == 1:
        return [record.name for record in records]
    return [f"{record.name}, {how}" for record, how in zip(records, methods, strict=True)]


def _solving(record: RunRecord) -> str:
    """The optimiser and the backend of a run."""
    return f"{record.result.optimizer}, {record.result.backend.name}"


def _curve(axes: Axes, record: RunRecord, label: str, with_reference: bool) -> None:
    history, first = record.result.history, record.result.initial_energy
    evaluations = [step.evaluations for step in history]
    energies = [step.energy for step in history]
    starts = [step.start for step in history]
    if first is not None:
        evaluations, energies, starts = [1, *evaluations], [first, *energies], [0, *starts]
    if with_reference and record.reference is not None:
        exact = record.reference.energy
        factor = units_of(record.problem.unit).factor
        energies = [max(factor * abs(value - exact), FLOOR_MHA) for value in energies]
    across, up = _with_gaps(evaluations, starts), _with_gaps(energies, starts)
    marker = "o" if len(history) <= 60 else ""
    axes.plot(across, up, marker=marker, markersize=3.5, linewidth=1.2, label=label)


def _with_gaps(values: Sequence[float], starts: Sequence[int]) -> list[float]:
    """Values with a gap between starting points, whose searches no line connects."""
    found: list[float] = []
    for place, value in enumerate(values):
        if place and starts[place] != starts[place - 1]:
            found.append(math.nan)
        found.append(value)
    return found


def _title(records: Sequence[RunRecord]) -> str:
    if len(records) > 1:
        return "Convergence"
    record = records[0]
    return ", ".join([record.name, record.spec["ansatz"]["name"], _solving(record)])

"""Plots of a diagnosis, one panel per study, drawn without a display."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.diagnosis import Diagnosis
from vqe_cli.analysis.diagnosis.gradients import GradientPoint, GradientStudy
from vqe_cli.analysis.diagnosis.noise import NoiseStudy
from vqe_cli.analysis.diagnosis.shots import ShotsStudy
from vqe_cli.report.figures import (
    COLOURS,
    DASHES,
    GUIDE,
    INCHES,
    MARKERS,
    FigureWidth,
    content_of,
    label_plainly,
    legend_below,
    new_figure,
    set_title,
    styled,
    wrapped,
)
from vqe_cli.report.run.titles import ansatz_label

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

Panel = Callable[[Any], None]

COLUMNS: dict[FigureWidth, int] = {"single": 1, "double": 2}
"""Panels side by side."""

MARGIN = 0.7
"""Width beside a panel that its numbers take, inches."""

PANEL_HEIGHT = 2.9
"""Height of a panel with its legend, inches."""


def diagnosis_plot(found: Diagnosis, file_format: str, width: FigureWidth = "double") -> bytes:
    """Plot all studies.

    Args:
        found: The diagnosis.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.
        width: Width of the figure.

    Returns:
        The file's content.
    """
    return content_of(diagnosis_figure(found, width), file_format)


@styled
def diagnosis_figure(found: Diagnosis, width: FigureWidth) -> NotebookFigure:
    """The panels of all studies, side by side or below one another.

    Args:
        found: The diagnosis.
        width: Width of the figure.
    """
    panels = list(_panels(found))
    columns = min(len(panels), COLUMNS[width])
    rows = -(-len(panels) // columns)
    figure = new_figure(width, PANEL_HEIGHT * rows + 0.3)
    parts = figure.subfigures(rows, columns, squeeze=False).ravel()
    for panel, part in zip(panels, parts, strict=False):
        axes = part.add_subplot()
        panel(axes)
        set_title(axes, axes.get_title(), INCHES[width] / columns - MARGIN)
        legend_below(part, *axes.get_legend_handles_labels())
    title = f"{found.name}, {ansatz_label(found.spec['ansatz']['name'])}"
    figure.suptitle(wrapped(title, INCHES[width], 9.0))
    return figure


def _panels(found: Diagnosis) -> list[Panel]:
    panels: list[Panel] = []
    if found.gradients is not None:
        panels.append(partial(_against_size, found.gradients))
        if found.gradients.by_depth:
            panels.append(partial(_against_depth, found.gradients))
    if found.noise is not None:
        panels.append(partial(_noise, found.noise))
    if found.shots is not None:
        panels.append(partial(_shots, found.shots))
    return panels


def _against_size(study: GradientStudy, axes: Any) -> None:
    qubits = [point.qubits for point in study.by_size]
    _variances(axes, qubits, study.by_size)
    named: dict[int, str] = {}
    for point in study.by_size:
        named.setdefault(point.qubits, point.system)
    axes.set_xticks(sorted(named), [f"{size}\n{named[size]}" for size in sorted(named)])
    axes.margins(x=0.15)
    axes.set_xlabel("qubits")
    rate = "" if study.decay is None else f": mean ∝ {study.decay.text}"
    axes.set_title(f"gradients{rate}")


def _against_depth(study: GradientStudy, axes: Any) -> None:
    _variances(axes, [point.depth for point in study.by_depth], study.by_depth)
    axes.set_xlabel(f"{study.depth_option} of the ansatz")
    qubits = study.by_depth[0].qubits
    axes.set_title(f"gradients on {counted(qubits, 'qubit')}")


def _variances(axes: Any, places: list[Any], points: tuple[GradientPoint, ...]) -> None:
    found = [point.variance for point in points]
    order = np.argsort(places, kind="stable")
    series = (
        ("mean", [v.mean for v in found], [v.standard_error for v in found]),
        ("steepest parameter", [v.largest for v in found], [v.largest_error for v in found]),
    )
    for number, (label, values, errors) in enumerate(series):
        x, y, bars = (np.array(part, dtype=float)[order] for part in (places, values, errors))
        axes.errorbar(
            x, y, bars, marker=MARKERS[number], color=COLOURS[number],
            linestyle=DASHES[number], label=label,
        )  # fmt: skip
    axes.set_yscale("log")
    label_plainly(axes.yaxis)
    axes.set_ylabel("variance of ∂E/∂θ / Ha²")


def _noise(study: NoiseStudy, axes: Any) -> None:
    points = [point for point in study.points if point.scale > 0]
    scales = np.array([point.scale for point in points])
    errors = np.array([abs(point.error_mha) for point in points])
    bars = [HARTREE_IN_MILLIHARTREE * (point.standard_error or 0.0) for point in points]
    axes.errorbar(scales, errors, bars, marker="o", color=COLOURS[0], linestyle="", label="error")
    start = min(study.tolerable_scale or scales[0], scales[0])
    line = np.array([start, scales[-1]])
    slope = abs(study.slope_mha)
    axes.plot(line, slope * line, color=COLOURS[0], label=f"{slope:.3g} mHa × scale")
    _draw_accuracy(axes)
    _both_logarithmic(axes)
    axes.set_xlabel("scale of the noise")
    axes.set_ylabel("|E(noise) − E| / mHa")
    gates = max(point.two_qubit_gates for point in points)
    axes.set_title(f"{study.noise}, {gates} two-qubit gates")


def _shots(study: ShotsStudy, axes: Any) -> None:
    for number, method in enumerate(study.methods):
        shots = np.array([point.shots for point in method.points])
        spread, bars, reported = (
            HARTREE_IN_MILLIHARTREE
            * np.array(
                [
                    (point.spread, point.spread_error, point.standard_error)
                    for point in method.points
                ]
            )
            .reshape(-1, 3)
            .T
        )
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        label = method.measurement
        axes.errorbar(
            shots, spread, bars, marker=marker, color=colour, linestyle="", elinewidth=1.0,
            label=f"{label}, measured",
        )  # fmt: skip
        axes.plot(
            shots, reported, marker=marker, color=colour, linestyle="", markersize=7,
            markerfacecolor="none", label=None if number else "reported",
        )  # fmt: skip
        predicted = HARTREE_IN_MILLIHARTREE * np.sqrt(method.predicted / shots)
        dash = DASHES[number % len(DASHES)]
        name = None if number else "predicted"
        axes.plot(shots, predicted, color=colour, linestyle=dash, label=name)
    _draw_accuracy(axes)
    _both_logarithmic(axes)
    axes.set_xlabel("shots for an energy")
    axes.set_ylabel("standard error / mHa")
    axes.set_title(f"{study.methods[0].repetitions} repetitions")


def _both_logarithmic(axes: Any) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    label_plainly(axes.xaxis)
    label_plainly(axes.yaxis)


def _draw_accuracy(axes: Any) -> None:
    """Draw chemical accuracy."""
    axes.axhline(
        CHEMICAL_ACCURACY_MHA, color=GUIDE, linestyle=DASHES[1], linewidth=1, zorder=1,
        label=f"{CHEMICAL_ACCURACY_MHA} mHa",
    )  # fmt: skip

"""Plots of a diagnosis, one panel per study, drawn without a display."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.diagnosis import Diagnosis
from vqe_cli.analysis.diagnosis.gradients import GradientPoint, GradientStudy
from vqe_cli.analysis.diagnosis.noise import NoiseStudy
from vqe_cli.analysis.diagnosis.shots import ShotsStudy

Panel = Callable[[Any], None]

PANEL_WIDTH, PANEL_HEIGHT = 4.8, 3.9
"""Inches."""


def diagnosis_plot(found: Diagnosis, file_format: str) -> bytes:
    """Plot all studies side by side.

    Args:
        found: The diagnosis.
        file_format: ``"png"``, ``"svg"`` or ``"pdf"``.

    Returns:
        The file's content.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = list(_panels(found))
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    size = (PANEL_WIDTH * columns, PANEL_HEIGHT * rows)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    for number, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(rows, columns, number)
        panel(axes)
        axes.grid(visible=True, which="major", alpha=0.3)
    figure.suptitle(f"{found.name}, {found.spec['ansatz']['name']}", fontsize=11)
    buffer = io.BytesIO()
    metadata = {"Date": None} if file_format == "svg" else None
    figure.savefig(buffer, format=file_format, dpi=150, metadata=metadata)
    return buffer.getvalue()


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
    for point in study.by_size:
        place = (point.qubits, point.variance.mean)
        offset = {"xytext": (4, 6), "textcoords": "offset points", "fontsize": 8}
        axes.annotate(point.system, place, color="0.4", **offset)
    axes.set_xticks(sorted(set(qubits)))
    axes.margins(x=0.25)
    axes.set_xlabel("qubits")
    rate = "" if study.decay is None else f": mean ∝ {study.decay.text}"
    axes.set_title(f"gradients{rate}", fontsize=10)


def _against_depth(study: GradientStudy, axes: Any) -> None:
    _variances(axes, [point.depth for point in study.by_depth], study.by_depth)
    axes.set_xlabel(f"{study.depth_option} of the ansatz")
    qubits = study.by_depth[0].qubits
    axes.set_title(f"gradients on {counted(qubits, 'qubit')}", fontsize=10)


def _variances(axes: Any, places: list[Any], points: tuple[GradientPoint, ...]) -> None:
    found = [point.variance for point in points]
    order = np.argsort(places, kind="stable")
    for label, values, errors, marker in (
        ("mean", [v.mean for v in found], [v.standard_error for v in found], "o"),
        ("steepest parameter", [v.largest for v in found], [v.largest_error for v in found], "s"),
    ):
        x, y, bars = (np.array(part, dtype=float)[order] for part in (places, values, errors))
        axes.errorbar(x, y, bars, marker=marker, markersize=4, linewidth=1.2, label=label)
    axes.set_yscale("log")
    axes.set_ylabel("variance of ∂E/∂θ / Ha²")
    axes.legend(fontsize=8)


def _noise(study: NoiseStudy, axes: Any) -> None:
    points = [point for point in study.points if point.scale > 0]
    scales = np.array([point.scale for point in points])
    errors = np.array([abs(point.error_mha) for point in points])
    bars = [HARTREE_IN_MILLIHARTREE * (point.standard_error or 0.0) for point in points]
    axes.errorbar(scales, errors, bars, marker="o", markersize=4, linewidth=1.2, label="error")
    start = min(study.tolerable_scale or scales[0], scales[0])
    line = np.array([start, scales[-1]])
    slope = abs(study.slope_mha)
    axes.plot(line, slope * line, color="0.6", linewidth=1, label=f"{slope:.3g} mHa × scale")
    _accuracy_line(axes, "right")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("scale of the noise")
    axes.set_ylabel("|E(noise) − E| / mHa")
    gates = max(point.two_qubit_gates for point in points)
    axes.set_title(f"{study.noise}, {gates} two-qubit gates", fontsize=10)
    axes.legend(fontsize=8)


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
        color, label = f"C{number}", method.measurement
        style = {"color": color, "markersize": 4, "linewidth": 0.0, "elinewidth": 1.0}
        axes.errorbar(shots, spread, bars, marker="o", label=f"{label}, measured", **style)
        axes.plot(shots, reported, "x", color=color, markersize=6, label=f"{label}, reported")
        predicted = HARTREE_IN_MILLIHARTREE * np.sqrt(method.predicted / shots)
        axes.plot(shots, predicted, color=color, linewidth=1, label=f"{label}, predicted")
    _accuracy_line(axes, "left")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("shots for an energy")
    axes.set_ylabel("standard error / mHa")
    axes.set_title(f"{study.methods[0].repetitions} repetitions", fontsize=10)
    axes.legend(fontsize=7)


def _accuracy_line(axes: Any, side: Literal["left", "right"]) -> None:
    """Draw chemical accuracy, labelled on the side without points."""
    label = f"{CHEMICAL_ACCURACY_MHA} mHa"
    axes.axhline(CHEMICAL_ACCURACY_MHA, color="0.5", linestyle="--", linewidth=1)
    axes.annotate(
        label,
        (0.995 if side == "right" else 0.01, CHEMICAL_ACCURACY_MHA),
        xycoords=("axes fraction", "data"),
        ha=side,
        va="bottom",
        color="0.4",
        fontsize=8,
    )

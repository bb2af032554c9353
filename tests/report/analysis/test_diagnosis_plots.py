"""The figure of a diagnosis."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vqe_cli.analysis.diagnosis.gradients import GradientPoint, GradientStudy, Variance
from vqe_cli.analysis.diagnosis.noise import NoisePoint, NoiseStudy
from vqe_cli.analysis.diagnosis.shots import MethodStudy, ShotsPoint, ShotsStudy
from vqe_cli.report.analysis.diagnosis_plots import diagnosis_figure
from vqe_cli.report.figures import INCHES, FigureWidth

pytestmark = pytest.mark.quick

VARIANCE = Variance(0.5, 0.1, 1.0, 0.1, 4, 4)
GRADIENTS = GradientStudy(
    100, None, (), (GradientPoint("H2", 4, None, VARIANCE), GradientPoint("H4", 8, None, VARIANCE)),
    None, None,
)  # fmt: skip
NOISE = NoiseStudy(
    "fake_manila",
    tuple(NoisePoint(scale, -1.0, None, 500 * scale, 36, "") for scale in (0.0, 0.1, 1.0)),
    500.0, None, 0.0032,
)  # fmt: skip
SHOTS = ShotsStudy(
    -1.0,
    tuple(
        MethodStudy(
            name, 5, (ShotsPoint(100, 500, 0.02, 0.002, 0.02, 0.9),), 0.2, 0.02, 0.2, 50
        )
        for name in ("qubit-wise", "fluid")
    ),
)  # fmt: skip


def diagnosis() -> Any:
    return SimpleNamespace(
        name="Hydrogen", spec={"ansatz": {"name": "uccsd"}},
        gradients=GRADIENTS, noise=NOISE, shots=SHOTS,
    )  # fmt: skip


@pytest.mark.parametrize(("width", "columns"), [("single", 1), ("double", 2)])
def test_panels_stand_side_by_side_only_where_there_is_room(
    width: FigureWidth, columns: int
) -> None:
    figure = diagnosis_figure(diagnosis(), width)
    figure.draw_without_rendering()
    panels = figure.axes
    assert len(panels) == 3
    assert figure.get_figwidth() == INCHES[width]
    lefts = {round(axes.get_window_extent().x0 / figure.bbox.width, 1) for axes in panels}
    assert len(lefts) == columns
    for axes in panels:
        assert not axes.texts
        title = axes.title.get_window_extent()
        assert title.x0 >= 0
        assert title.x1 <= figure.bbox.width


def test_legends_stand_beneath_the_panels_and_name_each_series() -> None:
    figure = diagnosis_figure(diagnosis(), "double")
    figure.draw_without_rendering()
    legends = [part.legends[0] for part in figure.subfigs if part.legends]
    texts = [{text.get_text() for text in legend.get_texts()} for legend in legends]
    assert texts == [
        {"mean", "steepest parameter"},
        {"error", "500 mHa × scale", "1.6 mHa"},
        {"qubit-wise, measured", "fluid, measured", "reported", "predicted", "1.6 mHa"},
    ]
    for legend, axes in zip(legends, figure.axes, strict=True):
        assert legend.get_window_extent().y1 <= axes.xaxis.label.get_window_extent().y0


def test_methods_of_measurement_differ_by_marker() -> None:
    shots = diagnosis_figure(diagnosis(), "single").axes[2]
    markers = [container.lines[0].get_marker() for container in shots.containers]
    assert len(set(markers)) == 2

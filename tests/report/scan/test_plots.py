"""The figure of a scan."""

from __future__ import annotations

from typing import Any

import pytest

from vqe_cli.report.figures import FigureWidth
from vqe_cli.report.scan.plots import scan_figure
from vqe_cli.scan.records import CoordinateRecord, CurveStatistics, MethodEnergy, Scan, ScanPoint

pytestmark = pytest.mark.quick

METHODS = {"mp2": "MP2", "ccsd": "CCSD", "ccsd-t": "CCSD(T)"}


def statistics(label: str) -> CurveStatistics:
    return CurveStatistics(
        label=label, points=3, largest_error_mha=1.0, largest_at=1.0, nonparallelity_error_mha=1.0
    )


def scan(errors: list[float], method_error: float, error: float | None = None) -> Scan:
    """A scan of three points with errors in mHa."""
    points = [
        ScanPoint(
            value=1.0 + place, energy=-1.0 + one / 1000, reference_energy=-1.0, error_mha=one,
            standard_error=None if error is None else error / 1000,
            methods={
                name: MethodEnergy(energy=-1.0 + method_error / 1000, error_mha=method_error)
                for name in METHODS
            },
        )
        for place, one in enumerate(errors)
    ]  # fmt: skip
    return Scan(
        schema="vqe-scan/1", name="A molecule", spec={},
        coordinate=CoordinateRecord(kind="distance", name="distance 1 2", unit="Å"),
        points=tuple(points), nonparallelity_error_mha=None, constants=None,
        statistics={name: statistics(label) for name, label in METHODS.items()},
        workers=1, provenance={},
    )  # fmt: skip


def named(axes: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in axes.get_lines()}


def test_curves_differ_by_marker_and_dash_in_both_diagrams() -> None:
    above, below = scan_figure(scan([0.5, 1.0, -0.5], 2.0), "double").axes
    lines = [named(above)[label] for label in METHODS.values()]
    assert len({line.get_marker() for line in lines}) == 3
    assert len({line.get_color() for line in lines}) == 3
    errors = [
        line for line in below.get_lines() if line.get_marker() in "s^D" and line.get_marker()
    ]
    assert [line.get_color() for line in errors] == [line.get_color() for line in lines]
    assert below.get_xlabel() == "distance 1 2 / Å"
    assert below.get_ylabel() == "error / mHa"
    assert below.get_yscale() == "linear"


def test_large_errors_are_on_a_symmetric_axis_with_plain_numbers() -> None:
    figure = scan_figure(scan([0.5, 1.0, -0.5], -200.0), "double")
    figure.draw_without_rendering()
    _, below = figure.axes
    assert below.get_yscale() == "symlog"
    texts = {tick.get_text() for tick in below.get_yticklabels()}
    assert {"0", "−10", "−100"} <= texts


@pytest.mark.parametrize("width", ["single", "double"])
def test_no_words_stand_in_the_diagrams(width: FigureWidth) -> None:
    figure = scan_figure(scan([0.5, 1.0, -0.5], 2.0, 0.4), width)
    assert all(not axes.texts and axes.get_legend() is None for axes in figure.axes)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["exact", "MP2", "CCSD", "CCSD(T)", "VQE", "±1.6 mHa"]


def test_bars_of_sampled_energies_are_one_standard_error() -> None:
    _, below = scan_figure(scan([0.5, 1.0, -0.5], 2.0, 0.4), "double").axes
    (container,) = below.containers
    segments = container.lines[2][0].get_segments()
    assert [end[1] - start[1] for start, end in segments] == pytest.approx([0.8] * 3)

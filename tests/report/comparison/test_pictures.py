"""Pictures and the terminal's tables of a comparison."""

from __future__ import annotations

import io
import math

import pytest

from tests.report.comparison.rows import WHOLE, comparison
from vqe_cli.comparison.records import Comparison, Extrapolation, Scaling, ScalingFit
from vqe_cli.report.comparison.chart import error_chart
from vqe_cli.report.comparison.plots import comparison_plot, points_of
from vqe_cli.report.comparison.terminal import show_comparison
from vqe_cli.report.console import console


def shown(record: Comparison) -> str:
    stream = io.StringIO()
    show_comparison(record, console(stream))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("file_format", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_a_plot_is_a_file_of_its_format(file_format: str, start: bytes) -> None:
    content = comparison_plot(comparison(*WHOLE).problems, file_format)
    assert content.startswith(start)
    if file_format == "svg":
        assert b"1.6" in content or b"wall time" in content


def test_points_on_the_front_are_beaten_by_none() -> None:
    points = points_of(WHOLE, lambda row: row.wall_s)
    assert [point.name for point in points if point.best] == ["FCI"]
    assert len(points) == 6  # one was refused


def test_seeds_are_summed_up_in_80_columns() -> None:
    text = shown(comparison(*WHOLE))
    assert max(len(line) for line in text.splitlines()) <= 80
    line = next(line for line in text.splitlines() if line.startswith("VQE-UCCSD"))
    assert line.split()[2:5] == ["+3.0000", "3.0000", "0"]
    assert "DMRG: refused: it needs <b>1 TB</b>" in text
    assert "What the figures say." in text


def test_one_seed_shows_costs() -> None:
    text = shown(comparison(*WHOLE[:5]))
    assert max(len(line) for line in text.splitlines()) <= 80
    line = next(line for line in text.splitlines() if line.startswith("HF"))
    assert line.split() == ["HF", "-1.932200", "+67.8000", "0.2", "s", "12", "MB"]


def test_extrapolations_are_marked() -> None:
    limit = Extrapolation(
        limit="a week", value=604_800.0, size=19.2, size_low=17.0, size_high=None, beyond_data=True
    )
    fit = ScalingFit(
        method="FCI", variant="", quantity="wall_s", unit="s", model="exponential",
        points=((2, 1.0), (4, 4.0), (6, 16.0)), slope=0.6931, slope_low=0.5, slope_high=0.9,
        r_squared=0.99, limit=limit,
    )  # fmt: skip
    grown = Scaling(family="hydrogen-chain", unit="atom", sizes=(2, 4, 6), fits=(fit,))
    text = shown(comparison(*WHOLE[:3]).model_copy(update={"scaling": grown}))
    assert "×2.00 (1.65 to 2.46)" in text
    assert "~19 (17 to ∞)" in text
    assert "a week (7.0 days)" in text
    assert "extrapolations" in text


def test_bars_grow_with_the_logarithm_of_the_error() -> None:
    """By hand: 0.04 and 67.8 mHa on a scale from 10⁻⁴ to 10² of 36 columns."""
    lines = list(error_chart(WHOLE))
    assert max(len(line) for line in lines) <= 80
    bars = {line.split()[0]: line.count("█") for line in lines[:3]}
    assert bars["FCI"] == 0
    assert bars["CCSD(T)"] == round(36 * (math.log10(0.04) + 4) / 6)
    assert bars["HF"] == round(36 * (math.log10(67.8) + 4) / 6) - 1  # the mark is in it
    assert all("│" in line for line in lines)
    assert lines[-1].endswith("1.6 mHa")
    assert not any("DMRG" in line for line in lines)
    assert list(error_chart([])) == []

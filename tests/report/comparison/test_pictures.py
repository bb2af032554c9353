"""Pictures and the terminal's tables of a comparison."""

from __future__ import annotations

import io
import math
import re
from functools import cache

import pytest

from tests.families import slow
from tests.report.comparison.rows import WHOLE, comparison, row, steps
from vqe_cli.comparison.records import Comparison, Extrapolation, Refusal, Scaling, ScalingFit
from vqe_cli.report.comparison.chart import error_chart
from vqe_cli.report.comparison.plots import comparison_figure, comparison_plot
from vqe_cli.report.comparison.terminal import show_comparison
from vqe_cli.report.console import console
from vqe_cli.report.figures import INCHES


def shown(record: Comparison) -> str:
    stream = io.StringIO()
    show_comparison(record, console(stream))
    return stream.getvalue()


@cache
def plot_of_whole(file_format: str) -> bytes:
    """The plot of all rows, which takes seconds."""
    return comparison_plot(comparison(*WHOLE).problems, file_format)


@pytest.mark.parametrize(
    ("file_format", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), slow("pdf", b"%PDF")]
)
def test_a_plot_is_a_file_of_its_format(file_format: str, start: bytes) -> None:
    assert plot_of_whole(file_format).startswith(start)


def words_of(svg: bytes) -> list[str]:
    """The texts of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode())


def test_a_plot_names_methods_variants_and_units() -> None:
    words = words_of(plot_of_whole("svg"))
    for method in ("HF", "CCSD(T)", "FCI"):
        assert words.count(method) == 2  # against time and against money
    assert words.count("VQE-UCCSD (spsa)") == 2  # its box, and the legend
    assert {"wall time / s", "medians and ranges over the seeds"} <= set(words)
    assert "|error| over the seeds / mHa" in words
    assert "chemical accuracy, 1.6 mHa" in words
    assert "evaluations of the energy" in words


def test_names_in_a_plot_stay_within_and_apart() -> None:
    rows = [row(f"METHOD{number}", 10.0, 1.0 + 1e-3 * number) for number in range(8)]
    words = words_of(comparison_plot(comparison(*rows).problems, "svg"))
    assert all(words.count(f"METHOD{number}") == 2 for number in range(8))


def test_variants_differ_by_marker_and_legends_stand_beneath() -> None:
    rows = [
        row("VQE-UCCSD", 1.0 + number, 1.0 + number, variant=name, progress=steps(9.0, 2.0),
            settings={"optimizer": name, "seed": 1})
        for number, name in enumerate(("cobyla", "nft", "spsa"))
    ]  # fmt: skip
    figure = comparison_figure(comparison(*rows).problems, "single")
    time, _, convergence = figure.axes
    markers = [line.get_marker() for line in convergence.get_lines() if line.get_marker() != "None"]
    assert len(set(markers)) == 3
    points = {line.get_marker() for line in time.get_lines() if line.get_linestyle() == "None"}
    assert points == set(markers)
    assert figure.get_figwidth() == INCHES["single"]
    assert all(axes.get_legend() is None for axes in figure.axes)


@pytest.mark.slow
def test_several_problems_are_drawn_below_one_another() -> None:
    first, second = comparison(*WHOLE).problems, comparison(*WHOLE[:3], name="H6").problems
    words = words_of(comparison_plot((*first, *second), "svg"))
    assert "H4" in words
    assert "H6" in words


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


def test_fits_that_explain_little_have_no_size() -> None:
    limit = Extrapolation(
        limit="a week", value=604_800.0, size=None, size_low=None, size_high=None,
        beyond_data=True, reason="R² is below 0.95",
    )  # fmt: skip
    fit = ScalingFit(
        method="CCSD", variant="", quantity="wall_s", unit="s", model="exponential",
        points=((2, 1.0), (4, 1.1), (6, 0.9)), slope=0.1, slope_low=-0.5, slope_high=0.7,
        r_squared=0.4, limit=limit,
    )  # fmt: skip
    grown = Scaling(family="hydrogen-chain", unit="atom", sizes=(2, 4, 6), fits=(fit,))
    text = shown(comparison(*WHOLE[:3]).model_copy(update={"scaling": grown}))
    assert "0.400         –" in text
    assert "not extrapolated (–): R² is below 0.95" in text


def test_costs_to_accuracy_are_listed_with_the_reasons_of_those_without() -> None:
    text = shown(comparison(*WHOLE))
    assert "Cost to chemical accuracy (1.6 mHa)" in text
    assert "no cost to chemical accuracy, not within 1.6 mHa: HF" in text
    assert "with any of 3 seeds: VQE-UCCSD (spsa)" in " ".join(text.split())


def test_device_time_that_is_simulated_is_not_called_a_bill() -> None:
    run = row("VQE-UCCSD", 0.5, 3.0, qpu_seconds=4.0, device_usd=6.4, device_cost="would-cost")
    text = " ".join(shown(comparison(*WHOLE[:3], run)).split())
    assert "VQE-UCCSD: 6.40 USD for 4 s of QPU time would be the price on a real device" in text
    paid = run.model_copy(update={"device_cost": "billed"})
    text = " ".join(shown(comparison(*WHOLE[:3], paid)).split())
    assert "6.40 USD for 4 s of QPU time were billed" in text


def test_a_refused_problem_is_told_once() -> None:
    refused = Refusal(kind="input", message="multiplicity 1 is impossible", hint=None)
    record = comparison(*(row(name, None, 0.0) for name in ("HF", "FCI")))
    problem = record.problems[0].model_copy(update={"refusal": refused})
    text = shown(record.model_copy(update={"problems": (problem,)}))
    assert text.count("multiplicity 1 is impossible") == 1
    assert "HF" not in text


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
    assert "~19 (17 to >10,000)" in text
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


def test_seeds_have_one_bar_of_their_median() -> None:
    (line,) = [line for line in error_chart(WHOLE) if line.startswith("VQE")]
    assert line.endswith(" 3")
    failed = row("VQE-UCCSD", 700.0, 1.0, verdict="fail")
    assert list(error_chart([failed])) == []


def test_large_errors_and_round_off_have_no_exponent_of_their_own() -> None:
    assert next(error_chart([row("HF", 417.2, 1.0)])).endswith(" 417")
    assert next(error_chart([row("CISD", 4.4e-13, 1.0)])).endswith(" <1e-06")

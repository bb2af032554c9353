"""The style of all figures: numbers on axes, legends, and files."""

from __future__ import annotations

import re

import pytest

from vqe_cli.report.figures import (
    GLYPH,
    INCHES,
    POINTS_PER_INCH,
    FigureWidth,
    content_of,
    label_plainly,
    legend_below,
    legend_height,
    new_figure,
    plain_number,
    styled,
    wrapped,
)

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (1.0, "1"), (0.1, "0.1"), (10.0, "10"), (-100.0, "−100"),
        (0.000001, "0.000001"), (1.6, "1.6"), (20_000.0, "20,000"), (1_000_000.0, "1 M"),
        (2.5e9, "2.5 G"), (1e-8, "10⁻⁸"), (-2e-9, "−2 × 10⁻⁹"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert plain_number(value) == text


@styled
def figure_of(values: list[float], width: FigureWidth):  # type: ignore[no-untyped-def]
    figure = new_figure(width, 2.0)
    axes = figure.add_subplot()
    axes.plot([1, 2], values, label="a curve with a name that takes room")
    axes.plot([1, 2], values[::-1], label="another curve with a name that takes room")
    axes.set_yscale("log")
    label_plainly(axes.yaxis)
    legend_below(figure, *axes.get_legend_handles_labels())
    return figure


@styled
def legend_of(names: list[str], width: FigureWidth):  # type: ignore[no-untyped-def]
    figure = new_figure(width, 2.5)
    axes = figure.add_subplot()
    for name in names:
        axes.plot([1, 2], [1, 2], label=name)
    legend_below(figure, *axes.get_legend_handles_labels())
    return figure


def shown_ticks(axis) -> list[str]:  # type: ignore[no-untyped-def]
    low, high = axis.get_view_interval()
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    return [
        tick.label1.get_text()
        for tick in ticks
        if tick.label1.get_text() and low <= tick.get_loc() <= high
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.02, 300.0], {"0.1", "1", "10", "100"}),
        ([1e-9, 1e-5], {"10⁻⁹", "10⁻⁷", "10⁻⁵"}),
        ([0.15, 1.2], {"0.2", "0.5", "1"}),
        ([26_000.0, 79_000.0], {"40,000", "60,000"}),
    ],
)
def test_each_axis_has_some_plain_numbers(values: list[float], expected: set[str]) -> None:
    figure = figure_of(values, "single")
    figure.draw_without_rendering()
    found = shown_ticks(figure.axes[0].yaxis)
    assert expected <= set(found)
    assert len(found) <= 12


@pytest.mark.parametrize("width", ["single", "double"])
@pytest.mark.parametrize("number", [1, 2, 5, 7, 9])
def test_a_legend_stays_within_the_figure_and_beneath_the_diagram(
    number: int, width: FigureWidth
) -> None:
    names = ["exact", "Hartree-Fock", "1 singlet A1", "CCSD", "VQE", "1 triplet B2", "±1.6 mHa"]
    names = [*names, "CCSD(T)", "VQE + NEVPT2"][:number]
    figure = legend_of(names, width)
    figure.draw_without_rendering()
    assert figure.get_figwidth() == INCHES[width]
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.width
    assert legend.y1 <= figure.axes[0].get_window_extent().y0
    height = figure.dpi * legend_height(INCHES[width], names)
    assert legend.height <= height + figure.dpi * 0.1


def test_text_is_text_and_the_same_figure_is_the_same_file() -> None:
    first, second = (content_of(figure_of([1.0, 10.0], "single"), "svg") for _ in range(2))
    assert first == second
    words = re.findall(r"<text[^>]*>([^<]*)</text>", first.decode())
    assert {"1", "10", "another curve with a name that takes room"} <= set(words)
    pdf = content_of(figure_of([1.0, 10.0], "single"), "pdf")
    assert pdf == content_of(figure_of([1.0, 10.0], "single"), "pdf")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("full CI − Hartree-Fock / mHa", 27, ["full CI −", "Hartree-Fock / mHa"]),
        ("largest entropy left out", 22, ["largest entropy", "left out"]),
        ("energy / Ha", 27, ["energy / Ha"]),
        ("tetramethylethylenediamine", 13, ["tetramethylet", "hylenediamine"]),
    ],
)
def test_labels_are_in_even_lines_with_units_beside_their_quantities(
    text: str, columns: int, lines: list[str]
) -> None:
    width = (columns + 0.5) * GLYPH * 8.0 / POINTS_PER_INCH
    assert wrapped(text, width, 8.0).split("\n") == lines

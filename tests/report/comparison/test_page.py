"""The page of a comparison: its figures, and what its drawings show."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.report.comparison.rows import WHOLE, comparison, row
from vqe_cli.report.comparison.page import comparison_page
from vqe_cli.report.comparison.page.axes import axis_of
from vqe_cli.report.comparison.page.charts import boxes, lines, scatter


def test_the_page_has_all_rows_and_what_is_missing() -> None:
    page = comparison_page(comparison(*WHOLE))
    assert "What the figures say." in page
    for method in ("HF", "CCSD(T)", "FCI"):
        assert f'<th scope="row">{method}</th>' in page
    assert "VQE-UCCSD (spsa), seed 2" in page
    assert "DMRG: refused" in page
    assert "-1.99500000" in page


def test_names_are_escaped_and_nothing_is_loaded() -> None:
    page = comparison_page(comparison(*WHOLE, name="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "it needs &lt;b&gt;1 TB&lt;/b&gt;" in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)


def test_the_front_is_that_of_the_cheapest_and_most_accurate() -> None:
    """By hand: FCI is both, so that it alone is the front."""
    (problem,) = comparison(*WHOLE).problems
    found = scatter(problem, lambda one: one.wall_s, "Error against time", "seconds")
    assert found is not None
    assert len(found.front.split()) == 1
    dots = {dot.name: dot for dot in found.dots}
    assert found.front == f"{dots['FCI'].x:.1f},{dots['FCI'].y:.1f}"
    assert dots["HF"].y < dots["CCSD(T)"].y < dots["FCI"].y  # larger errors are higher
    assert dots["FCI"].x < dots["HF"].x


def test_labels_do_not_cover_one_another() -> None:
    rows = [row(f"M{number}", 10.0, 1.0) for number in range(12)]
    (problem,) = comparison(*rows).problems
    found = scatter(problem, lambda one: one.wall_s, "t", "s")
    assert found is not None
    heights = sorted(dot.label_y for dot in found.dots if dot.label_y is not None)
    assert len(heights) >= 3
    assert all(b - a >= 15.0 for a, b in pairwise(heights))


def test_boxes_are_of_variants_with_several_seeds() -> None:
    (problem,) = comparison(*WHOLE).problems
    found = boxes(problem)
    assert found is not None
    (box,) = found.boxes
    assert box.words == "median 3, from 2 to 5 mHa, 3 seeds"
    assert box.low < box.first < box.median < box.third < box.high
    assert len(box.seeds) == 3
    (alone,) = comparison(*WHOLE[:5]).problems
    assert boxes(alone) is None


def test_convergence_has_a_line_for_each_seed_and_a_colour_for_each_variant() -> None:
    (problem,) = comparison(*WHOLE).problems
    found = lines(problem)
    assert found is not None
    assert len(found.lines) == 3
    assert found.names == ((0, "VQE-UCCSD (spsa)"),)
    (none,) = comparison(*WHOLE[:3]).problems
    assert lines(none) is None


def test_axes_end_at_powers_of_ten() -> None:
    axis = axis_of([0.02, 30.0], 100.0, 500.0)
    assert (axis.low, axis.high) == (-2, 2)
    assert axis.place(0.01) == pytest.approx(100.0)
    assert axis.place(1.0) == pytest.approx(300.0)
    assert [mark.label for mark in axis.marks] == ["0.01", "0.1", "1", "10", "100"]
    assert axis_of([5.0], 0.0, 1.0).high == 1
    assert [mark.label for mark in axis_of([1e-9, 1e-6], 0.0, 9.0).marks][:2] == ["10⁻⁹", "10⁻⁸"]

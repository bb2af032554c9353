"""The page of a comparison: its figures, and what its drawings show."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from tests.report.comparison.rows import WHOLE, comparison, row, steps
from vqe_cli.comparison.records import ComparisonRow
from vqe_cli.report.comparison.curves import diagrams_of
from vqe_cli.report.comparison.looks import looks_of
from vqe_cli.report.comparison.page import comparison_page
from vqe_cli.report.comparison.page.axes import axis_of
from vqe_cli.report.comparison.page.charts import (
    LABEL_HEIGHT,
    LETTER_WIDTH,
    Scatter,
    boxes,
    lines,
    scatter,
)


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


def test_seeds_are_summed_up_before_all_rows_are_listed() -> None:
    page = comparison_page(comparison(*WHOLE))
    summary, rows = page.split("<summary>All 6 rows</summary>")
    assert "+3.0000" in summary
    assert "VQE-UCCSD (spsa), seed" not in summary
    assert rows.count("VQE-UCCSD (spsa), seed") == 3
    assert "<summary>" not in comparison_page(comparison(*WHOLE[:5]))


def drawn(*rows: ComparisonRow) -> Scatter:
    (problem,) = comparison(*rows).problems
    found = scatter(problem, looks_of(rows), lambda one: one.wall_s, "Error", "seconds")
    assert found is not None
    return found


def test_the_front_is_that_of_the_cheapest_and_most_accurate() -> None:
    """By hand: FCI is both, so that it alone is the front."""
    found = drawn(*WHOLE)
    dots = {dot.name: dot for dot in found.dots}
    assert found.front == f"{dots['FCI'].x:.1f},{dots['FCI'].y:.1f}"
    assert dots["HF"].y < dots["CCSD(T)"].y < dots["FCI"].y  # larger errors are higher
    assert dots["FCI"].x < dots["HF"].x
    assert found.floored
    assert not drawn(row("HF", 67.8, 0.2)).floored


def test_classical_methods_are_named_and_variants_are_in_the_legend() -> None:
    found = drawn(*WHOLE)
    dots = {dot.name: dot for dot in found.dots}
    assert dots["HF"].look is None
    assert dots["HF"].label is not None
    spsa = dots["VQE-UCCSD (spsa)"]
    assert spsa.look is not None
    assert spsa.label is None
    assert spsa.high < spsa.y < spsa.low  # upwards, of 5, 3 and 2 mHa
    page = comparison_page(comparison(*WHOLE))
    assert page.count("</svg>VQE-UCCSD (spsa)</li>") == 3  # time, money and convergence


def test_labels_do_not_cover_one_another() -> None:
    found = drawn(*(row(f"M{number}", 10.0, 1.0) for number in range(12)))
    labels = [dot.label for dot in found.dots if dot.label is not None]
    assert len(labels) == 12
    for one, other in combinations(labels, 2):
        assert abs(one.y - other.y) >= LABEL_HEIGHT or abs(one.x - other.x) >= 2 * LETTER_WIDTH
    assert any(label.leader for label in labels)


def test_boxes_are_of_variants_with_several_seeds() -> None:
    (problem,) = comparison(*WHOLE).problems
    looks = looks_of(WHOLE)
    found = boxes(problem, looks)
    assert found is not None
    (box,) = found.boxes
    assert box.words == "median 3, from 2 to 5 mHa, 3 seeds"
    assert box.low < box.first < box.median < box.third < box.high
    assert len(box.seeds) == 3
    (alone,) = comparison(*WHOLE[:5]).problems
    assert boxes(alone, looks) is None


def test_boxes_say_how_many_seeds_failed() -> None:
    failed = row("VQE-UCCSD", None, 0.0, variant="uccsd, spsa", settings={"seed": 9})
    rows = (*WHOLE, failed)
    (problem,) = comparison(*rows).problems
    found = boxes(problem, looks_of(rows))
    assert found is not None
    assert found.boxes[0].words.endswith("3 seeds, 1 failed")


def test_convergence_has_a_line_and_a_colour_for_each_variant() -> None:
    (problem,) = comparison(*WHOLE).problems
    (diagram,) = diagrams_of(problem, looks_of(WHOLE))
    found = lines(diagram)
    (trace,) = found.traces
    assert (len(trace.lines), len(trace.seeds)) == (1, 3)
    assert found.looks == [("VQE-UCCSD (spsa)", trace.look)]
    first, *_, last = trace.lines[0].split()
    assert float(first.split(",")[1]) < float(last.split(",")[1])  # the error falls
    page = comparison_page(comparison(*WHOLE))
    assert page.count('class="curve seed shade-0"') == 3
    assert "Convergence" not in comparison_page(comparison(*WHOLE[:3]))


def test_a_start_with_one_step_is_drawn_as_a_point() -> None:
    rows = (
        row("VQE-UCCSD", 3.0, 1.0, variant="nft", settings={"optimizer": "nft"},
            progress=steps(3.0)),
        row("VQE-UCCSD", 2.0, 1.0, variant="spsa", settings={"optimizer": "spsa"},
            progress=steps(9.0, 2.0)),
    )  # fmt: skip
    (problem,) = comparison(*rows).problems
    (diagram,) = diagrams_of(problem, looks_of(rows))
    nft, spsa = lines(diagram).traces
    assert (len(nft.lines), len(nft.dots)) == (0, 1)
    assert (len(spsa.lines), len(spsa.dots)) == (1, 0)


def test_axes_end_at_powers_of_ten() -> None:
    axis = axis_of([0.02, 30.0], 100.0, 500.0)
    assert (axis.low, axis.high) == (-2, 2)
    assert axis.place(0.01) == pytest.approx(100.0)
    assert axis.place(1.0) == pytest.approx(300.0)
    assert [mark.label for mark in axis.marks] == ["0.01", "0.1", "1", "10", "100"]
    assert axis_of([5.0], 0.0, 1.0).high == 1
    assert [mark.label for mark in axis_of([1e-9, 1e-6], 0.0, 9.0).marks][:2] == ["10⁻⁹", "10⁻⁸"]

"""Comparisons of models: energies in their own unit, errors judged by the gap.

The Heisenberg ring of four spins has −2 J and a gap of 1 J (total spins of the two sublattices, by
hand), so that 0.01 J is accurate.
"""

from __future__ import annotations

import io
import re

import pytest

from tests.report.comparison.rows import row
from vqe_cli.comparison.goals import CHEMICAL, goal_of
from vqe_cli.comparison.judgement import best_bound, judged, summaries
from vqe_cli.comparison.prices import price_table
from vqe_cli.comparison.records import (
    COMPARE_SCHEMA,
    ComparedProblem,
    Comparison,
    ComparisonRow,
    DeviceNeeds,
    Progress,
)
from vqe_cli.comparison.sentence import sentence_of
from vqe_cli.report.comparison.page import comparison_page
from vqe_cli.report.comparison.plots import comparison_plot
from vqe_cli.report.comparison.terminal import show_comparison
from vqe_cli.report.console import console

pytestmark = pytest.mark.quick

EXACT, GAP = -2.0, 1.0

GOAL = goal_of("J", 0.01 * GAP, of_gap=True)

NEEDS = DeviceNeeds(
    device="fake_fez",
    two_qubit_gates=62,
    depth=100,
    two_qubit_error=0.003,
    shots=1000,
    error=0.0025,
    qpu_seconds=3.0,
    money_usd=4.8,
    gates_all_to_all=60,
)


def model_row(method: str, error: float, wall_s: float, **more: object) -> ComparisonRow:
    exact = method == "NumPy"
    known = {"energy": EXACT + error, "error_mha": None, "accurate": None, "exact": exact}
    return row(method, 0.0, wall_s, **{**known, "gap": GAP if exact else None, **more})


def compared(*rows: ComparisonRow) -> ComparedProblem:
    best = best_bound(rows)
    found = tuple(judged(one, best, GOAL) for one in rows)
    return ComparedProblem(
        name="ring",
        spec={},
        problem={"qubits": 4, "unit": "J"},
        unit="J",
        accuracy=0.01 * GAP,
        best=best,
        rows=found,
        variants=summaries(found, GOAL),
        sentence=sentence_of(found, best, {"hva": NEEDS, "": NEEDS}, GOAL),
        circuits={"hva": NEEDS},
    )


def steps(*errors: float) -> tuple[Progress, ...]:
    return tuple(
        Progress(evaluations=10 * (number + 1), shots=0, energy=EXACT + error)
        for number, error in enumerate(errors)
    )


SEEDS = compared(
    model_row("NumPy", 0.0, 0.2),
    *(
        model_row("VQE-hva", error, 0.5, variant="hva", progress=steps(0.4, 0.1, error))
        for error in (0.004, 0.02, 0.008)
    ),
)


def told(problem: ComparedProblem) -> tuple[str, str]:
    """What stands on the terminal, and on the page without its styles."""
    record = Comparison(
        schema=COMPARE_SCHEMA,
        problems=(problem,),
        prices=price_table(),
        workers=1,
        provenance={"version": "0", "finished": "2026-11-30T00:00:00", "platform": "Linux"},
    )
    stream = io.StringIO()
    show_comparison(record, console(stream), chart=True)
    page = re.sub(r"<style>.*?</style>", "", comparison_page(record), flags=re.DOTALL)
    return " ".join(stream.getvalue().split()), page


def test_errors_are_judged_by_the_gap() -> None:
    _, *vqe = SEEDS.rows
    assert [one.error_in_unit for one in vqe] == pytest.approx([0.004, 0.02, 0.008])
    assert [one.accurate for one in vqe] == [True, False, True]
    assert all(one.error_mha is None for one in SEEDS.rows)
    (summary,) = [one for one in SEEDS.variants if one.variant == "hva"]
    assert summary.median_error_in_unit == pytest.approx(0.008)
    assert summary.spread_in_unit == pytest.approx(0.016)
    assert summary.accurate == 2
    assert summary.median_error_mha is summary.spread_mha is None


def test_an_error_bar_counts_against_the_gap() -> None:
    best = SEEDS.best
    sampled = model_row("VQE-hva", 0.004, 1.0, standard_error=0.004)  # 0.004 + 1.96 · 0.004 > 0.01
    assert judged(sampled, best, GOAL).accurate is False
    assert judged(sampled.model_copy(update={"standard_error": 0.002}), best, GOAL).accurate


def test_nothing_is_told_in_hartree() -> None:
    single = compared(
        model_row("NumPy", 0.0, 0.2),
        model_row("VQE-hva", 0.02, 5.0, standard_error=0.004, mixed_energy=0.0),
    )
    for problem in (SEEDS, single):
        drawn = comparison_plot([problem], "svg").decode()
        words = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))
        for text in (*told(problem), words, problem.sentence):
            assert not re.search(r"\bm?Ha\b", text), text
            assert "chemical" not in text
        assert "|error| / J" in words
        assert "1 % of the gap, 0.01 J" in words


def test_the_sentence_names_the_goal_and_the_unit() -> None:
    assert "No method" not in SEEDS.sentence
    assert "Only NumPy reaches an error of at most 1 % of the gap" in SEEDS.sentence
    assert "0.008 J above the exact energy" in SEEDS.sentence
    assert "to 0.0025 J would take 1,000 shots" in SEEDS.sentence
    terminal, page = told(SEEDS)
    assert "gap 1.0000000000 J, accurate within 0.01 J" in terminal
    assert "Cost to 1 % of the gap (0.01 J)" in terminal
    assert "median error / J" in page


def test_molecules_are_judged_as_ever() -> None:
    assert goal_of("Hartree", None, of_gap=False) is CHEMICAL
    assert CHEMICAL.limit == "1.6 mHa"
    assert goal_of("J", 0.02, of_gap=False).name == "1 % of the largest coefficient"

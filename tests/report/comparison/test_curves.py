"""Lines of convergence: medians over seeds, starting points, and their axis."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.comparison.rows import EXACT, comparison, row, steps
from vqe_cli.comparison.records import ComparisonRow, Progress
from vqe_cli.report.comparison.curves import MOST_VARIANTS, Diagram, diagrams_of
from vqe_cli.report.comparison.looks import looks_of


def diagrams(*rows: ComparisonRow) -> list[Diagram]:
    (problem,) = comparison(*rows).problems
    return diagrams_of(problem, looks_of(rows))


def searched(error: float, progress: tuple[Progress, ...], **more: Any) -> ComparisonRow:
    return row("VQE-UCCSD", error, 1.0, progress=progress, **more)


def test_each_starting_point_has_a_line_of_its_own() -> None:
    progress = tuple(
        Progress(evaluations=n, shots=0, energy=EXACT + error / 1000, start=start)
        for n, error, start in ((1, 9.0, 0), (2, 1.0, 0), (3, 80.0, 1), (4, 2.0, 1))
    )
    (diagram,) = diagrams(searched(1.0, progress))
    (curve,) = diagram.curves
    assert [[place for place, _ in line] for line in curve.lines] == [[1, 2], [3, 4]]
    assert curve.lines[1][0][1] == pytest.approx(80.0)
    assert diagram.unit == "evaluations of the energy"


def test_seeds_are_drawn_by_their_median() -> None:
    rows = [
        searched(1.0, steps(*errors), settings={"seed": seed})
        for seed, errors in enumerate([(40.0, 10.0), (60.0, 20.0), (90.0, 30.0, 1.0)])
    ]
    (diagram,) = diagrams(*rows)
    (curve,) = diagram.curves
    (line,) = curve.lines
    assert line[0] == (10.0, pytest.approx(60.0))
    assert line[-1] == (30.0, pytest.approx(10.0))  # of 10, 20 and 1: searches keep their last
    assert len(curve.seeds) == 3


def test_seeds_with_several_starts_are_drawn_one_by_one() -> None:
    progress = (*steps(9.0, 5.0), Progress(evaluations=30, shots=0, energy=EXACT, start=1))
    rows = [searched(1.0, progress, settings={"seed": seed}) for seed in (1, 2)]
    (diagram,) = diagrams(*rows)
    (curve,) = diagram.curves
    assert len(curve.lines) == 4
    assert curve.seeds == ()


def test_shots_are_counted_where_every_search_takes_them() -> None:
    sampled = tuple(
        step.model_copy(update={"shots": 1000 * step.evaluations}) for step in steps(9.0, 5.0)
    )
    (diagram,) = diagrams(searched(5.0, sampled))
    assert diagram.unit == "shots of the search"
    assert diagram.curves[0].lines[0][-1][0] == 20_000.0
    both = (searched(5.0, sampled, variant="spsa"), searched(1.0, steps(9.0, 1.0), variant="bfgs"))
    assert diagrams(*both)[0].unit == "evaluations of the energy"


def test_many_variants_are_divided_by_the_shorter_axis() -> None:
    rows = [
        searched(
            1.0,
            steps(9.0, 1.0),
            variant=f"{ansatz}, {number}",
            settings={"ansatz": ansatz, "optimizer": f"o{number}"},
        )
        for ansatz in ("tups", "qnp")
        for number in range(MOST_VARIANTS - 2)
    ]
    found = diagrams(*rows)
    assert [diagram.title for diagram in found] == ["tups", "qnp"]
    assert [len(diagram.curves) for diagram in found] == [MOST_VARIANTS - 2] * 2
    assert [diagram.title for diagram in diagrams(*rows[:6])] == [""]


def test_without_a_search_there_is_nothing_to_draw() -> None:
    assert diagrams(row("FCI", 0.0, 1.0)) == []
    assert diagrams(searched(1.0, steps(1.0))) == []

"""Methods as points: medians over seeds, ranges, and the front."""

from __future__ import annotations

import pytest

from tests.report.comparison.rows import WHOLE, row
from vqe_cli.report.comparison.points import (
    FLOOR_MHA,
    errors_over_seeds,
    failures_of,
    points_of,
)


def test_seeds_are_one_point_at_their_medians() -> None:
    points = {point.name: point for point in points_of(WHOLE, lambda one: one.wall_s)}
    assert set(points) == {"HF", "CCSD(T)", "FCI", "VQE-UCCSD (spsa)"}  # DMRG was refused
    spsa = points["VQE-UCCSD (spsa)"]
    assert (spsa.cost, spsa.error, spsa.low, spsa.high) == (6.0, 3.0, 2.0, 5.0)
    assert points["CCSD(T)"].error == pytest.approx(0.04)
    assert points["FCI"].error == FLOOR_MHA


def test_the_front_is_beaten_by_none() -> None:
    points = points_of(WHOLE, lambda one: one.wall_s)
    assert [point.name for point in points if point.best] == ["FCI"]
    rows = [row("A", 5.0, 1.0), row("B", 1.0, 2.0), row("C", 3.0, 3.0), row("D", 1.0, 2.0)]
    assert [one.name for one in points_of(rows, lambda one: one.wall_s) if one.best] == [
        "A", "B", "D",
    ]  # fmt: skip


def test_one_lucky_seed_is_not_on_the_front() -> None:
    lucky = [
        row("VQE-UCCSD", error, 1.0, variant="spsa", settings={"seed": seed})
        for seed, error in enumerate((1e-5, 20.0, 30.0))
    ]
    points = points_of([row("CCSD", 0.5, 0.9), *lucky], lambda one: one.wall_s)
    assert [point.name for point in points if point.best] == ["CCSD"]


def test_costs_of_zero_have_no_place() -> None:
    assert points_of([row("FCI", 0.0, 0.0)], lambda one: one.wall_s) == []


def test_seeds_that_fail_are_counted_and_not_drawn() -> None:
    rows = [
        row("VQE-UCCSD", 2.0, 1.0, settings={"seed": 1}),
        row("VQE-UCCSD", 4.0, 1.0, settings={"seed": 2}),
        row("VQE-UCCSD", 90.0, 1.0, settings={"seed": 3}, verdict="fail"),
        row("VQE-UCCSD", None, 1.0, settings={"seed": 4}),
    ]
    assert errors_over_seeds(rows) == {"VQE-UCCSD": [2.0, 4.0]}
    assert failures_of(rows) == {"VQE-UCCSD": 2}

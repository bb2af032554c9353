"""Costs to chemical accuracy, by hand."""

from __future__ import annotations

import pytest
from scipy.stats import beta

from tests.report.comparison.rows import row
from vqe_cli.comparison.quality import cost_to_accuracy, share_interval


def test_the_expected_cost_is_that_of_all_seeds_over_the_accurate_ones() -> None:
    """Two of four seeds are accurate: (1 + 2 + 3 + 6) s / 2."""
    seeds = [
        row("VQE-UCCSD", error, wall_s, shots=100)
        for error, wall_s in ((0.5, 1.0), (9.0, 2.0), (1.0, 3.0), (2.0, 6.0))
    ]
    found = cost_to_accuracy(seeds)
    assert found["time_to_accuracy_s"] == pytest.approx(6.0)
    assert found["money_to_accuracy_usd"] == pytest.approx(6e-5)
    assert found["shots_to_accuracy"] == pytest.approx(200)
    assert found["device_usd_to_accuracy"] is None


def test_one_accurate_row_costs_what_it_costs() -> None:
    assert cost_to_accuracy([row("CCSD", 0.2, 1.5)])["time_to_accuracy_s"] == 1.5


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    low, high = share_interval(3, 10)
    assert low == pytest.approx(beta.ppf(0.025, 3, 8))
    assert high == pytest.approx(beta.ppf(0.975, 4, 7))


def test_every_blank_has_a_reason() -> None:
    bad = row("VQE-UCCSD", 9.0, 1.0)
    unknown = row("VQE-UCCSD", None, 1.0, status="failed").model_copy(update={"wall_s": None})
    cases = [
        ([bad], "not within 1.6 mHa"),
        ([bad, bad], "not within 1.6 mHa with any of 2 seeds"),
        ([row("VQE-UCCSD", 1.0, 1.0, accurate=False, standard_error=1e-3)], "with its error bar"),
        ([row("CCSD", 0.1, 1.0, accurate=None)], "no exact energy is known"),
        ([row("CCSD", None, 0.0)], "it has no energy"),
        ([row("VQE-UCCSD", 0.1, 1.0, accurate=False, verdict="fail")], "its checks failed"),
        ([row("VQE-UCCSD", 0.1, 1.0), unknown], "unknown cost of 1 failed seed"),
    ]
    for rows, reason in cases:
        assert reason in cost_to_accuracy(rows)["no_accuracy"]


def test_seeds_that_were_never_begun_count_nothing() -> None:
    seeds = [row("VQE-UCCSD", 0.5, 2.0), row("VQE-UCCSD", None, 0.0)]
    assert cost_to_accuracy(seeds)["time_to_accuracy_s"] == 2.0

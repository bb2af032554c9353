"""Correlations against SciPy, distributions against counting by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.report.campaign.page.made_up import COLUMNS, made_up
from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import CampaignReport
from vqe_cli.report.campaign.page.matrix import Cell
from vqe_cli.report.campaign.page.statistics import MOST_COLUMNS, correlations, error_distribution

pytestmark = pytest.mark.quick


def test_rank_correlations_are_scipys_on_the_pairs_that_are_known() -> None:
    report = made_up(300)
    found = correlations(report)
    assert found is not None
    assert {"error_mha", "gap_ev", "ionisation_energy_ev"} <= set(found.columns)
    for row, first in enumerate(found.columns):
        for column, second in enumerate(found.columns):
            pairs = [
                (abs(a) if first == "error_mha" else a, abs(b) if second == "error_mha" else b)
                for a, b in zip(report.own_numbers(first), report.own_numbers(second), strict=True)
                if a is not None and b is not None
            ]
            assert found.molecules[row, column] == len(pairs)
            expected = spearmanr(np.array(pairs)).statistic
            assert found.coefficients[row, column] == pytest.approx(expected, abs=1e-12)


def _report(rows: list[dict[str, Any]]) -> CampaignReport:
    return CampaignReport(title="t", columns=COLUMNS, rows=rows)


def test_what_is_not_finite_or_does_not_vary_is_left_out() -> None:
    bad = (math.nan, math.inf, None)
    rows: list[dict[str, Any]] = [
        {
            "candidate": f"{i}",
            "gap_ev": bad[i % 3] if i < 3 else i,
            "t1": -float(i),
            "dipole_debye": 1.0,
        }
        for i in range(12)
    ]
    found = correlations(_report(rows))
    assert found is not None
    assert found.columns == ("gap_ev", "t1")
    assert found.molecules[0, 1] == 9
    assert found.coefficients[0, 1] == pytest.approx(-1.0)


def test_variants_of_one_molecule_are_no_further_molecules() -> None:
    rows = [
        {"candidate": f"{i}", "variant": variant, "gap_ev": float(i), "t1": -float(i)}
        for i in range(9)
        for variant in ("uccsd", "puccd")
    ]
    found = correlations(_report(rows))
    assert found is not None
    assert found.molecules[0, 1] == 9
    assert found.coefficients[0, 1] == pytest.approx(-1.0)
    few = correlations(_report(rows[:10]))
    assert few is not None
    assert math.isnan(few.coefficients[0, 1])


def test_the_size_is_kept_where_columns_are_too_many() -> None:
    names = [f"p{i}_ev" for i in range(15)]
    rows = [{"candidate": f"{i}", "heavy_atoms": i, **dict.fromkeys(names, i)} for i in range(9)]
    columns = [Column(name, "number", name) for name in names]
    columns.append(Column("heavy_atoms", "integer", "Atoms but hydrogen"))
    found = correlations(CampaignReport(title="t", columns=columns, rows=rows))
    assert found is not None
    assert found.columns == (*names[: MOST_COLUMNS - 1], "heavy_atoms")
    assert found.left_out == tuple(names[MOST_COLUMNS - 1 :])


def test_too_few_numbers_give_no_correlation() -> None:
    assert correlations(_report([{"gap_ev": float(i), "t1": float(i)} for i in range(7)])) is None
    assert correlations(_report([])) is None


def test_errors_are_counted_by_size_and_sign() -> None:
    found = error_distribution([0.0, 1e-9, 0.5, -0.5, 1.6, -2.0, None, 4.0e5])
    assert found is not None
    assert found.count == 7
    assert found.accurate == 5
    assert sum(found.below) == 2
    assert found.above[0] == 2  # zero and round-off
    assert found.lower[0] == 0.0
    assert found.upper[-1] >= 4.0e5
    assert found.median == 0.5
    assert found.largest == 4.0e5


def test_no_reference_gives_no_distribution() -> None:
    assert error_distribution([None, None]) is None


@pytest.mark.parametrize("molecules", [8, 17, 1001])
def test_coefficients_are_significant_beyond_the_normal_quantile(molecules: int) -> None:
    """Without correlation ρ has the standard deviation 1 / √(n − 1) (Spearman)."""
    from scipy.stats import norm

    limit = norm.ppf(0.995) / (molecules - 1) ** 0.5
    assert Cell(0.99 * limit, molecules).kind == "chance"
    assert Cell(min(1.01 * limit, 1.0), molecules).kind == "up"
    assert Cell(max(-1.01 * limit, -1.0), molecules).kind == "down"

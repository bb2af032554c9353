"""Allocation, rounds and error bars, on bases whose distributions are known by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import BoolArray, MeasurementBasis, MeasurementPlan
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.shots import (
    FEWEST_SHOTS,
    Budget,
    Measuring,
    RunningStatistics,
    allocate,
    measure,
)

pytestmark = pytest.mark.quick


@dataclass(frozen=True, eq=False)
class Coin(MeasurementBasis):
    """Outcome 0 has the value 0, outcome 1 `worth`, and the forbidden outcome 2 a large one."""

    worth: float

    def circuit(self) -> QuantumCircuit:
        return QuantumCircuit(2)

    def values(self, outcomes: IntArray) -> FloatArray:
        return np.where(outcomes == 1, self.worth, np.where(outcomes == 2, 1e3, 0.0))

    def allowed(self, outcomes: IntArray) -> BoolArray:
        return outcomes < 2


def sampler_of(probabilities: Sequence[Sequence[float]]):
    """A sampler that draws the outcomes of each basis, in the order of the plan."""

    def sample(bases: Sequence[MeasurementBasis], shots: Sequence[int], seed: int) -> list[Counts]:
        rng = np.random.default_rng(seed)
        found = []
        for weights, count in zip(probabilities, shots, strict=True):
            drawn = rng.multinomial(count, weights)
            kept = np.flatnonzero(drawn)
            found.append(Counts(kept, drawn[kept]))
        return found

    return sample


PLAN = MeasurementPlan(-3.0, (Coin(1.0), Coin(-2.0), Coin(0.5)), np.array([0.5, 0.8, 0.1]))
WEIGHTS = ((0.5, 0.5), (0.8, 0.2), (0.97, 0.03))
EXPECTED = -3.0 + 0.5 - 0.4 + 0.015


@given(
    deviations=st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=40),
    total=st.integers(0, 10**9),
)
def test_allocation_spends_what_there_is(deviations: list[float], total: int) -> None:
    found = allocate(np.array(deviations), total)
    assert np.all(found >= FEWEST_SHOTS)
    least = FEWEST_SHOTS * len(deviations)
    assert abs(found.sum() - max(total, least)) <= len(deviations)


def test_shots_are_given_out_in_proportion_to_deviations() -> None:
    assert allocate(np.array([3.0, 1.0]), 4000).tolist() == [3000, 1000]


def test_a_precision_takes_the_shots_that_its_variance_says() -> None:
    """(Σσ)²/ε², and a twentieth more since variances are measured, too."""
    budget = Budget(None, 0.01)
    assert budget.total(np.array([0.3, 0.7])) == pytest.approx(1.05 * 1.0 / 0.01**2, abs=1)
    assert budget.scaled(4.0).precision == pytest.approx(0.005)


def test_a_precision_out_of_reach_is_refused() -> None:
    with pytest.raises(ResourceLimitError, match="takes 1e"):
        Budget(None, 1e-9).total(np.array([1.0]))


@pytest.mark.parametrize("arguments", [(None, None), (10, 0.1)])
def test_a_budget_is_one_of_two(arguments: tuple[int | None, float | None]) -> None:
    with pytest.raises(ValueError, match="shots or precision"):
        Budget(*arguments)


def test_running_statistics_are_mean_and_variance_of_the_sample() -> None:
    """The weight of the prior shots vanishes among many shots."""
    statistics = RunningStatistics(Coin(2.0), 1e-9, post_select=False)
    statistics.add(Counts(np.array([0, 1]), np.array([60_000, 40_000])))
    sample = np.repeat([0.0, 2.0], [60_000, 40_000])
    assert statistics.mean == pytest.approx(sample.mean())
    assert statistics.variance == pytest.approx(sample.var(ddof=1), rel=1e-3)


def test_no_basis_gets_fewer_shots_than_four_or_a_tenth_of_the_mean() -> None:
    assert allocate(np.array([1.0, 1.0, 1.0]), 0).tolist() == [4, 4, 4]
    assert allocate(np.array([1.0, 1e-9]), 10_000).tolist() == [9500, 500]


def test_the_variance_is_that_of_the_sample_in_whatever_pieces_it_comes() -> None:
    """The first piece sets the offset, so that the second is not centred."""
    statistics = RunningStatistics(Coin(2.0), 1e-9, post_select=False)
    statistics.add(Counts(np.array([0]), np.array([30_000])))
    statistics.add(Counts(np.array([0, 1]), np.array([30_000, 40_000])))
    sample = np.repeat([0.0, 2.0], [60_000, 40_000])
    assert statistics.variance == pytest.approx(sample.var(ddof=1), rel=1e-3)


def test_discarded_shots_raise_the_cost_and_the_error_bar() -> None:
    """Two fifths of the shots are forbidden: σ²/kept, and a cost of σ over √0.6."""
    counts = Counts(np.array([0, 1, 2]), np.array([30_000, 30_000, 40_000]))
    statistics = RunningStatistics(Coin(2.0), 1e-9, post_select=True)
    statistics.add(counts)
    assert statistics.mean == pytest.approx(1.0)
    assert statistics.cost == pytest.approx(np.sqrt(1.0 / 0.6), rel=1e-3)
    plan = MeasurementPlan(0.0, (Coin(2.0),), np.array([1e-9]))
    found = measure(
        plan, lambda *_: [counts], Budget(100_000, None, pilot=False), 7, post_select=True
    )
    assert found.standard_error == pytest.approx(np.sqrt(1.0 / 60_000), rel=1e-3)
    assert found.discarded == pytest.approx(0.4)


def test_few_shots_that_agree_do_not_claim_certainty() -> None:
    statistics = RunningStatistics(Coin(1.0), 0.5, post_select=False)
    statistics.add(Counts(np.array([0]), np.array([4])))
    assert 0.09 < statistics.variance <= 0.25


def test_large_means_do_not_cost_digits() -> None:
    statistics = RunningStatistics(Coin(1e9), 1.0, post_select=False)
    statistics.add(Counts(np.array([1]), np.array([1000])))
    statistics.add(Counts(np.array([1]), np.array([1000])))
    assert statistics.variance == pytest.approx(3.0 / 2002)


@pytest.mark.parametrize("budget", [Budget(300, None), Budget(5000, None), Budget(None, 0.01)])
def test_estimates_are_unbiased_and_their_errors_true(budget: Budget) -> None:
    found = [measure(PLAN, sampler_of(WEIGHTS), budget, seed) for seed in range(400)]
    values = np.array([estimate.value for estimate in found])
    errors = np.array([estimate.standard_error for estimate in found])
    assert abs(values.mean() - EXPECTED) < 4 * values.std() / 20
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(), rel=0.12)
    covered = np.mean(np.abs(values - EXPECTED) <= 1.96 * errors)
    assert 0.91 <= covered <= 0.98


def test_a_precision_is_kept() -> None:
    found = [measure(PLAN, sampler_of(WEIGHTS), Budget(None, 0.01), seed) for seed in range(50)]
    assert np.mean([estimate.standard_error for estimate in found]) == pytest.approx(0.01, rel=0.1)


def test_a_pilot_mends_wrong_predictions() -> None:
    """The basis that varies most was predicted to vary least: 20 times the variance is saved."""
    plan = MeasurementPlan(0.0, (Coin(1.0), Coin(1.0)), np.array([1e-4, 1.0]))
    sample = sampler_of(((0.5, 0.5), (1.0, 0.0)))
    with_pilot = measure(plan, sample, Budget(10_000, None), 1)
    without = measure(plan, sample, Budget(10_000, None, pilot=False), 1)
    assert with_pilot.shots == pytest.approx(20_000, abs=2)
    assert without.shots == pytest.approx(20_000, abs=2)
    assert with_pilot.standard_error < 0.01 < without.standard_error


def test_all_shots_are_counted_also_those_of_the_pilot() -> None:
    measuring = Measuring(PLAN, Budget(1000, None))
    spent = 0
    while (shots := measuring.next_round()).any():
        spent += int(shots.sum())
        for index, counts in enumerate(sampler_of(WEIGHTS)(PLAN.bases, list(shots), 3)):
            measuring.add(index, counts)
    assert measuring.pilot is not None
    assert measuring.result().shots == spent == pytest.approx(3000, abs=3)


@pytest.mark.parametrize("shots", [1000, 20_000])
def test_post_selection_leaves_out_what_is_forbidden_and_says_how_much(shots: int) -> None:
    """A tenth is forbidden and would be worth 1000; what is left has its proportions."""
    plan = MeasurementPlan(0.0, (Coin(1.0),), np.array([0.5]))
    sample = sampler_of(((0.45, 0.45, 0.1),))
    found = [
        measure(plan, sample, Budget(shots, None), seed, post_select=True) for seed in range(200)
    ]
    values = np.array([estimate.value for estimate in found])
    errors = np.array([estimate.standard_error for estimate in found])
    assert values.mean() == pytest.approx(0.5, abs=4 * values.std() / np.sqrt(200))
    assert np.mean(errors) == pytest.approx(values.std(), rel=0.2)
    assert np.mean([estimate.discarded for estimate in found]) == pytest.approx(0.1, abs=0.01)
    raw = measure(plan, sample, Budget(shots, None), 1)
    assert raw.value > 50
    assert raw.discarded is None


def test_nothing_left_after_post_selection_is_an_error() -> None:
    plan = MeasurementPlan(0.0, (Coin(1.0),), np.array([0.5]))
    with pytest.raises(ResourceLimitError, match="none of 11,520 shots"):
        measure(plan, sampler_of(((0.0, 0.0, 1.0),)), Budget(100, None), 1, post_select=True)


def test_a_constant_needs_no_shots() -> None:
    plan = MeasurementPlan(-1.5, (), np.zeros(0))
    found = measure(plan, sampler_of(()), Budget(100, None), 1)
    assert (found.value, found.standard_error, found.shots) == (-1.5, 0.0, 0)


def test_equal_seeds_give_equal_energies() -> None:
    found = [measure(PLAN, sampler_of(WEIGHTS), Budget(500, None), seed) for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]

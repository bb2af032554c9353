"""The plain loop: counts, journals, several starts, final energies and interruption."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.functions import CosineObjective, ListJournal, SampledCosines, cosines
from tests.searching import solve
from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import OptimizerResult
from vqe_cli.errors import InterruptedRunError, NotConvergedError
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.optimizers import OPTIMIZERS
from vqe_cli.variational.search_progress import Progress

pytestmark = pytest.mark.quick


def test_lowest_start_wins() -> None:
    """At the maximum, 1 + π, the gradient is zero, and the optimiser stays there."""
    starts = [np.array([1.0 + np.pi, 1.0]), np.array([0.2, 0.3])]
    solution = solve(CosineObjective(), OPTIMIZERS.create("l-bfgs-b"), starts, 7)
    assert solution.energy.value == pytest.approx(-2.0, abs=1e-8)
    assert solution.starts == pytest.approx((0.0, -2.0), abs=1e-8)
    assert solution.initial_energy == pytest.approx(0.0, abs=1e-12)


def test_evaluations_and_steps_are_counted() -> None:
    objective = CosineObjective()
    solution = solve(objective, OPTIMIZERS.create("l-bfgs-b"), [np.zeros(2)], 7)
    assert solution.evaluations.energy == objective.calls
    assert solution.evaluations.gradient == objective.calls
    assert solution.evaluations.shots == 0
    assert [step.step for step in solution.history] == list(range(1, len(solution.history) + 1))
    energies = [step.energy for step in solution.history]
    assert energies == sorted(energies, reverse=True)


def test_shots_are_counted_over_everything_including_the_end() -> None:
    objective = SampledCosines()
    optimizer = OPTIMIZERS.create({"name": "nft", "maxiter": 2})
    solution = solve(objective, optimizer, [np.zeros(2)], 7)
    assert solution.evaluations.energy == objective.calls
    assert solution.evaluations.shots == 100 * objective.calls + 50


def test_sampled_result_is_measured_afresh_and_not_the_luckiest_sample() -> None:
    class Lucky(SampledCosines):
        def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
            found = super().energy(x, seed)
            lucky = self.calls == 3
            return Estimate(-50.0, 0.01, 100) if lucky else found

    objective = Lucky()
    solution = solve(objective, OPTIMIZERS.create({"name": "nft", "maxiter": 3}), [np.zeros(2)], 7)
    assert solution.energy.value > -2.1
    assert len(set(objective.seeds)) == len(objective.seeds)


def test_sampled_start_without_a_single_step_has_an_energy_too() -> None:
    """COBYLA reports no step before its simplex is complete."""
    optimizer = OPTIMIZERS.create({"name": "cobyla", "maxiter": 12})
    starts = [np.full(10, 0.9), np.full(10, 3.0)]
    solution = solve(SampledCosines(count=10), optimizer, starts, 7)
    assert np.isfinite(solution.starts).all()
    assert solution.starts[0] < solution.starts[1] - 5
    assert solution.energy.value == pytest.approx(-10, abs=0.5)


def test_energy_of_a_sampled_start_does_not_come_from_the_start_before() -> None:
    optimizer = OPTIMIZERS.create({"name": "nft", "maxiter": 1})
    starts = [np.full(2, 1.0 + np.pi), np.full(2, 1.0)]

    class Stuck(SampledCosines):
        """A function that is flat along all of NFT's lines, so that starts do not move."""

        def __init__(self) -> None:
            super().__init__()
            self.traits = replace(self.traits, spectra=(Spectrum(1.0, 0),) * 2)

    solution = solve(Stuck(), optimizer, starts, 7)
    assert solution.starts == pytest.approx((2.0, -2.0), abs=0.05)
    np.testing.assert_array_equal(solution.x, starts[1])


def test_every_evaluation_of_a_sampled_energy_has_its_own_seed() -> None:
    first, second = SampledCosines(), SampledCosines()
    for objective in (first, second):
        solve(objective, OPTIMIZERS.create({"name": "spsa", "maxiter": 20}), [np.zeros(2)], 7)
    assert first.seeds == second.seeds
    assert len(set(first.seeds)) == len(first.seeds)
    other = SampledCosines()
    solve(other, OPTIMIZERS.create({"name": "spsa", "maxiter": 20}), [np.zeros(2)], 8)
    assert not set(other.seeds) & set(first.seeds)


def test_exact_result_is_the_best_point_on_the_way() -> None:
    class Wanderer:
        """An optimiser that ends at a worse point than its best."""

        name = "wanderer"

        def minimize(self, evaluator: EvaluationLog, x0: Vector, seed: int) -> OptimizerResult:
            evaluator.value(np.ones(2))
            evaluator.value(x0)
            return OptimizerResult(x0, True, "done", 1)

    solution = solve(CosineObjective(), Wanderer(), [np.zeros(2)], 7)  # type: ignore[arg-type]
    assert solution.energy.value == pytest.approx(-2.0)
    np.testing.assert_array_equal(solution.x, np.ones(2))


def test_gradient_norm_is_that_at_the_result() -> None:
    solution = solve(CosineObjective(), OPTIMIZERS.create({"name": "l-bfgs-b"}), [np.zeros(2)], 7)
    assert solution.gradient_norm == pytest.approx(np.linalg.norm(np.sin(solution.x - 1)))
    by_value = solve(
        CosineObjective(), OPTIMIZERS.create({"name": "cobyla", "maxiter": 9}), [np.zeros(2)], 7
    )
    assert by_value.gradient_norm == pytest.approx(np.linalg.norm(np.sin(by_value.x - 1)))


def test_no_parameters_are_evaluated_once() -> None:
    objective = CosineObjective(count=0)
    solution = solve(objective, OPTIMIZERS.create("l-bfgs-b"), [np.zeros(0)], 7)
    assert objective.calls == 1
    assert solution.outcome.converged
    assert solution.gradient_norm is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_energy_that_is_not_a_number_stops_the_run(value: float) -> None:
    class Broken(CosineObjective):
        def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
            return value, np.zeros_like(x)

    with pytest.raises(NotConvergedError, match="instead of an energy") as caught:
        solve(Broken(), OPTIMIZERS.create("l-bfgs-b"), [np.zeros(2)], 7)
    assert caught.value.exit_code == 4


def test_interrupted_run_reports_the_best_point_so_far() -> None:
    objective = CosineObjective(fails_at=4, error=KeyboardInterrupt())
    with pytest.raises(InterruptedRunError) as caught:
        solve(objective, OPTIMIZERS.create("cobyla"), [np.zeros(2)], 7)
    assert caught.value.exit_code == 130
    assert "--resume" in (caught.value.hint or "")
    known = caught.value.known
    assert known["evaluations"] == 4
    best = np.array(known["parameters"])
    assert known["best_energy"] == pytest.approx(-np.cos(best - 1).sum())


@pytest.mark.parametrize("name", ["cobyla", "l-bfgs-b", "spsa"])
def test_interrupted_run_goes_on_to_the_same_end(name: str) -> None:
    sampled = name == "spsa"
    kept = 24 if sampled else 6  # the measurements of one job are kept as a whole
    optimizer = OPTIMIZERS.create(
        {"name": name, "maxiter": 15} if sampled else {"name": name, "maxiter": 50}
    )
    starts = [np.zeros(2), np.array([0.5, -0.4])]
    whole = ListJournal()
    expected = solve(cosines(sampled=sampled), optimizer, starts, 7, journal=whole)

    first = ListJournal()
    interrupted = cosines(sampled=sampled, fails_at=kept, error=KeyboardInterrupt())
    with pytest.raises(InterruptedRunError):
        solve(interrupted, optimizer, starts, 7, journal=first)
    assert first.entries == whole.entries[:kept]

    rest, objective = ListJournal(first.entries), cosines(sampled=sampled)
    found = solve(objective, optimizer, starts, 7, journal=rest)
    assert found.replayed == kept
    assert first.entries + rest.entries == whole.entries
    assert found.energy == expected.energy
    assert found.x.tobytes() == expected.x.tobytes()
    assert found.history == expected.history
    assert found.evaluations == expected.evaluations
    assert found.starts == expected.starts


def test_starting_points_of_the_earlier_run_win_over_round_off() -> None:
    """Starting points come from the journal: amplitudes may differ in the last bit by machine."""
    optimizer, first = OPTIMIZERS.create("l-bfgs-b"), ListJournal()
    expected = solve(CosineObjective(), optimizer, [np.full(2, 0.3)], 7, journal=first)
    nearly = [np.full(2, np.nextafter(0.3, 1.0))]
    again = ListJournal(first.entries, first.points)
    found = solve(CosineObjective(), optimizer, nearly, 7, journal=again)
    assert found.replayed == len(first.entries)
    assert found.x.tobytes() == expected.x.tobytes()


def test_journal_of_another_path_is_ignored_from_where_it_differs() -> None:
    optimizer = OPTIMIZERS.create("l-bfgs-b")
    other = ListJournal()
    solve(CosineObjective(), optimizer, [np.array([0.5, 0.5])], 7, journal=other)
    objective = CosineObjective()
    found = solve(objective, optimizer, [np.zeros(2)], 7, journal=ListJournal(other.entries))
    assert found.replayed == 0
    assert found.energy.value == pytest.approx(-2.0, abs=1e-8)


def test_observer_is_notified_after_every_step() -> None:
    told: list[Progress] = []
    starts = [np.zeros(2), np.ones(2) * 0.5]
    solution = solve(
        CosineObjective(), OPTIMIZERS.create("l-bfgs-b"), starts, 7, on_step=told.append
    )
    assert [progress.step for progress in told] == [step.step for step in solution.history]
    assert {progress.start for progress in told} == {0, 1}
    assert all(progress.best <= progress.energy + 1e-12 for progress in told)
    assert not any(progress.replayed for progress in told)
    elapsed = [progress.elapsed_s for progress in told]
    assert elapsed == sorted(elapsed)

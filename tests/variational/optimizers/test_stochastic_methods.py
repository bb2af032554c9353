"""SPSA, QNSPSA, Adam, NFT and COBYLA on sampled energies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.functions import (
    CosineObjective,
    FunctionEvaluator,
    ListJournal,
    SampledCosines,
    ScatteringEvaluator,
)
from tests.problems import EXACT_H2, H2, encoding_of, objective_of, spec_of
from tests.searching import solve
from vqe_cli import run
from vqe_cli.errors import InputError
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import OPTIMIZERS

METHODS = ("nft", "spsa", "qnspsa", "adam")
SHOTS = {"name": "exact", "shots": 1000}

every_method = pytest.mark.parametrize("name", METHODS)
every_plain_method = pytest.mark.parametrize("name", ["nft", "spsa", "adam"])


def cosines(x: np.ndarray) -> float:
    """The minimum is -3 at x = 1."""
    return -float(np.cos(x - 1).sum())


def counted(objective: Any, journal: Any = None) -> EvaluationLog:
    return EvaluationLog(objective, 7, journal or NoJournal(), lambda _: None)


@pytest.mark.parametrize(
    "selection", ["spsa", "nft", "cobyla", {"name": "adam", "maxiter": 150}], ids=str
)
def test_minimum_is_found_through_the_scatter(selection: Any) -> None:
    solution = solve(
        SampledCosines(count=3),
        OPTIMIZERS.create(selection),
        [np.array([0.2, 1.9, 0.1])],
        7,
    )
    assert cosines(solution.x) == pytest.approx(-3.0, abs=0.02)


@every_plain_method
def test_converged_means_that_no_more_is_left_than_the_tolerance(name: str) -> None:
    """The true energies of many runs, and their messages."""
    left = []
    for seed in range(20):
        evaluator = ScatteringEvaluator(cosines, 3, 5e-3, seed)
        outcome = OPTIMIZERS.create(name).minimize(evaluator, np.array([0.2, 1.9, 0.1]), seed)
        assert outcome.converged
        left.append(cosines(outcome.x) + 3.0)
    assert np.mean(np.array(left) <= 1e-3) >= 0.95


@every_plain_method
def test_shots_grow_where_gains_are_lost_in_scatter_up_to_the_limit(name: str) -> None:
    evaluator = ScatteringEvaluator(cosines, 3, 0.3, 1)
    optimizer = OPTIMIZERS.create({"name": name, "max_effort": 8.0})
    outcome = optimizer.minimize(evaluator, np.array([1.02, 0.99, 1.0]), 1)
    multipliers = [times for _, times, purpose in evaluator.requests if purpose == "optimisation"]
    assert multipliers == sorted(multipliers)
    assert (multipliers[0], multipliers[-1]) == (1.0, 8.0)
    assert not outcome.converged
    assert "max_effort" in outcome.message


@every_plain_method
def test_shots_do_not_grow_while_the_energy_visibly_falls(name: str) -> None:
    evaluator = ScatteringEvaluator(cosines, 3, 1e-4, 1)
    outcome = OPTIMIZERS.create(name).minimize(evaluator, np.array([0.2, 1.9, 0.1]), 1)
    assert outcome.converged
    assert {shot_multiplier for _, shot_multiplier, _ in evaluator.requests} == {1.0}


@pytest.mark.parametrize(("name", "points"), [("nft", 2), ("spsa", 6), ("adam", 7)])
def test_what_belongs_together_is_asked_for_in_one_call(name: str, points: int) -> None:
    evaluator = ScatteringEvaluator(cosines, 3, 5e-3, 1)
    options = {"name": name, "maxiter": 4} | ({"resamplings": 3} if name == "spsa" else {})
    OPTIMIZERS.create(options).minimize(evaluator, np.array([0.2, 1.9, 0.1]), 1)
    asked = [count for count, _, purpose in evaluator.requests if purpose == "optimisation"]
    assert set(asked) - {1} == {points}
    assert len(asked) >= 4


def test_spsa_takes_two_energies_a_step_and_twenty_to_calibrate() -> None:
    evaluator = ScatteringEvaluator(cosines, 3, 0.0, 1)
    OPTIMIZERS.create({"name": "spsa", "maxiter": 5}).minimize(evaluator, np.zeros(3), 1)
    assert evaluator.requests[0] == (20, 1.0, "calibration")
    assert evaluator.requests[1:] == [(2, 1.0, "optimisation")] * 5


@pytest.mark.parametrize("start", [1.0, 1.0 + np.pi], ids=["minimum", "maximum"])
def test_spsa_begins_at_a_point_where_both_sides_are_equal(start: float) -> None:
    """The calibration finds no slope at a stationary point; nothing is divided by zero."""
    optimizer = OPTIMIZERS.create({"name": "spsa", "maxiter": 20})
    solution = solve(CosineObjective(count=1), optimizer, [np.array([start])], 7)
    assert np.isfinite(solution.x).all()
    assert np.isfinite([step.energy for step in solution.history]).all()


def test_spsa_that_still_falls_is_not_converged() -> None:
    for steps in (4, 12):
        optimizer = OPTIMIZERS.create({"name": "spsa", "maxiter": steps})
        start = np.array([3.5, 3.9])
        outcome = optimizer.minimize(ScatteringEvaluator(cosines, 2, 0.0, 1), start, 7)
        assert not outcome.converged
        assert "left to be gained" in outcome.message


def test_qnspsa_follows_the_natural_gradient() -> None:
    """A state that one parameter changes a hundred times less than the other; both end at 1.

    By hand: the state is a product of ``cos(s_i x_i / 2)|0⟩ + sin(s_i x_i / 2)|1⟩``.
    """
    speeds = np.array([1.0, 0.1])

    class Product(ScatteringEvaluator):
        def fidelities(self, pairs: Any, shot_multiplier: float = 1.0) -> Any:
            overlaps = [np.prod(np.cos(speeds * (x - y) / 2) ** 2) for x, y in pairs]
            error = 0.02 / np.sqrt(shot_multiplier)
            return [Estimate(float(o + error * self.rng.normal()), error) for o in overlaps]

    def energy(x: np.ndarray) -> float:
        return -float(np.cos(speeds * (x - 1)).sum())

    ends = {}
    for name in ("spsa", "qnspsa"):
        evaluator = Product(energy, 2, 1e-3, 3)
        optimizer = OPTIMIZERS.create({"name": name, "maxiter": 150, "tolerance": 1e-9})
        ends[name] = optimizer.minimize(evaluator, np.array([0.5, -4.0]), 3).x
    assert abs(ends["qnspsa"][1] - 1) < 0.5 * abs(ends["spsa"][1] - 1)


def test_qnspsa_without_samples_is_refused_with_another_way() -> None:
    with pytest.raises(InputError, match="fidelities") as caught:
        OPTIMIZERS.create("qnspsa").resolve(objective_of(encoding_of("h2"), "uccsd", "aer"))
    assert caught.value.path == ("optimizer",)
    assert "shots" in (caught.value.hint or "")


@every_method
def test_replaying_a_sampled_run_gives_the_identical_outcome(name: str) -> None:
    objective = objective_of(encoding_of("lih-3-orbitals"), "uccsd", SHOTS)
    optimizer = OPTIMIZERS.create({"name": name, "maxiter": 12}).resolve(objective)
    x0, journal = np.zeros(3), ListJournal()
    expected = optimizer.minimize(counted(objective, journal), x0.copy(), 7)
    half = ListJournal(journal.entries[: len(journal.entries) // 2])
    found = optimizer.minimize(counted(objective, half), x0.copy(), 7)
    assert found.x.tobytes() == expected.x.tobytes()
    assert half.earlier + half.entries == journal.entries


@every_method
@pytest.mark.parametrize("problem", ["h2", "lih-3-orbitals"])
def test_molecules_end_within_a_millihartree_of_the_true_minimum(name: str, problem: str) -> None:
    """The minimum by l-bfgs-b on the exact energy, where there is no scatter."""
    exact = objective_of(encoding_of(problem))
    start = np.zeros(exact.traits.num_parameters)
    lowest = OPTIMIZERS.create("l-bfgs-b").minimize(counted(exact), start.copy(), 7)
    sampled = objective_of(encoding_of(problem), "uccsd", SHOTS)
    evaluator = counted(sampled)
    outcome = OPTIMIZERS.create(name).resolve(sampled).minimize(evaluator, start, 7)
    error = exact.energy(outcome.x, 0).value - exact.energy(lowest.x, 0).value
    assert outcome.converged
    assert 0 <= error < 1e-3
    assert evaluator.shots_by_purpose["optimisation"] < 2_000_000


@pytest.mark.parametrize("seed", [1, 2])
def test_hydrogen_with_shots_on_aer_is_as_near_as_it_says(seed: int) -> None:
    backend = {"name": "aer", "shots": 4096}
    record = run(spec_of(H2, backend=backend, mapper="parity", initial="zeros", seed=seed))
    error, distance = record.result.standard_error, abs(record.result.energy - EXACT_H2)
    assert error is not None
    assert record.result.converged
    assert distance < 3 * error
    assert distance < 5e-3
    assert record.result.evaluations.shots < 1_000_000


def test_spsa_on_aer_with_the_noise_of_a_device_converges_above_the_exact_energy() -> None:
    backend = {"name": "aer", "shots": 1024, "noise": "fake_manila"}
    spec = spec_of(H2, backend=backend, mapper="parity", optimizer="spsa", initial="zeros")
    record = run(spec)
    assert record.result.converged
    assert 0.0 < record.result.energy - EXACT_H2 < 0.12


def test_adam_on_exact_energies_makes_the_steps_of_qiskit_algorithms() -> None:
    from qiskit_algorithms.optimizers import ADAM

    def gradient(x: np.ndarray) -> np.ndarray:
        return np.sin(x - 1)

    x0 = np.array([0.2, 1.9, 0.1])
    traits = CosineObjective(count=3).traits
    evaluator = FunctionEvaluator(cosines, traits, gradient)
    found = OPTIMIZERS.create({"name": "adam", "maxiter": 40}).minimize(evaluator, x0, 7)
    stock = ADAM(maxiter=40, tol=1e-6, lr=0.02).minimize(cosines, x0, jac=gradient)
    np.testing.assert_allclose(found.x, stock.x, atol=1e-12)

"""Shots drawn from exact states, compared with circuits on Aer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, chi2

from tests.families import slow, slow_but
from tests.problems import H2, encoding_of, named_problem, objective_of, spec_of
from vqe_cli import run
from vqe_cli.backends.exact.sampling import Distribution
from vqe_cli.backends.objective import Growing, HasDensity, HasGradient
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.measurement.estimates import Counts, Estimate

METHODS = [name for name in MEASUREMENTS.names() if name != "auto"]


def point_of(objective: Any) -> np.ndarray:
    return np.random.default_rng(1).normal(size=objective.traits.num_parameters) * 0.2


def mean_of(estimates: list[Estimate]) -> tuple[float, float]:
    values = np.array([estimate.value for estimate in estimates])
    errors = np.array([estimate.standard_error for estimate in estimates])
    return float(values.mean()), float(np.sqrt(np.sum(errors**2)) / values.size)


def _mappers_in_turn() -> Iterator[Any]:
    """Every measurement of both states by one mapper, and slowly by the others."""
    states = (("h3-doublet", "uccsd"), ("h2", "real-amplitudes"))
    mappers = ("jordan-wigner", "parity", "bravyi-kitaev")
    for (i, measurement), (j, state), (k, mapper) in product(
        enumerate(MEASUREMENTS.names()), enumerate(states), enumerate(mappers)
    ):
        case = (measurement, mapper, *state)
        yield case if (i + j + k) % len(mappers) == 0 else slow(*case)


@pytest.mark.parametrize(("measurement", "mapper", "problem", "ansatz"), list(_mappers_in_turn()))
def test_sampled_energies_are_the_exact_ones_within_their_errors(
    measurement: str, mapper: str, problem: str, ansatz: str
) -> None:
    encoding = encoding_of(problem, mapper)
    exact = objective_of(encoding, ansatz)
    options = {"name": "exact", "shots": 1000, "measurement": measurement}
    sampled = objective_of(encoding, ansatz, options)
    x = point_of(exact)
    mean, error = mean_of([sampled.energy(x, seed) for seed in range(12)])
    assert abs(mean - exact.energy(x, 0).value) < 4.5 * error


@pytest.mark.parametrize("measurement", slow_but(("fully-commuting", "fluid"), METHODS))
@pytest.mark.parametrize("problem", ["h2"])
def test_circuits_on_aer_give_the_statistics_of_the_sector(measurement: str, problem: str) -> None:
    """With equal options, means, error bars and shots are equal."""
    encoding = encoding_of(problem)
    found = {}
    for name in ("exact", "aer"):
        options = {"name": name, "shots": 2000, "measurement": measurement}
        objective = objective_of(encoding, "uccsd", options)
        x = point_of(objective)
        found[name] = [objective.energy(x, seed) for seed in range(80)]
    (mean, error), (other, other_error) = mean_of(found["exact"]), mean_of(found["aer"])
    assert abs(mean - other) < 4.5 * np.hypot(error, other_error)
    assert error == pytest.approx(other_error, rel=0.12)
    assert found["exact"][0].shots == pytest.approx(found["aer"][0].shots, rel=1e-3)


@pytest.mark.parametrize("measurement", slow_but(("qubit-wise", "low-rank", "fluid"), METHODS))
@pytest.mark.parametrize("shots", [4000, slow(40_000)])
def test_error_bars_cover_in_95_percent_of_repetitions(measurement: str, shots: int) -> None:
    encoding = encoding_of("h2")
    exact = objective_of(encoding, "uccsd")
    options = {"name": "exact", "shots": shots, "measurement": measurement}
    sampled = objective_of(encoding, "uccsd", options)
    x = point_of(exact)
    target = exact.energy(x, 0).value
    repetitions, covered = 300, 0
    for seed in range(repetitions):
        found = sampled.energy(x, seed)
        covered += abs(found.value - target) <= 1.96 * found.standard_error
    low, high = binom.interval(0.999, repetitions, 0.95)
    assert low <= covered <= high


def test_post_selection_projects_on_the_right_electron_numbers() -> None:
    """The expectation value of the projected state, from the whole statevector by hand."""
    encoding = encoding_of("h2")
    exact = objective_of(encoding, "real-amplitudes")
    x = point_of(exact)
    psi = exact.state(x)
    outcomes = np.arange(16)
    right = (np.bitwise_count(outcomes & 3) == 1) & (np.bitwise_count(outcomes >> 2) == 1)
    projected = np.where(right, psi, 0.0)
    kept = float(projected @ projected)
    matrix = encoding.hamiltonian.to_matrix().real
    expected = float(projected @ matrix @ projected) / kept
    options = {"name": "exact", "shots": 4000, "post_select": True}
    sampled = objective_of(encoding, "real-amplitudes", options)
    estimates = [sampled.energy(x, seed) for seed in range(25)]
    mean, error = mean_of(estimates)
    assert abs(mean - expected) < 4.5 * error
    discarded = np.mean([estimate.discarded for estimate in estimates])
    assert discarded == pytest.approx(1 - kept, abs=0.02)


@pytest.mark.parametrize("backend", ["exact", "aer"])
@pytest.mark.parametrize("problem", ["h2", "lih-3-orbitals"])
def test_samples_have_the_probabilities_of_the_state(backend: str, problem: str) -> None:
    """A χ² test against the state's own probabilities."""
    encoding = encoding_of(problem)
    objective = objective_of(encoding, "uccsd", {"name": backend, "shots": 100})
    x = point_of(objective)
    psi = objective_of(encoding, "uccsd", "aer")._state(x, 0)
    expected = 20_000 * np.abs(psi) ** 2
    found = objective.samples(x, 20_000, 3)
    assert found.shots == 20_000
    observed = np.zeros_like(expected)
    observed[found.outcomes] = found.repetitions
    seen = expected > 5
    statistic = float(np.sum((observed - expected)[seen] ** 2 / expected[seen]))
    assert statistic < chi2.ppf(0.9999, max(int(seen.sum()) - 1, 1))


@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_fidelities_are_overlaps_squared(backend: str) -> None:
    encoding = encoding_of("h4")
    objective = objective_of(encoding, "uccsd", {"name": backend, "shots": 20_000})
    exact = objective_of(encoding, "uccsd")
    x = point_of(exact)
    y = x + 0.1
    expected = float(exact.state(x) @ exact.state(y)) ** 2
    found = objective.fidelity(x, y, 3)
    assert abs(found.value - expected) < 4.5 * found.standard_error
    assert objective.fidelity(x, x, 3).value == pytest.approx(1.0, abs=1e-9)


def test_drawing_is_by_probability_however_few_or_many() -> None:
    weights = np.array([0.0, 0.2, 0.0, 0.5, 0.3])
    for shots in (3, 50_000):
        counts = Counts(*Distribution(weights).draw(shots, np.random.default_rng(1)))
        assert counts.shots == shots
        assert set(counts.outcomes.tolist()) <= {1, 3, 4}
    shares = counts.repetitions / shots
    assert shares == pytest.approx([0.2, 0.5, 0.3], abs=0.01)


def test_a_precision_is_reached_in_the_record() -> None:
    spec = spec_of(
        H2,
        backend={"name": "exact", "precision": "1.6 mHa"},
        optimizer="none",
        initial={"name": "mp2"},
    )
    record = run(spec)
    assert record.result.standard_error == pytest.approx(1.6e-3, rel=0.1)
    assert record.result.shots_by_purpose["final energy"] == pytest.approx(51_000, rel=0.15)
    assert sum(record.result.shots_by_purpose.values()) == record.result.evaluations.shots


def test_a_single_energy_is_measured_once() -> None:
    backend = {"name": "exact", "shots": 500}
    record = run(spec_of(H2, backend=backend, optimizer="none", initial={"name": "mp2"}))
    groups = record.result.backend.groups
    assert record.result.shots_by_purpose["final energy"] == pytest.approx(500 * groups, abs=4)
    assert record.result.evaluations.energy == 1


def test_the_final_energy_is_measured_as_far_as_the_search_pays_for() -> None:
    """(Σσ)² of hydrogen is 0.1245 Ha²; the final energy takes no more shots than the search."""
    backend = {"name": "exact", "shots": 500}
    record = run(spec_of(H2, backend=backend, optimizer={"name": "spsa", "maxiter": 200}))
    purposes = record.result.shots_by_purpose
    searched = sum(count for name, count in purposes.items() if name not in ("checks",))
    assert purposes["final energy"] <= 0.55 * searched
    expected = np.sqrt(0.1245 / purposes["final energy"])
    assert record.result.standard_error == pytest.approx(expected, rel=0.2)


def test_sector_problem_is_sampled_without_mapping_to_circuits() -> None:
    objective = objective_of(
        encoding_of(named_problem("h4")), "uccsd", {"shots": 10, "name": "exact"}
    )
    assert objective.record.representation == "sector"
    assert objective.traits.sampled
    assert not isinstance(objective, HasGradient | HasDensity | Growing)

"""SPSA, Adam and NFT on energies that scatter."""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import EXACT_H2, H2, CosineObjective, spec_of
from vqe_cli import run
from vqe_cli.optimizers import OPTIMIZERS
from vqe_cli.solve import solve


@pytest.mark.parametrize(
    "selection", ["spsa", "nft", "cobyla", {"name": "adam", "maxiter": 150}], ids=str
)
def test_minimum_is_found_through_the_scatter(selection: object) -> None:
    optimizer = OPTIMIZERS.create(selection)  # type: ignore[arg-type]
    solution = solve(
        CosineObjective(count=3, sampled=True), optimizer, [np.array([0.2, 1.9, 0.1])], 7
    )
    exact = -float(np.cos(solution.x - 1).sum())
    assert exact == pytest.approx(-3.0, abs=0.02)


def test_spsa_takes_two_energies_a_step_and_fifty_to_calibrate() -> None:
    objective = CosineObjective(sampled=True)
    solve(objective, OPTIMIZERS.create({"name": "spsa", "maxiter": 40}), [np.zeros(2)], 7)
    assert 50 + 2 * 40 <= objective.calls <= 50 + 3 * 40 + 4


@pytest.mark.parametrize("start", [1.0, 1.0 + np.pi], ids=["minimum", "maximum"])
def test_spsa_begins_at_a_point_where_both_sides_are_equal(start: float) -> None:
    """The calibration sees no slope there, which must not become a division by zero."""
    optimizer = OPTIMIZERS.create({"name": "spsa", "maxiter": 20})
    solution = solve(CosineObjective(count=1), optimizer, [np.array([start])], 7)
    assert np.isfinite(solution.x).all()
    assert np.isfinite([step.energy for step in solution.history]).all()


def test_spsa_that_still_falls_is_not_converged() -> None:
    optimizer = OPTIMIZERS.create({"name": "spsa", "maxiter": 4})
    outcome = optimizer.minimize(_Counted(CosineObjective()), np.array([3.5, 3.9]), 7)
    assert not outcome.converged


class _Counted:
    """The least that an optimiser needs."""

    def __init__(self, objective: CosineObjective) -> None:
        self.objective, self.traits = objective, objective.traits

    def value(self, x: np.ndarray) -> float:
        return self.objective.energy(x, 0).value

    def step(self, *_: object) -> None:
        pass


def test_hydrogen_with_shots_lands_near_the_exact_energy() -> None:
    backend = {"name": "aer", "shots": 4000}
    record = run(spec_of(H2, backend=backend, mapper="parity", optimizer="spsa"))
    assert record.result.standard_error is not None
    distance = abs(record.result.energy - EXACT_H2)
    assert distance < 0.02
    assert record.result.evaluations.shots > 4000 * 600
    assert record.check("chemical-accuracy").value == pytest.approx(
        1000 * (distance + 1.96 * record.result.standard_error), abs=0.01
    )

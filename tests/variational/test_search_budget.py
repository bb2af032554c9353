"""Searches that stop at a budget of evaluations or shots."""

from __future__ import annotations

from typing import Any

import pytest

import vqe_cli

H2 = {"geometry": "H 0 0 0; H 0 0 0.735", "basis": "sto-3g"}
H4 = {"geometry": "; ".join(f"H 0 0 {number}" for number in range(4)), "basis": "sto-3g"}


def run(**keys: Any) -> vqe_cli.RunRecord:
    return vqe_cli.run(vqe_cli.spec_from_data({"molecule": H4, "reference": "none", **keys}))


@pytest.mark.parametrize("optimizer", ["cobyla", "bfgs", "nelder-mead", "l-bfgs-b"])
def test_a_search_takes_no_more_evaluations_than_permitted(optimizer: str) -> None:
    found = run(optimizer=optimizer, max_evaluations=12)
    spent = found.result.evaluations
    searched = spent.energy + spent.gradient
    assert 10 <= searched <= 12 + 1  # one gradient at the end is for the verdict
    check = found.check("optimizer-converged")
    assert check.status == "fail"
    assert "max_evaluations" in check.detail
    assert found.result.energy == min(step.energy for step in found.result.history)


def test_a_generous_budget_changes_nothing() -> None:
    free, limited = run(), run(max_evaluations=10_000)
    assert limited.result.energy == free.result.energy
    assert limited.verdict == free.verdict


OF_SEARCH = ("optimisation", "calibration", "fidelities")
"""Purposes of the shots of a search."""


@pytest.mark.parametrize(
    ("optimizer", "most"),
    [("cobyla", 20_000), ("nft", 20_000), ("spsa", 81_000), ("qnspsa", 81_000)],
)
def test_a_sampled_search_takes_no_more_shots_than_permitted(optimizer: str, most: int) -> None:
    backend = {"name": "exact", "shots": 500}
    found = run(molecule=H2, optimizer=optimizer, backend=backend, max_shots=most)
    shots = sum(found.result.shots_by_purpose.get(purpose, 0) for purpose in OF_SEARCH)
    assert 0.85 * most <= shots <= most
    assert found.result.standard_error is not None
    assert "max_shots" in found.check("optimizer-converged").detail


def test_a_batch_that_exceeds_the_budget_is_not_begun() -> None:
    """SPSA measures 20 energies before its first step, of at least 500 shots each."""
    backend = {"name": "exact", "shots": 500}
    found = run(molecule=H2, optimizer="spsa", backend=backend, max_shots=9_000)
    assert not set(OF_SEARCH) & set(found.result.shots_by_purpose)
    assert "max_shots" in found.check("optimizer-converged").detail
    assert found.result.standard_error is not None


def test_an_adaptive_search_ends_with_its_budget() -> None:
    found = run(ansatz="adapt", max_evaluations=20)
    assert found.result.evaluations.energy + found.result.evaluations.gradient < 30
    assert found.result.operators
    assert "max_evaluations" in found.check("optimizer-converged").detail


def test_every_start_ends_with_the_budget() -> None:
    found = run(initial="random", restarts=3, max_evaluations=15)
    assert found.result.evaluations.energy + found.result.evaluations.gradient <= 25


def test_the_fingerprint_without_a_budget_is_that_of_older_versions() -> None:
    plain, limited = run(), run(max_evaluations=10_000)
    assert "max_evaluations" not in plain.spec
    assert plain.fingerprint != limited.fingerprint

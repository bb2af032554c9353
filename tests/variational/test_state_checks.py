"""Checks of excited states, on records that are written down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.problems import random_problem
from vqe_cli.classical.exact_roots import ExactRoot
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.run_spec import StatesSpec
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.variational.state_checks import search_checks, state_checks
from vqe_cli.variational.state_matching import Comparison, Match
from vqe_cli.variational.state_methods import FoundState

pytestmark = pytest.mark.quick

PROBLEM = random_problem(2, (1, 1), seed=5)
ROOTS = [
    ExactRoot(energy, np.eye(4)[place].reshape(2, 2))
    for place, energy in enumerate((-1.0, -0.5, -0.4, 0.3))
]


def record(**changes: Any) -> StateRecord:
    found: dict[str, Any] = {
        "energy": -0.5,
        "excitation_ev": 1.0,
        "s_squared": 0.0,
        "multiplicity": 1,
        "irrep": None,
        "degeneracy": 1,
        "oscillator_strength": 0.2,
        "transition_dipole": (0.0, 0.0, 1.0),
        "natural_transition_weights": (1.0,),
        "single_excitation_share": 1.0,
        "transition": "1 → 2",
        "reference_energy": -0.5,
        "reference_overlap": 0.99,
        "reference_oscillator_strength": 0.2,
        "error_mha": 0.1,
    }
    return StateRecord(**{**found, **changes})


def checks_of(*records: StateRecord, roots: tuple[int | None, ...] = (0, 1)) -> dict[str, Check]:
    comparison = Comparison(ROOTS, [Match(root, 0.99) for root in roots])
    spec = StatesSpec(number=len(records))
    return {one.name: one for one in state_checks(PROBLEM, spec, records, comparison)}


def test_good_states_pass() -> None:
    assert {one.status for one in checks_of(record(), record()).values()} == {"pass"}


def test_a_state_more_than_chemical_accuracy_off_is_told() -> None:
    found = checks_of(record(), record(error_mha=-1.7))
    assert (found["state-0"].status, found["state-1"].status) == ("pass", "warn")
    assert found["state-1"].value == pytest.approx(1.7)


def test_a_wrong_intensity_is_told() -> None:
    found = checks_of(record(), record(oscillator_strength=0.22))
    assert found["states-intensities"].status == "warn"
    assert found["states-intensities"].value == pytest.approx(0.02)


def test_a_state_that_is_no_exact_one_is_told() -> None:
    unmatched = record(reference_energy=None, error_mha=None, reference_overlap=0.3)
    assert checks_of(record(), unmatched, roots=(0, None))["state-1"].status == "warn"


def test_an_exact_state_that_was_skipped_is_named() -> None:
    found = checks_of(record(), record(), roots=(0, 2))["states-missed"]
    assert found.status == "warn"
    assert "13.606 eV" in found.detail  # half a Hartree


def test_missed_states_are_counted_from_the_state_of_the_run() -> None:
    """The run is in the second exact state; the last one is not between excited states."""
    found = checks_of(record(), record(), roots=(1, 2))["states-missed"]
    assert found.value == 1.0
    assert "-13.606 eV" in found.detail
    assert checks_of(record(), record(), roots=(3, 0))["states-missed"].status == "pass"


def test_a_lower_state_of_the_same_spin_is_told() -> None:
    found = checks_of(record(), record(energy=-0.51))["states-lowest"]
    assert (found.status, found.value) == ("warn", pytest.approx(10.0))
    assert "states-lowest" not in checks_of(record(), record(energy=-0.51, multiplicity=3))
    assert "states-lowest" not in checks_of(record(), record(energy=-0.501))


def test_mixed_spins_and_open_searches_are_told() -> None:
    assert checks_of(record(), record(multiplicity=None))["states-spin"].status == "warn"
    (check,) = search_checks([FoundState(0.0, np.eye(2), converged=False)])
    assert "state 0" in check.detail

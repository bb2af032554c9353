"""Estimates of excited states."""

from __future__ import annotations

import pytest

import vqe_cli
from vqe_cli.analysis.estimation import Estimation, estimate
from vqe_cli.errors import InputError

LINE = {"geometry": "H 0 0 0; H 0 0 0.8; H 0 0 2.0", "charge": 1}
"""H3+ on a line without an inversion: all orbitals have one irrep."""


def estimated(**more: object) -> Estimation:
    return estimate(vqe_cli.spec_from_data({"molecule": LINE, **more}))


def test_energies_of_all_determinants_and_pairs_are_counted() -> None:
    """Two electrons in three orbitals have nine determinants: 9 energies and 36 of pairs."""
    found = estimated(
        states={"number": 3, "method": "q-sc-eom"}, backend={"name": "exact", "shots": 1000}
    )
    assert found.states is not None
    assert found.one_energy is not None
    assert found.states.energies == 45
    assert found.states.shots == 45 * found.one_energy.shots
    assert found.as_dict()["states"]["method"] == "q-sc-EOM"


def test_states_from_vectors_take_memory() -> None:
    found = estimated(states=3)
    assert found.states is not None
    assert found.states.energies is None
    assert found.states.memory > 0


def test_without_states_nothing_is_estimated() -> None:
    assert estimated().states is None


def test_states_that_a_run_refuses_are_refused() -> None:
    with pytest.raises(InputError, match="is a circuit"):
        estimated(states=3, ansatz="efficient-su2")

"""Correlated methods against published energies.

From CFOUR and Psi4, collected in QCEngine's `standard_suite_ref.py` (all electrons correlated
for BH3+ over ROHF orbitals, frozen core for HF), cc-pVDZ.
"""

from __future__ import annotations

import pytest

from tests.families import slow
from tests.problems import encoding_of, problem_of
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.fermions.problem import ElectronicProblem

BH3_CATION = {
    "geometry": "B 0 0 0.10369114\nH 0 0 -1.13269886\nH 0 -0.37149 3.0\nH 0 0.37149 3.0",
    "charge": 1,
    "multiplicity": 2,
    "basis": "cc-pvdz",
}
HYDROGEN_FLUORIDE = {"geometry": {"zmatrix": "H\nF 1 0.917"}, "basis": "cc-pvdz"}


@pytest.fixture(scope="module")
def open_shell() -> ElectronicProblem:
    return problem_of(BH3_CATION)


@pytest.fixture(scope="module")
def closed_shell() -> ElectronicProblem:
    return problem_of(HYDROGEN_FLUORIDE, active_space="frozen-core")


@pytest.mark.parametrize(
    ("name", "correlation"),
    [
        ("hf", 0.0),
        ("mp2", -0.060478115157),
        slow("ccsd", -0.08357160616),  # contained in the next one
        ("ccsd-t", -0.08357160616 - 0.000713766189),
    ],
)
def test_open_shell_over_restricted_orbitals(
    open_shell: ElectronicProblem, name: str, correlation: float
) -> None:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(open_shell))
    assert found.energy == pytest.approx(-25.943614318546 + correlation, abs=2e-8)


@pytest.mark.parametrize(
    ("name", "correlation"),
    [
        ("hf", 0.0),
        ("mp2", -0.201627516796),
        slow("ccsd", -0.2068152041),
        ("ccsd-t", -0.2068152041 - 0.0019205007159748),
    ],
)
def test_closed_shell_with_frozen_core(
    closed_shell: ElectronicProblem, name: str, correlation: float
) -> None:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(closed_shell))
    assert found.energy == pytest.approx(-100.01941126902270 + correlation, abs=2e-8)

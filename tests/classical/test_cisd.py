"""Configuration interaction with singles and doubles against PySCF's own, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyscf import ci

from tests.families import slow
from tests.problems import CH2, H2, H2O, H3, H4, encoding_of, problem_of, pyscf_mean_field
from vqe_cli.classical import CLASSICAL_METHODS

TWO_HYDROGENS = {"geometry": "H 0 0 0\nH 0 0 0.74\nH 0 0 100\nH 0 0 100.74"}


def energy(name: str, molecule: Mapping[str, Any], **parts: Any) -> float:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(problem_of(molecule, **parts)))
    assert found.converged
    return found.energy


@pytest.mark.parametrize("molecule", [H4, H2O], ids=["h4", "h2o"])
def test_closed_shells_agree_with_pyscf_on_the_molecule(molecule: Mapping[str, Any]) -> None:
    expected = ci.CISD(pyscf_mean_field(molecule)).run(verbose=0, conv_tol=1e-11).e_tot
    assert energy("cisd", molecule) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("molecule", [H3, slow(CH2)], ids=["h3", "ch2"])
def test_open_shells_agree_with_pyscf_on_the_molecule(molecule: Mapping[str, Any]) -> None:
    expected = ci.UCISD(pyscf_mean_field(molecule).to_uhf()).run(verbose=0, conv_tol=1e-11).e_tot
    assert energy("cisd", molecule) == pytest.approx(expected, abs=1e-7)


def test_two_electrons_are_exact() -> None:
    molecule = {**H2, "basis": "6-31g"}
    assert energy("cisd", molecule) == pytest.approx(energy("fci", molecule), abs=1e-8)


def test_two_distant_molecules_have_more_than_twice_the_energy_of_one() -> None:
    """CISD is not size-consistent: two molecules at once need quadruple excitations."""
    one = energy("cisd", {"geometry": "H 0 0 0\nH 0 0 0.74"})
    assert energy("cisd", TWO_HYDROGENS) > 2 * one + 1e-4
    assert energy("fci", TWO_HYDROGENS) == pytest.approx(2 * one, abs=1e-6)


def test_energy_is_an_upper_bound() -> None:
    assert CLASSICAL_METHODS.create("cisd").variational
    assert energy("fci", H4) < energy("cisd", H4) < energy("hf", H4)

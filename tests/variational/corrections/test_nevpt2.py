"""NEVPT2 on states of ansätze, against PySCF's own on its CASCI states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pyscf import mcscf, mrpt

from tests.families import slow
from tests.variational.corrections.molecules import (
    HYDROXYL,
    LITHIUM_HYDRIDE,
    NITROGEN,
    OXYGEN,
    WATER,
    Molecule,
)
from vqe_cli.schema.records import RunRecord

TIGHT = {"name": "adapt", "gradient_tolerance": 1e-7, "energy_tolerance": 1e-12}
"""ADAPT until it is exact."""

EXACT = 1e-6
"""Largest deviation from PySCF for states that are exact, Hartree."""


def nevpt2(run: RunRecord) -> float:
    return run.result.correction("nevpt2").correction


@pytest.mark.parametrize(
    "molecule",
    [
        pytest.param(LITHIUM_HYDRIDE, id="lih"),
        pytest.param(HYDROXYL, id="oh"),
        slow(WATER),
        slow(OXYGEN),
        slow(replace(NITROGEN, ansatz=TIGHT)),
    ],
)
def test_on_exact_states_is_that_of_pyscf(molecule: Molecule) -> None:
    run, casci = molecule.run("nevpt2"), molecule.casci()
    expected = float(mrpt.NEVPT(casci).kernel())
    found = run.result.correction("nevpt2")
    assert run.result.energy == pytest.approx(casci.e_tot, abs=EXACT)
    assert found.correction == pytest.approx(expected, abs=EXACT)
    assert found.energy == pytest.approx(casci.e_tot + expected, abs=EXACT)
    assert found.reference_energy == pytest.approx(casci.e_tot + expected, abs=EXACT)
    assert found.state == "run"


def test_of_an_adaptive_ansatz_deviates_as_little_as_its_energy() -> None:
    run, casci = NITROGEN.run("nevpt2"), NITROGEN.casci()
    expected = float(mrpt.NEVPT(casci).kernel())
    found = run.result.correction("nevpt2")
    assert found.reference_energy == pytest.approx(casci.e_tot + expected, abs=EXACT)
    assert run.error_mha is not None
    assert found.correction == pytest.approx(expected, abs=5e-3 * max(run.error_mha, 1e-3))


@pytest.mark.parametrize(
    "molecule",
    [pytest.param(LITHIUM_HYDRIDE, id="lih"), slow(replace(NITROGEN, ansatz=TIGHT))],
)
def test_of_optimised_orbitals_is_that_of_casscf(molecule: Molecule) -> None:
    run = molecule.run("nevpt2", orbitals="optimised")
    casscf = mcscf.CASSCF(molecule.scf(), molecule.orbitals, molecule.electrons)
    casscf.run(conv_tol=1e-12, conv_tol_grad=1e-7)
    assert run.result.energy == pytest.approx(casscf.e_tot, abs=1e-7)
    assert nevpt2(run) == pytest.approx(float(mrpt.NEVPT(casscf).kernel()), abs=EXACT)


def test_on_the_determinant_is_that_of_pyscf() -> None:
    run = WATER.run("nevpt2", optimizer="none", initial="zeros", reference="none")
    scf = WATER.scf()
    method = mcscf.CASCI(scf, 4, 4)
    method.ci = np.zeros((6, 6))
    method.ci[0, 0] = 1.0
    assert nevpt2(run) == pytest.approx(float(mrpt.NEVPT(method).kernel()), abs=EXACT)


def test_is_zero_where_no_orbital_is_left() -> None:
    run = LITHIUM_HYDRIDE.run("nevpt2", active_space="full", reference="none")
    assert nevpt2(run) == 0.0


def test_core_without_empty_orbitals() -> None:
    small = Molecule(WATER.geometry, 8, 6, basis="sto-3g", ansatz="uccsd")
    expected = float(mrpt.NEVPT(small.casci()).kernel())
    run = small.run("nevpt2", active_space="frozen-core")
    reference = run.result.correction("nevpt2").reference_energy
    assert run.reference is not None
    assert reference == pytest.approx(run.reference.energy + expected, abs=EXACT)


def test_empty_orbitals_without_core() -> None:
    molecule = Molecule("H 0 0 0\nH 0 0 0.74", 2, 2, ansatz="uccsd")
    expected = float(mrpt.NEVPT(molecule.casci()).kernel())
    assert nevpt2(molecule.run("nevpt2")) == pytest.approx(expected, abs=EXACT)

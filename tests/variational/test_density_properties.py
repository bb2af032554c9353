"""Properties of the final state against PySCF's mean field and CASCI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pyscf import mcscf

from tests.problems import (
    CH2,
    H2,
    H2O,
    LIH,
    frontier,
    named_problem,
    problem_of,
    pyscf_mean_field,
    spec_of,
)
from vqe_cli import run, spec_from_data
from vqe_cli._core.units import DEBYE_PER_ATOMIC_UNIT
from vqe_cli.chemistry.fcidump import write_fcidump
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import DipoleIntegrals
from vqe_cli.schema.density_records import PropertiesRecord
from vqe_cli.variational.density_properties import (
    natural_occupations,
    properties,
    unpaired_electrons,
)

HARTREE_FOCK = {"optimizer": "none", "initial": "zeros", "reference": "none"}
OH_ANION = {"geometry": "O 0.3 0 0.1\nH 0.3 0 1.07", "charge": -1}
HCN = {"geometry": "H 0 0 -1.06\nC 0 0 0\nN 0 0 1.15"}
AG_H = {"geometry": "Ag 0 0 0\nH 0 0 1.62", "basis": "lanl2dz", "ecp": "lanl2dz"}


def properties_of(molecule: Mapping[str, Any], **parts: Any) -> PropertiesRecord:
    found = run(spec_of(molecule, **parts)).result.properties
    assert found is not None
    return found


def components(found: PropertiesRecord) -> np.ndarray:
    assert found.dipole is not None
    assert found.dipole.components.unit == found.dipole.magnitude.unit == "debye"
    vector = np.array(found.dipole.components.value)
    assert found.dipole.magnitude.value == pytest.approx(np.linalg.norm(vector), abs=1e-12)
    return vector


def casci(molecule: Mapping[str, Any], electrons: int, orbitals: int) -> tuple[Any, Any]:
    """PySCF's CASCI on the same orbitals, and its one-body density in the atomic basis."""
    found = mcscf.CASCI(pyscf_mean_field(molecule), orbitals, electrons)
    found.fcisolver.conv_tol = 1e-13
    found.verbose = 0
    found.kernel()
    return found, found.make_rdm1()


@pytest.mark.parametrize(
    ("molecule", "space"),
    [
        (H2O, "full"),
        (H2O, "frozen-core"),
        (HCN, frontier(4, 4)),
        (OH_ANION, "full"),
        (CH2, "frozen-core"),
        (AG_H, frontier(2, 2)),
    ],
    ids=["water", "frozen-core", "frontier", "anion", "triplet", "core-potential"],
)
def test_dipole_of_hartree_fock_is_that_of_pyscf(molecule: Mapping[str, Any], space: Any) -> None:
    """The dipole of an anion depends on the origin, which is not its centre of charge."""
    found = properties_of(molecule, active_space=space, **HARTREE_FOCK)
    expected = pyscf_mean_field(molecule).dip_moment(unit="AU", verbose=0)
    np.testing.assert_allclose(components(found), DEBYE_PER_ATOMIC_UNIT * expected, atol=2e-5)
    assert found.dipole is not None
    assert "origin" in found.dipole.origin


@pytest.mark.parametrize(
    ("molecule", "electrons", "orbitals"), [(LIH, 2, 3), (H2O, 2, 3), (H2, 2, 2)]
)
def test_exact_states_have_the_dipole_and_occupations_of_casci(
    molecule: Mapping[str, Any], electrons: int, orbitals: int
) -> None:
    """UCCSD is exact for two active electrons; all others are frozen."""
    found = properties_of(
        molecule,
        active_space=frontier(electrons, orbitals),
        optimizer={"name": "l-bfgs-b", "tolerance": 1e-8},
    )
    exact, density = casci(molecule, electrons, orbitals)
    expected = exact._scf.dip_moment(dm=density, unit="AU", verbose=0)
    np.testing.assert_allclose(components(found), DEBYE_PER_ATOMIC_UNIT * expected, atol=1e-4)
    active = exact.fcisolver.make_rdm1(exact.ci, orbitals, electrons)
    occupations = np.sort(np.linalg.eigvalsh(active))[::-1]
    np.testing.assert_allclose(found.natural_occupations.value, occupations, atol=1e-5)
    assert found.electrons.value == pytest.approx(electrons, abs=1e-10)
    unpaired = electrons * 2 - np.vdot(active, active)
    assert found.unpaired_electrons.value == pytest.approx(unpaired, abs=1e-5)


def test_moving_a_neutral_molecule_changes_nothing_and_an_ion_its_charge_times_the_way() -> None:
    way = np.array([1.0, -2.0, 0.5])  # bohr
    for charge in (0, 1):
        places = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.8]])
        parts = {"units": "bohr", "charge": 2 * charge}
        dipoles = []
        for shift in (0.0, 1.0):
            lines = [
                " ".join([symbol, *(f"{x:.12f}" for x in place)])
                for symbol, place in zip(("He", "Be"), places + shift * way, strict=True)
            ]
            molecule = {"geometry": "\n".join(lines), **parts}
            dipoles.append(components(properties_of(molecule, **HARTREE_FOCK)))
        expected = DEBYE_PER_ATOMIC_UNIT * 2 * charge * way
        np.testing.assert_allclose(dipoles[1] - dipoles[0], expected, atol=2e-4)


def test_units_of_electrons_and_one_unpaired_electron_for_each_open_shell() -> None:
    found = properties_of(CH2, active_space=frontier(4, 4), **HARTREE_FOCK)
    assert found.natural_occupations.value == pytest.approx((2.0, 1.0, 1.0, 0.0), abs=1e-12)
    assert found.unpaired_electrons.value == pytest.approx(2.0, abs=1e-12)
    units = {found.electrons.unit, found.natural_occupations.unit, found.unpaired_electrons.unit}
    assert units == {"electrons"}


def test_two_electrons_shared_by_two_orbitals_are_two_unpaired_ones() -> None:
    """By hand: (|20⟩ − |02⟩)/√2 has occupations 1 and 1, in rotated orbitals as well."""
    one = np.diag([0.5, 0.5])
    occupations = natural_occupations(Density(np.array([one, one])))
    assert occupations == pytest.approx([1.0, 1.0])
    assert unpaired_electrons(occupations) == pytest.approx(2.0)
    turn = np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    mixed = 0.5 * turn @ np.diag([0.3, 1.9, 1.8]) @ turn.T
    assert natural_occupations(Density(np.array([mixed, mixed]))) == pytest.approx([1.9, 1.8, 0.3])


def test_integrals_from_a_file_have_no_dipole_but_occupations(tmp_path: Any) -> None:
    file = tmp_path / "lih.fcidump"
    write_fcidump(named_problem("lih-3-orbitals"), file)
    found = run(spec_from_data({"fcidump": {"file": str(file)}})).result.properties
    assert found is not None
    assert found.dipole is None
    assert found.electrons.value == pytest.approx(2.0)


@pytest.mark.parametrize(
    "parts",
    [{"ansatz": "real-amplitudes", "optimizer": "none"}, {"backend": "aer", "optimizer": "none"}],
    ids=["circuit", "aer"],
)
def test_without_a_density_there_are_no_properties(parts: dict[str, Any]) -> None:
    record = run(spec_of(H2, **parts))
    assert record.result.properties is None
    assert "properties" not in record.timings


def test_properties_are_timed() -> None:
    assert run(spec_of(H2)).timings["properties"] > 0


def test_dipole_integrals_of_a_wrong_shape_are_refused() -> None:
    problem = problem_of(H2)
    assert problem.dipole is not None
    with pytest.raises(ValueError, match="core should have shape"):
        replace(problem.dipole, core=np.zeros(2))
    with pytest.raises(ValueError, match="integrals should have shape"):
        DipoleIntegrals(np.zeros((2, 2, 2)), np.zeros(3))
    with pytest.raises(ValueError, match="dipole"):
        replace(problem, dipole=DipoleIntegrals(np.zeros((3, 4, 4)), np.zeros(3)))


def test_no_dipole_where_the_problem_has_none() -> None:
    problem = replace(named_problem("h2"), dipole=None)
    one = np.diag([1.0, 0.0])
    assert properties(problem, Density(np.array([one, one]))).dipole is None

"""Ionisation energies and electron affinities, compared with PySCF and experiment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.problems import H2O, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute
from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.errors import InputError


def casci(molecule: dict[str, Any], electrons: int, orbitals: int) -> tuple[float, float]:
    """Hartree-Fock and CASCI energies by PySCF alone."""
    from pyscf import mcscf

    mean_field = pyscf_mean_field(molecule)
    solver = mcscf.CASCI(mean_field, orbitals, electrons)
    solver.verbose = 0
    return mean_field.e_tot, solver.kernel()[0]


def test_water_equals_pyscf_with_the_same_space_on_both_sides() -> None:
    water = {**H2O, "basis": "6-31g"}
    values = compute("ionization-energy", case_of(water, active_space=frontier(6, 5))).values
    neutral = casci(water, 6, 5)
    cation = casci({**water, "charge": 1, "multiplicity": 2}, 5, 5)
    hartree_fock, exact = (
        HARTREE_IN_EV * (ion - whole) for ion, whole in zip(cation, neutral, strict=True)
    )
    assert values["ionization_energy_hf_ev"] == pytest.approx(hartree_fock, abs=1e-5)
    assert values["ionization_energy_exact_ev"] == pytest.approx(exact, abs=1e-5)
    assert values["ionization_energy_ev"] == pytest.approx(exact, abs=0.05)
    assert values["ionization_energy_ion_multiplicity"] == 2
    assert values["ionization_energy_active_spaces"] == "cation (5e,5o); candidate (6e,5o)"


def test_helium_comes_near_the_measured_ionisation_energy() -> None:
    """24.587 eV, NIST Atomic Spectra Database; double zeta misses a third of the correlation."""
    helium = {"geometry": "He 0 0 0", "basis": "cc-pvdz"}
    found = compute("ionization-energy", case_of(helium))
    assert found.values["ionization_energy_ev"] == pytest.approx(24.587, abs=0.4)
    assert found.values["ionization_energy_verdict"] == "pass"


def test_fluorine_atom_takes_up_an_electron_as_pyscf_says() -> None:
    fluorine = {"geometry": "F 0 0 0", "multiplicity": 2, "basis": "6-31+g", "symmetry": False}
    case = case_of(fluorine, active_space=frontier(7, 4))
    values = compute("electron-affinity", case).values
    neutral, anion = (
        casci(fluorine, 7, 4),
        casci({**fluorine, "charge": -1, "multiplicity": 1}, 8, 4),
    )
    expected = HARTREE_IN_EV * (neutral[0] - anion[0])
    assert values["electron_affinity_hf_ev"] == pytest.approx(expected, abs=1e-4)
    assert values["electron_affinity_ion_multiplicity"] == 1


@pytest.mark.slow
def test_another_multiplicity_of_the_ion_lies_higher() -> None:
    case = case_of(H2O, active_space=frontier(4, 4))
    doublet = compute("ionization-energy", case)
    quartet = compute({"name": "ionization-energy", "multiplicity": 4}, case)
    assert quartet.values["ionization_energy_ev"] > doublet.values["ionization_energy_ev"]
    assert quartet.record["multiplicity"] == "4: as asked for"


def test_explicit_orbitals_stay_the_same_orbitals() -> None:
    case = case_of(H2O, active_space={"name": "explicit", "orbitals": [4, 5, 6, 7]})
    values = compute("ionization-energy", case).values
    assert values["ionization_energy_active_spaces"] == "cation (3e,4o); candidate (4e,4o)"


def test_a_space_without_electrons_left_is_refused() -> None:
    hydrogen = {"geometry": "H 0 0 0", "multiplicity": 2}
    with pytest.raises(InputError, match="with 0 electrons"):
        compute("ionization-energy", case_of(hydrogen, active_space=frontier(1, 1)))


def test_orbitals_by_their_kind_match_where_as_many_are_found() -> None:
    from pyscf.mcscf.avas import avas

    orbitals, electrons, _ = avas(pyscf_mean_field(H2O), ["O 2p"], canonicalize=False)
    space = {"name": "avas", "orbitals": ["O 2p"]}
    found = compute("ionization-energy", case_of(H2O, active_space=space))
    cation, candidate = found.record["species"]
    assert candidate["active_orbitals"] == cation["active_orbitals"] == orbitals
    assert candidate["active_electrons"] == cation["active_electrons"] + 1 == electrons


def test_spaces_of_different_sizes_are_refused_with_what_would_match() -> None:
    """A window of occupations holds another number of orbitals in the ion."""
    window = {"name": "mp2-natural", "threshold": 0.02}
    with pytest.raises(InputError, match="active spaces do not match") as caught:
        compute("ionization-energy", case_of({**H2O, "basis": "6-31g"}, active_space=window))
    assert "frontier" in str(caught.value.hint)


def test_standard_errors_of_both_sides_are_added_in_quadrature() -> None:
    measured = {"backend": {"name": "exact", "shots": 500}, "optimizer": "none"}
    case = case_of(H2O, active_space=frontier(2, 2), **measured)
    found = compute("ionization-energy", case)
    errors = [part["standard_error_hartree"] for part in found.record["species"]]
    assert min(errors) >= 0
    expected = HARTREE_IN_EV * (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    assert found.values["ionization_energy_standard_error_ev"] == pytest.approx(expected)

"""Columns of the energy, compared with PySCF."""

from __future__ import annotations

import pytest

from tests.problems import H2, H2O, TWO_QUBIT_MODEL, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute
from vqe_cli import run
from vqe_cli.errors import InputError
from vqe_cli.properties import PROPERTIES, Case
from vqe_cli.schema import spec_from_data


def test_all_levels_equal_pyscfs_over_the_same_orbitals() -> None:
    from pyscf import mcscf, mp

    values = compute("energy", case_of(H2O, active_space=frontier(4, 4))).values
    field = pyscf_mean_field(H2O)
    casci = mcscf.CASCI(field, 4, 4)
    casci.verbose = 0
    perturbation = mp.MP2(field, frozen=[0, 1, 2]).run()
    assert values["hf_hartree"] == pytest.approx(field.e_tot, abs=1e-8)
    assert values["reference_hartree"] == pytest.approx(casci.kernel()[0], abs=1e-8)
    assert values["mp2_hartree"] == pytest.approx(perturbation.e_tot, abs=1e-8)
    assert values["error_mha"] == pytest.approx(0.0, abs=0.05)
    assert (values["active_electrons"], values["active_orbitals"]) == (4, 4)


def test_the_first_correction_has_columns() -> None:
    from pyscf import mp

    case = case_of(H2O, active_space=frontier(2, 2), correction=["mp2-outside", "nevpt2"])
    values = compute("energy", case).values
    whole = mp.MP2(pyscf_mean_field(H2O)).run().e_tot
    outside = values["corrected_hartree"] - values["energy_hartree"]
    assert values["mp2_hartree"] + outside == pytest.approx(whole, abs=1e-8)
    assert values["correction"] == "mp2-outside"


def test_excited_states_have_columns() -> None:
    """SlowQuant's tests of linear response: 0.974553 Hartree for the bright state of hydrogen."""
    values = compute("energy", case_of(H2, states=4)).values
    assert values["bright_ev"] == pytest.approx(0.974553 * 27.211386, abs=1e-3)
    assert values["bright_oscillator_strength"] == pytest.approx(0.8706, abs=1e-4)
    labels = [one.split(" ", 1)[1] for one in str(values["excitations_ev"]).split("; ")]
    assert labels == ["(3 B1u)", "(1 B1u)", "(1 Ag)"]
    assert values["excitation_ev"] < values["bright_ev"]


def test_without_excited_states_their_columns_are_empty() -> None:
    values = compute("energy", case_of(H2)).values
    names = ("excitation_ev", "bright_ev", "bright_oscillator_strength", "excitations_ev")
    assert [values[name] for name in names] == [None] * 4


def test_checks_that_did_not_pass_are_named() -> None:
    spec = spec_from_data(
        {
            "molecule": {"geometry": "H 0 0 0\nH 0 0 2.5"},
            "optimizer": "none",
            "initial": "zeros",
        }
    )
    values = compute("energy", Case(spec, {}, run)).values
    assert values["energy_verdict"] == "warn"
    assert "chemical-accuracy (warn)" in str(values["energy_failed_checks"])


def test_a_qubit_hamiltonian_has_an_energy_and_no_electrons() -> None:
    """-1 - sqrt(1.04) by hand; what needs a molecule says so."""
    ansatz = {"name": "two-local", "rotation_blocks": ["ry", "rz"], "reps": 2}
    case = Case(spec_from_data({"hamiltonian": TWO_QUBIT_MODEL, "ansatz": ansatz}), {}, run)
    energy = PROPERTIES.create("energy").compute(case)
    values = energy.values
    assert values["reference_hartree"] == pytest.approx(-1 - 1.04**0.5, abs=1e-9)
    assert values["hf_hartree"] is None
    assert values["mp2_hartree"] is None
    with_energy = Case(case.spec, {"energy": energy.record}, run)
    names = ("structure", "dipole", "gap", "ionization-energy", "triage", "binding", "protonation")
    for name in names:
        with pytest.raises(InputError, match="needs a molecule"):
            PROPERTIES.create(name).compute(with_energy)

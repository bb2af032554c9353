"""Gap and solvation energy, compared with PySCF."""

from __future__ import annotations

import pytest

from tests.problems import H2O, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute
from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_KCAL_PER_MOL
from vqe_cli.errors import InputError
from vqe_cli.properties import PROPERTIES


def test_the_gap_is_that_of_the_whole_molecule() -> None:
    values = compute("gap", case_of(H2O, active_space=frontier(2, 2))).values
    homo, lumo = pyscf_mean_field(H2O).mo_energy[4:6]
    assert values["homo_ev"] == pytest.approx(HARTREE_IN_EV * homo, abs=1e-5)
    assert values["homo_lumo_gap_ev"] == pytest.approx(HARTREE_IN_EV * (lumo - homo), abs=1e-5)


def test_water_in_water_is_stabilised_as_pyscf_says() -> None:
    gas = pyscf_mean_field(H2O)
    in_water = gas.copy().PCM()
    in_water.with_solvent.method, in_water.with_solvent.eps = "C-PCM", 78.355
    expected = HARTREE_IN_KCAL_PER_MOL * (in_water.kernel() - gas.e_tot)
    case = case_of(H2O, active_space=frontier(2, 2))
    found = compute({"name": "solvation", "model": "c-pcm"}, case)
    assert found.values["solvation_hf_kcal_per_mol"] == pytest.approx(expected, abs=0.01)
    assert found.record["dielectric_constant"] == pytest.approx(78.355, abs=0.01)


def test_an_unknown_solvent_is_refused_before_any_molecule() -> None:
    with pytest.raises(InputError, match="no solvent called 'watr'") as error:
        PROPERTIES.create({"name": "solvation", "solvent": "watr"}, ("properties", 0))
    assert error.value.path == ("properties", 0, "solvent")
    assert error.value.hint == "did you mean 'water'?"

"""Conversions from the constants of CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93, 025010)."""

from __future__ import annotations

import pytest

from vqe_cli._core import units

pytestmark = pytest.mark.quick

HARTREE_IN_JOULE = 4.3597447222071e-18
BOHR_IN_METRE = 5.29177210903e-11
ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact
AVOGADRO = 6.02214076e23  # exact
SPEED_OF_LIGHT = 299792458.0  # m/s, exact
THERMOCHEMICAL_CALORIE = 4.184  # J, exact
DEBYE_IN_COULOMB_METRE = 1e-21 / SPEED_OF_LIGHT


def test_conversions_follow_from_si_constants() -> None:
    kilocalorie = 1000 * THERMOCHEMICAL_CALORIE
    in_ev = HARTREE_IN_JOULE / ELEMENTARY_CHARGE
    assert in_ev == pytest.approx(units.HARTREE_IN_EV, rel=1e-12)
    in_kcal = HARTREE_IN_JOULE * AVOGADRO / kilocalorie
    assert in_kcal == pytest.approx(units.HARTREE_IN_KCAL_PER_MOL, rel=1e-12)
    assert pytest.approx(units.BOHR_IN_ANGSTROM, rel=1e-12) == BOHR_IN_METRE * 1e10
    in_debye = ELEMENTARY_CHARGE * BOHR_IN_METRE / DEBYE_IN_COULOMB_METRE
    assert in_debye == pytest.approx(units.DEBYE_PER_ATOMIC_UNIT, rel=1e-9)


@pytest.mark.parametrize(
    ("unit", "per_hartree"),
    [("Ha", 1.0), ("mHa", 1e3), ("uHa", 1e6), ("eV", 27.211386245988), ("meV", 27211.386245988),
     ("kcal/mol", 627.5094740631)],
)  # fmt: skip
def test_units_of_energy(unit: str, per_hartree: float) -> None:
    assert units.ENERGY_IN_HARTREE[unit] * per_hartree == pytest.approx(1.0, rel=1e-12)


def test_every_unit_of_energy_is_tested() -> None:
    assert set(units.ENERGY_IN_HARTREE) == {"Ha", "mHa", "uHa", "eV", "meV", "kcal/mol"}


def test_one_kilocalorie_per_mole_is_chemical_accuracy() -> None:
    assert round(1e3 / units.HARTREE_IN_KCAL_PER_MOL, 1) == units.CHEMICAL_ACCURACY_MHA

"""Bonds, parts and sites, by what every chemist would draw."""

from __future__ import annotations

from math import dist

import pytest

from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures.bonds import Bond, Bonded, bonded
from vqe_cli.errors import InputError
from vqe_cli.schema import Geometry, MoleculeSpec

pytestmark = pytest.mark.quick

WATER = "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"
METHANOL = """C -0.0503 0.6685 0
O -0.0503 -0.7585 0
H -1.0807 1.0417 0
H 0.4650 1.0417 0.8924
H 0.4650 1.0417 -0.8924
H 0.8544 -1.0417 0"""
DIMER = f"{WATER}\nO 0 0 3.1\nH 0 0.76 3.7\nH 0 -0.76 3.7"


def bonds_in(text: str, charge: int = 0, multiplicity: int = 1) -> Bonded:
    return bonded(atoms(MoleculeSpec(geometry=Geometry(cartesian=text))), charge, multiplicity)


def test_equal_bonds_come_once() -> None:
    assert bonds_in(WATER).chain_bonds == (Bond(0, 1, 1),)
    assert len(bonds_in(METHANOL).chain_bonds) == 3


def test_a_coordinate_that_is_nearly_zero_is_one() -> None:
    """As planar molecules have them; written out it has an exponent."""
    assert bonds_in("N 0 0 -3.1e-17\nN 0 0 1.1").chain_bonds == (Bond(0, 1, 3),)


@pytest.mark.parametrize(
    ("text", "order"),
    [("N 0 0 0\nN 0 0 1.1", 3), ("O 0 0 0\nO 0 0 1.2", 2), ("F 0 0 0\nF 0 0 1.41", 1)],
)
def test_orders_follow_from_valences(text: str, order: int) -> None:
    (bond,) = bonds_in(text).chain_bonds
    assert bond.order == order


def test_a_cut_bond_leaves_two_parts_with_their_protons() -> None:
    molecule = bonds_in(METHANOL)
    methyl, hydroxyl = molecule.cut(molecule.bond(0, 1))
    assert (methyl.atoms, methyl.protons) == ((0, 2, 3, 4), 9)
    assert (hydroxyl.atoms, hydroxyl.protons) == ((1, 5), 9)


def test_molecules_side_by_side_are_parts() -> None:
    assert [part.atoms for part in bonds_in(DIMER).parts] == [(0, 1, 2), (3, 4, 5)]


def test_hydrogens_on_oxygen_come_before_those_on_carbon() -> None:
    assert bonds_in(METHANOL).acidic_hydrogens() == (5,)
    methane = "C 0 0 0\nH .63 .63 .63\nH -.63 -.63 .63\nH -.63 .63 -.63\nH .63 -.63 -.63"
    assert bonds_in(methane).acidic_hydrogens() == (1,)
    assert bonds_in(methane).basic_atoms() == ()


def test_carbon_monoxide_takes_a_proton_at_carbon() -> None:
    """As it does in nature: HCO+ lies far below HOC+."""
    assert bonds_in("C 0 0 0\nO 0 0 1.13").basic_atoms() == (0,)


def test_a_proton_on_water_makes_hydronium() -> None:
    hydronium = bonds_in(WATER).with_proton(0)
    assert hydronium.symbols == ("O", "H", "H", "H")
    (oxygen, *hydrogens, proton) = hydronium.positions
    assert dist(proton, oxygen) == pytest.approx(0.98, abs=0.03)
    assert min(dist(proton, hydrogen) for hydrogen in hydrogens) > 1.4


def test_a_proton_on_phosphane_stands_as_far_as_in_phosphonium() -> None:
    """1.38 Å by RHF/6-31G*, a parabola through four energies of PH4+ by PySCF."""
    phosphane = "P 0 0 0.127\nH 0 1.19 -0.64\nH 1.03 -0.595 -0.64\nH -1.03 -0.595 -0.64"
    (phosphorus, *_, proton) = bonds_in(phosphane).with_proton(0).positions
    assert dist(proton, phosphorus) == pytest.approx(1.38, abs=0.02)


def test_elements_without_valence_rules_keep_single_bonds() -> None:
    molecule = bonds_in("Li 0 0 0\nH 0 0 1.6")
    assert not molecule.has_orders
    assert molecule.chain_bonds == (Bond(0, 1, 1),)


def test_radicals_keep_their_neutral_atoms() -> None:
    methyl = "C 0 0 0\nH 1.08 0 0\nH -.54 .935 0\nH -.54 -.935 0"
    molecule = bonds_in(methyl, multiplicity=2)
    assert [part.charge for part in molecule.parts] == [0]


@pytest.mark.parametrize(
    ("smarts", "count", "found"), [("[OX2][H]", 2, ((1, 5),)), ("[H][O]", 1, ((5,),))]
)
def test_patterns_find_their_atoms(smarts: str, count: int, found: object) -> None:
    assert bonds_in(METHANOL).matches(smarts, count) == found


@pytest.mark.parametrize(
    ("smarts", "message"),
    [("[N]", "does not match"), ("[O", "not a SMARTS pattern"), ("", "not a SMARTS pattern")],
)
def test_patterns_that_do_not_fit_are_refused(smarts: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bonds_in(METHANOL).matches(smarts, 1)


def test_bonds_that_do_not_exist_or_close_a_ring_are_refused() -> None:
    with pytest.raises(InputError, match="atoms 1 and 6 are not bonded"):
        bonds_in(METHANOL).bond(0, 5)
    cyclopropane = """C 0.0 0.8688 0\nC 0.7524 -0.4344 0\nC -0.7524 -0.4344 0
H 0 1.4554 0.9111\nH 0 1.4554 -0.9111\nH 1.2604 -0.7277 0.9111\nH 1.2604 -0.7277 -0.9111
H -1.2604 -0.7277 0.9111\nH -1.2604 -0.7277 -0.9111"""
    with pytest.raises(InputError, match="in a ring"):
        bonds_in(cyclopropane).bond(0, 1)


def test_ghosts_have_no_bonds() -> None:
    with pytest.raises(InputError, match="ghosts"):
        bonds_in("H 0 0 0\n@H 0 0 1")


def test_coordinates_that_are_all_but_zero_are_read() -> None:
    water = "O 0 9.2e-05 0.1173\nH 1e-17 0.7572 -0.4692\nH 0 -0.7572 -0.4692"
    assert bonds_in(water).chain_bonds == (Bond(0, 1, 1),)

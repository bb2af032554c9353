"""Distances that speak for another unit of length, and those that are unusual on purpose."""

from __future__ import annotations

import pytest
from pyscf import gto

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.geometry.bond_lengths import bond_lengths

pytestmark = pytest.mark.quick

WATER = "O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692"
HCN = "H 0 0 -1.0655; C 0 0 0; N 0 0 1.1532"
METHYL_CHLORIDE = "C 0 0 0; Cl 0 0 1.78; H 1.03 0 -.35; H -.515 .892 -.35; H -.515 -.892 -.35"


def molecule(atoms: str, scale: float = 1.0, spin: int = 0) -> gto.Mole:
    """Built by PySCF, all coordinates multiplied by `scale`."""
    mole = gto.M(atom=atoms, basis="sto-3g", spin=spin, verbose=0)
    return mole.set_geom_(mole.atom_coords() * scale, unit="Bohr")


@pytest.mark.parametrize("atoms", [WATER, HCN, METHYL_CHLORIDE])
def test_a_molecule_in_the_other_unit(atoms: str) -> None:
    """Read as Ångström though in bohr, and the other way round; as it is, nothing is said."""
    assert bond_lengths(molecule(atoms), unit_is_stated=False) == ((), ())
    (longer,), _ = bond_lengths(molecule(atoms, 1 / BOHR_IN_ANGSTROM), unit_is_stated=False)
    assert (longer.name, longer.status, longer.hard) == ("bond-lengths", "warn", False)
    assert "bohr" in longer.detail
    (shorter,), _ = bond_lengths(molecule(atoms, BOHR_IN_ANGSTROM), unit_is_stated=True)
    assert (shorter.name, shorter.status) == ("bond-lengths", "warn")


def test_a_stated_unit_is_believed_of_long_distances() -> None:
    checks, (note,) = bond_lengths(molecule(WATER, 1.9), unit_is_stated=True)
    assert checks == ()
    assert "1.82 Å" in note


@pytest.mark.parametrize(
    "atoms",
    ["N 0 0 0; N 0 0 2.2", "H 0 0 0; H 0 0 1.4; H 0 0 2.8; H 0 0 4.2", "He 0 0 0; He 0 0 3"],
)
def test_curves_and_chains_are_only_remarked_on(atoms: str) -> None:
    checks, notes = bond_lengths(molecule(atoms), unit_is_stated=False)
    assert checks == ()
    assert len(notes) == 1


def test_picometres_are_remarked_on() -> None:
    _, (note,) = bond_lengths(molecule(WATER, 100), unit_is_stated=False)
    assert "check the coordinates and 'units'" in note


@pytest.mark.parametrize(
    ("atoms", "spin"),
    [
        ("Ne 0 0 0", 0),
        ("H 0 0 0; H 0 0 0.45", 0),
        ("H 0 0 0; H 0 0 1.0", 0),
        ("Cr 0 0 0; Cr 0 0 1.68", 0),
        ("Li 0 0 0; Li 0 0 2.67", 0),
        ("Mg 0 0 0; Mg 0 0 3.89", 0),
        ("N 0 0 0; N 0 0 1.098; He 0 0 9", 0),
        ("F 0 0 0; F 0 0 1.41", 0),
        ("O 0 0 0; H 0 0 0.97; ghost-O 0 0 1.2", 1),
    ],
)
def test_usual_distances(atoms: str, spin: int) -> None:
    """Equilibrium distances of Huber and Herzberg; a ghost is no neighbour."""
    assert bond_lengths(molecule(atoms, spin=spin), unit_is_stated=False) == ((), ())

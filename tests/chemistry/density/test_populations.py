"""Charges, spins and bond orders against PySCF's population analysis of its own CASCI density."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from pyscf import lo, mcscf
from pyscf.scf import uhf

from tests.problems import CH2, H2O, LIH, frontier, pyscf_mean_field, spec_of
from vqe_cli import run
from vqe_cli.schema.density_records import PropertiesRecord

AG_H = {"geometry": "Ag 0 0 0\nH 0 0 1.62", "basis": "lanl2dz", "ecp": "lanl2dz"}
HYDROXYL = {"geometry": "O 0.3 0 0.1\nH 0.3 0.2 1.05", "multiplicity": 2, "basis": "6-31g"}
CASES: dict[str, tuple[Mapping[str, Any], int, int]] = {
    "lithium-hydride": (LIH, 2, 3),
    "water": ({**H2O, "basis": "6-31g*"}, 2, 3),
    "triplet": (CH2, 2, 3),
    "doublet": (HYDROXYL, 1, 2),
    "core-potential": (AG_H, 2, 2),
}
"""Spaces in which UCCSD is exact: at most two electrons, or one determinant of two."""


@cache
def ours(name: str) -> PropertiesRecord:
    molecule, electrons, orbitals = CASES[name]
    tight = {"name": "l-bfgs-b", "tolerance": 1e-12}
    found = run(spec_of(molecule, active_space=frontier(electrons, orbitals), optimizer=tight))
    assert found.result.properties is not None
    return found.result.properties


@cache
def theirs(name: str) -> tuple[Any, np.ndarray]:
    """PySCF's molecule, and both spins' densities of its CASCI over atomic orbitals."""
    molecule, electrons, orbitals = CASES[name]
    field = pyscf_mean_field(molecule)
    found = mcscf.CASCI(field, orbitals, electrons)
    found.fcisolver.conv_tol, found.verbose = 1e-14, 0
    found.fix_spin_(ss=field.mol.spin / 2 * (field.mol.spin / 2 + 1))
    found.kernel()
    return field.mol, np.array(found.make_rdm1s())


every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_mulliken_charges_and_spins_are_those_of_pyscf(name: str) -> None:
    mole, density = theirs(name)
    _, charges = uhf.mulliken_pop(mole, density, verbose=0)
    _, spins = uhf.mulliken_spin_pop(mole, density, verbose=0)
    atoms = ours(name).atoms
    assert atoms is not None
    assert [atom.number for atom in atoms] == list(range(1, mole.natm + 1))
    assert [atom.symbol for atom in atoms] == [mole.atom_symbol(i) for i in range(mole.natm)]
    np.testing.assert_allclose([atom.mulliken_charge for atom in atoms], charges, atol=1e-6)
    np.testing.assert_allclose([atom.mulliken_spin for atom in atoms], spins, atol=1e-6)


@every_case
def test_lowdin_charges_and_spins_are_those_in_pyscfs_orthogonal_orbitals(name: str) -> None:
    mole, density = theirs(name)
    inverse = np.linalg.inv(lo.orth_ao(mole, "lowdin", pre_orth_ao=None))
    one = np.eye(mole.nao)
    orthogonal = np.array([inverse @ part @ inverse.T for part in density])
    _, charges = uhf.mulliken_pop(mole, orthogonal, s=one, verbose=0)
    _, spins = uhf.mulliken_spin_pop(mole, orthogonal, s=one, verbose=0)
    atoms = ours(name).atoms
    assert atoms is not None
    np.testing.assert_allclose([atom.lowdin_charge for atom in atoms], charges, atol=1e-6)
    np.testing.assert_allclose([atom.lowdin_spin for atom in atoms], spins, atol=1e-6)


@every_case
def test_bond_orders_are_those_of_their_definition_term_by_term(name: str) -> None:
    mole, density = theirs(name)
    overlap = mole.intor("int1e_ovlp")
    values, vectors = np.linalg.eigh(overlap)
    root = vectors @ np.diag(values**0.5) @ vectors.T
    owner = [label[0] for label in mole.ao_labels(fmt=None)]
    bonds = ours(name).bonds
    assert bonds
    for bond in bonds:
        mayer = wiberg = 0.0
        for part in (density[0] + density[1], density[0] - density[1]):
            ps, orthogonal = part @ overlap, root @ part @ root
            for p, first in enumerate(owner):
                for q, second in enumerate(owner):
                    if (first + 1, second + 1) == bond.atoms:
                        mayer += ps[p, q] * ps[q, p]
                        wiberg += orthogonal[p, q] ** 2
        assert bond.mayer == pytest.approx(mayer, abs=1e-6)
        assert bond.wiberg == pytest.approx(wiberg, abs=1e-6)


def test_bonds_of_textbooks_have_the_order_of_textbooks() -> None:
    """Mayer's orders of Hartree-Fock in STO-3G are near 1, 2 and 3: Mayer (1983)."""
    ethane = "C 0 0 0\nC 0 0 1.54\nH 1.03 0 -0.36\nH -0.51 0.89 -0.36\nH -0.51 -0.89 -0.36\n"
    geometries = {
        1: ethane + "H -1.03 0 1.9\nH 0.51 0.89 1.9\nH 0.51 -0.89 1.9",
        2: "C 0 0 0\nC 0 0 1.33\nH 0.92 0 -0.55\nH -0.92 0 -0.55\nH 0.92 0 1.88\nH -0.92 0 1.88",
        3: "C 0 0 0\nC 0 0 1.2\nH 0 0 -1.06\nH 0 0 2.26",
    }
    cheap = {"optimizer": "none", "initial": "zeros", "reference": "none"}
    for order, geometry in geometries.items():
        spec = spec_of({"geometry": geometry}, active_space=frontier(2, 2), **cheap)
        found = run(spec).result.properties
        assert found is not None
        assert found.bonds is not None
        (middle,) = (bond for bond in found.bonds if bond.atoms == (1, 2))
        assert middle.mayer == pytest.approx(order, abs=0.05)
        assert middle.wiberg == pytest.approx(order, abs=0.05)


def test_ghosts_take_up_charge_and_have_no_protons() -> None:
    ghost = {"geometry": "He 0 0 0\n@H 0 0 1.0", "basis": "6-31g"}
    found = run(spec_of(ghost)).result.properties
    assert found is not None
    assert found.atoms is not None
    helium, other = found.atoms
    assert other.symbol == "ghost-H"
    assert other.mulliken_charge < 0
    assert helium.mulliken_charge + other.mulliken_charge == pytest.approx(0.0, abs=1e-10)
    assert found.quadrupole is not None
    assert found.quadrupole.origin_position.value == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


def test_charges_sum_to_that_of_the_molecule_and_spins_to_the_unpaired_electrons() -> None:
    hydronium = {"geometry": "O 0 0 0\nH 0 0.9 0.3\nH 0.8 -0.5 0.3\nH -0.8 -0.5 0.3", "charge": 1}
    for molecule, charge, spin in ((hydronium, 1, 0), (CH2, 0, 2)):
        found = run(spec_of(molecule, active_space=frontier(4, 4))).result.properties
        assert found is not None
        assert found.atoms is not None
        for method in ("mulliken", "lowdin"):
            charges = [getattr(atom, f"{method}_charge") for atom in found.atoms]
            spins = [getattr(atom, f"{method}_spin") for atom in found.atoms]
            assert sum(charges) == pytest.approx(charge, abs=1e-9)
            assert sum(spins) == pytest.approx(spin, abs=1e-9)


def test_charges_in_optimised_orbitals_are_those_of_pyscfs_casscf() -> None:
    space = frontier(2, 2)
    found = run(spec_of(LIH, active_space=space, orbitals={"name": "optimised"}))
    exact = mcscf.CASSCF(pyscf_mean_field(LIH), 2, 2)
    exact.conv_tol, exact.verbose, exact.chkfile = 1e-11, 0, None
    exact.kernel()
    assert found.result.energy == pytest.approx(exact.e_tot, abs=1e-7)
    _, charges = uhf.mulliken_pop(exact.mol, np.array(exact.make_rdm1s()), verbose=0)
    assert found.result.properties is not None
    assert found.result.properties.atoms is not None
    ours = [atom.mulliken_charge for atom in found.result.properties.atoms]
    np.testing.assert_allclose(ours, charges, atol=1e-4)

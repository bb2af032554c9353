"""VQE as a calculator of ASE."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from ase.optimize import BFGS
from pyscf import fci, gto

import vqe_cli
from vqe_cli._core.units import BOHR_IN_ANGSTROM, HARTREE_IN_EV
from vqe_cli.ase import VQE
from vqe_cli.errors import InputError


def test_energy_and_forces_are_those_of_a_run() -> None:
    atoms = Atoms("LiH", [(0, 0, 0), (0, 0.1, 1.7)])
    keys = {"active_space": "frozen-core", "forces": True}
    atoms.calc = VQE(molecule={"basis": "sto-3g"}, active_space="frozen-core")
    geometry = {"geometry": "Li 0 0 0\nH 0 0.1 1.7", "basis": "sto-3g"}
    record = vqe_cli.run(vqe_cli.spec_from_data({"molecule": geometry, **keys}))
    assert record.result.forces is not None
    energy = record.result.energy * HARTREE_IN_EV
    forces = np.array(record.result.forces.forces) * HARTREE_IN_EV / BOHR_IN_ANGSTROM
    assert atoms.get_potential_energy() == pytest.approx(energy, abs=1e-6)
    assert atoms.get_forces() == pytest.approx(forces, abs=1e-4)


def test_ase_relaxes_hydrogen() -> None:
    """In STO-3G, FCI: 1.3887 bohr, by PySCF's FCI on a fine grid."""
    atoms = molecule("H2")
    atoms.calc = VQE(ansatz="uccsd")
    assert BFGS(atoms, logfile=None).run(fmax=0.001)
    assert atoms.get_distance(0, 1) / BOHR_IN_ANGSTROM == pytest.approx(1.3887, abs=1e-3)


def test_what_ase_decides_is_not_given_twice() -> None:
    with pytest.raises(InputError, match="ASE's atoms"):
        VQE(molecule={"geometry": "H 0 0 0"})
    with pytest.raises(InputError, match="ASE's atoms"):
        VQE(fcidump={"file": "x"})


def test_periodic_atoms_are_refused() -> None:
    atoms = molecule("H2")
    atoms.pbc, atoms.calc = True, VQE()
    with pytest.raises(InputError, match="periodic"):
        atoms.get_potential_energy()


def test_electrons_of_the_atoms_are_not_ignored() -> None:
    """ASE's oxygen is a triplet."""
    oxygen, cation = molecule("O2"), molecule("H2")
    cation.set_initial_charges([1, 0])
    for atoms, message in ((oxygen, "multiplicity 3"), (cation, "charge 1")):
        atoms.calc = VQE()
        with pytest.raises(InputError, match=message):
            atoms.get_potential_energy()
    cation.calc = VQE(molecule={"charge": 0})
    assert cation.get_potential_energy() == pytest.approx(-30.95, abs=0.1)


@pytest.mark.parametrize(
    "keys",
    [
        {"molecule": "H2"},
        {"molecule": {"units": "bohr"}},
        {"correction": "nevpt2"},
        {"properties": ["gap"]},
    ],
)
def test_keys_without_an_effect_are_refused(keys: dict[str, object]) -> None:
    with pytest.raises(InputError):
        VQE(**keys)


def test_keys_can_be_changed_and_are_what_ase_records() -> None:
    """Helium hydride cation, STO-3G, Hartree-Fock and FCI by PySCF."""
    atoms = Atoms("HeH", [(0, 0, 0), (0, 0, 0.9)])
    atoms.calc = VQE(molecule={"charge": 1}, ansatz="uccsd")
    mole = gto.M(atom="He 0 0 0; H 0 0 0.9", charge=1, basis="sto-3g", verbose=0)
    exact = fci.FCI(mole.RHF().run()).kernel()[0]
    assert atoms.get_potential_energy() == pytest.approx(exact * HARTREE_IN_EV, abs=1e-5)
    atoms.calc.set(molecule={"charge": 1, "basis": "6-31g"})
    mole = gto.M(atom="He 0 0 0; H 0 0 0.9", charge=1, basis="6-31g", verbose=0)
    exact = fci.FCI(mole.RHF().run()).kernel()[0]
    assert atoms.get_potential_energy() == pytest.approx(exact * HARTREE_IN_EV, abs=1e-5)
    assert atoms.calc.todict() == {
        "ansatz": "uccsd",
        "molecule": {"charge": 1, "basis": "6-31g"},
    }
    with pytest.raises(InputError, match="correction"):
        atoms.calc.set(correction="nevpt2")


def test_a_calculator_without_atoms_says_so() -> None:
    with pytest.raises(InputError, match="no atoms"):
        VQE().get_potential_energy()

"""Quadrupole moments against PySCF and published values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyscf import mcscf
from pyscf.scf.hf import quad_moment

from tests.problems import H2O, LIH, frontier, pyscf_mean_field, spec_of
from vqe_cli import run
from vqe_cli._core.units import BOHR_IN_ANGSTROM, DEBYE_PER_ATOMIC_UNIT
from vqe_cli.schema.density_records import QuadrupoleRecord

BUCKINGHAM = DEBYE_PER_ATOMIC_UNIT * BOHR_IN_ANGSTROM
"""One e·bohr² in debye Ångström."""


def quadrupole(molecule: Mapping[str, Any], **parts: Any) -> QuadrupoleRecord:
    found = run(spec_of(molecule, **parts)).result.properties
    assert found is not None
    assert found.quadrupole is not None
    return found.quadrupole


def tensor(found: QuadrupoleRecord) -> np.ndarray:
    assert found.components.unit == "debye angstrom"
    assert isinstance(found.components.value, tuple)
    xx, xy, xz, yy, yz, zz = found.components.value
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


@pytest.mark.parametrize("molecule", [LIH, {**H2O, "basis": "6-31g*"}], ids=["LiH", "water"])
def test_it_is_that_of_pyscfs_casci(molecule: Mapping[str, Any]) -> None:
    tight = {"name": "l-bfgs-b", "tolerance": 1e-12}
    found = quadrupole(molecule, active_space=frontier(2, 2), optimizer=tight)
    exact = mcscf.CASCI(pyscf_mean_field(molecule), 2, 2)
    exact.fcisolver.conv_tol, exact.verbose = 1e-14, 0
    exact.kernel()
    mole = exact.mol
    masses = mole.atom_mass_list(isotope_avg=True)
    origin = masses @ mole.atom_coords() / masses.sum()
    expected = quad_moment(mole, exact.make_rdm1(), unit="AU", origin=origin, verbose=0)
    np.testing.assert_allclose(tensor(found), BUCKINGHAM * expected, atol=2e-6)
    np.testing.assert_allclose(found.origin_position.value, BOHR_IN_ANGSTROM * origin, atol=1e-9)
    assert found.origin == "centre of mass"


def test_hydrogen_has_the_published_moment() -> None:
    """0.45684 e·bohr² at 1.4 bohr: Poll and Wolniewicz, J. Chem. Phys. 68, 3053 (1978)."""
    hydrogen = {"geometry": "H 0 0 0\nH 0 0 1.4", "units": "bohr", "basis": "aug-cc-pvtz"}
    space = {"name": "mp2-natural", "electrons": 2, "orbitals": 10}
    found = tensor(quadrupole(hydrogen, active_space=space)) / BUCKINGHAM
    assert found[2, 2] == pytest.approx(0.45684, abs=0.015)
    assert np.trace(found) == pytest.approx(0.0, abs=1e-9)


def test_it_does_not_depend_on_where_the_molecule_is_written() -> None:
    """About the centre of mass it is a property of the molecule, even of one with a dipole."""
    moved = {**LIH, "geometry": "Li 1.5 -2 0.5\nH 1.5 -2 2.1"}
    cheap = {"active_space": frontier(2, 2), "optimizer": "none", "reference": "none"}
    first, second = (tensor(quadrupole(one, **cheap)) for one in (LIH, moved))
    np.testing.assert_allclose(first, second, atol=1e-6)

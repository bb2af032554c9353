"""Density fitting and scalar relativity, against PySCF by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, mcscf, scf

from tests.families import slow
from tests.problems import H2, computed_problem, frontier, spec_of
from vqe_cli._core.resources import Memory
from vqe_cli.chemistry.basis.auxiliary_basis import auxiliary_basis_of
from vqe_cli.chemistry.correlation.mp2_density import mp2_density
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_field_properties import hf_dipole
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import MoleculeSpec

WATER = {"geometry": "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59", "basis": "cc-pvdz"}
HYDROXYL = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2, "basis": "6-31g"}
IODIDE = {"geometry": "H 0 0 0\nI 0 0 1.609", "basis": "sto-3g", "ecp": "none"}


def field_of(**molecule: Any) -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate(molecule))


def energies(molecule: dict[str, Any], electrons: int) -> tuple[float, float]:
    """Hartree-Fock's energy and the exact one of the active space."""
    problem = computed_problem(molecule, active_space=frontier(electrons, 4))
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    return problem.hartree_fock_energy, CLASSICAL_METHODS.create("fci").solve(encoding).energy


@pytest.mark.parametrize(
    ("molecule", "electrons", "auxiliary"),
    [(WATER, 4, None), (WATER, 4, "def2-universal-jkfit"), (HYDROXYL, 5, None)],
    ids=["water", "named", "open-shell"],
)
def test_fitted_integrals_are_those_of_pyscf(
    molecule: dict[str, Any], electrons: int, auxiliary: str | None
) -> None:
    spin = molecule.get("multiplicity", 1) - 1
    mole = gto.M(atom=molecule["geometry"], basis=molecule["basis"], spin=spin, verbose=0)
    method = (scf.ROHF if spin else scf.RHF)(mole).density_fit(auxbasis=auxiliary)
    method.run(conv_tol=1e-12)
    casci = mcscf.CASCI(method, 4, electrons)
    casci.fcisolver.conv_tol = 1e-12
    found = energies({**molecule, "density_fitting": auxiliary or True}, electrons)
    assert found == pytest.approx((method.e_tot, casci.kernel()[0]), abs=1e-8)


def test_fitting_costs_less_than_a_tenth_of_a_millihartree() -> None:
    fitted = energies({**WATER, "density_fitting": True}, 4)
    exact = energies({**WATER, "density_fitting": False}, 4)
    np.testing.assert_allclose(fitted, exact, atol=1e-4)
    assert abs(fitted[0] - exact[0]) > 1e-7


def test_integrals_that_do_not_fit_are_fitted_and_the_record_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec, little = MoleculeSpec.model_validate(WATER), Memory(200_000)
    mole = build_molecule(with_coordinates(spec))
    assert auxiliary_basis_of(spec, mole, little) is None
    monkeypatch.setattr("vqe_cli.chemistry.basis.auxiliary_basis.ALWAYS_EXACT_BYTES", 0)
    auxiliary = auxiliary_basis_of(spec, mole, little)
    assert auxiliary is not None
    assert auxiliary.automatic
    assert auxiliary.name == "cc-pvdz-jkfit"
    assert auxiliary_basis_of(spec, mole, Memory(400_000)) is None
    fitted = computed_problem({**WATER, "density_fitting": True}, active_space=frontier(2, 2))
    assert fitted.density_fitting is not None
    assert fitted.density_fitting.functions == 116
    assert not fitted.density_fitting.automatic


@pytest.mark.parametrize("molecule", [WATER, HYDROXYL], ids=["closed", "open"])
def test_natural_orbitals_of_fitted_mp2_are_near_the_exact_ones(molecule: dict[str, Any]) -> None:
    exact, fitted = (mp2_density(field_of(**molecule, density_fitting=on)) for on in (False, True))
    found, expected = np.linalg.eigvalsh(fitted), np.linalg.eigvalsh(exact)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_an_unknown_auxiliary_basis_is_refused() -> None:
    with pytest.raises(InputError, match="no auxiliary basis set 'cc-pvdz-jktit' for H"):
        field_of(**H2, density_fitting="cc-pvdz-jktit")


@pytest.mark.parametrize("basis", ["sto-3g", slow("dyall-v2z")])
def test_hydrogen_iodide_with_scalar_relativity(basis: str) -> None:
    mole = gto.M(atom=IODIDE["geometry"], basis=basis, verbose=0)
    method = scf.RHF(mole).sfx2c1e().run(conv_tol=1e-11)
    molecule = {**IODIDE, "basis": basis, "relativity": "x2c", "scf": {"guesses": "one"}}
    problem = computed_problem(molecule, active_space=frontier(2, 2))
    assert problem.hartree_fock_energy == pytest.approx(method.e_tot, abs=1e-7)
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    exact = CLASSICAL_METHODS.create("fci").solve(encoding).energy
    assert exact == pytest.approx(mcscf.CASCI(method, 2, 2).kernel()[0], abs=1e-7)
    expected = method.dip_moment(unit="AU", verbose=0)
    np.testing.assert_allclose(hf_dipole(field_of(**molecule)), expected, atol=1e-5)


def test_gold_with_scalar_relativity() -> None:
    mole = gto.M(atom="Au 0 0 0", basis="dzp", spin=1, verbose=0)
    expected = scf.ROHF(mole).sfx2c1e().run(conv_tol=1e-11).e_tot
    gold = {"geometry": "Au 0 0 0", "multiplicity": 2, "basis": "dzp", "ecp": "none"}
    found = field_of(**gold, relativity="x2c", scf={"guesses": "one"}).report.energy
    assert found == pytest.approx(expected, abs=1e-6)


def test_core_potentials_exclude_x2c() -> None:
    spec = spec_of({**IODIDE, "basis": "def2-svp", "ecp": "auto", "relativity": "x2c"})
    assert spec.molecule is not None
    with pytest.raises(InputError, match="x2c needs all electrons") as caught:
        mean_field_of(spec.molecule)
    assert caught.value.path == ("molecule", "relativity")

"""Molecules in solvents and in the field of point charges, against PySCF by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyscf import gto, mcscf, qmmm, scf, solvent
from pyscf.solvent import smd

from tests.families import slow
from tests.problems import computed_problem, frontier, spec_of
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import MeanFields, mean_field_of
from vqe_cli.chemistry.scf.scf_objects import restricted_scf, semicanonical_scf
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import MoleculeSpec, SolventSpec, Surroundings

WATER = {"geometry": "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59", "basis": "6-31g"}
TIP3P = [[-0.834, 0.0, 0.0, -2.9], [0.417, 0.76, 0.0, -3.5], [0.417, -0.76, 0.0, -3.5]]
ACETATE = {
    "geometry": "C 0 0 0\nC 0 0 1.54\nO 0 1.1 2.13\nO 0 -1.1 2.13\n"
    "H 1.02 0 -0.36\nH -0.51 0.89 -0.36\nH -0.51 -0.89 -0.36",
    "charge": -1,
}
CATION = [[1.0, 0.0, 0.0, 5.0], [-0.25, 3.0, 0.0, 0.0]]
FLUORIDE = {"geometry": "H 0 0 0\nF 0 0 0.92", "basis": "6-31g"}
HYDROXYL = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2, "basis": "6-31g"}
SPACE = frontier(4, 4)


def mole_of(molecule: Mapping[str, Any]) -> Any:
    return gto.M(
        atom=molecule["geometry"],
        basis=molecule.get("basis", "sto-3g"),
        charge=molecule.get("charge", 0),
        spin=molecule.get("multiplicity", 1) - 1,
        verbose=0,
    )


def converged(method: Any) -> Any:
    method.conv_tol, method.conv_tol_grad = 1e-12, 1e-7
    return method.run()


def in_charges(molecule: Mapping[str, Any], charges: Any) -> Any:
    rows = np.array(charges)
    mole = mole_of(molecule)
    method = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
    return converged(qmmm.mm_charge(method, rows[:, 1:], rows[:, 0], unit="Angstrom"))


def exact_energy(problem: ElectronicProblem) -> float:
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    return CLASSICAL_METHODS.create("fci").solve(encoding).energy


def field_of(molecule: Mapping[str, Any], **surroundings: Any) -> MeanField:
    spec = spec_of(molecule, **surroundings)
    assert spec.molecule is not None
    return MeanFields().of(spec.molecule, surroundings=spec.surroundings)


@pytest.mark.parametrize(
    ("molecule", "charges", "electrons"),
    [(WATER, TIP3P, 4), (FLUORIDE, CATION, 4), (HYDROXYL, TIP3P, 5), slow(ACETATE, CATION, 4)],
    ids=["water", "fluoride", "hydroxyl", "acetate"],
)
def test_charges_are_in_the_mean_field_and_in_the_active_space(
    molecule: Mapping[str, Any], charges: Any, electrons: int
) -> None:
    expected = in_charges(molecule, charges)
    space = frontier(electrons, 4)
    problem = computed_problem(molecule, active_space=space, environment={"charges": charges})
    casci = mcscf.CASCI(expected, 4, electrons)
    casci.fcisolver.conv_tol = 1e-12
    assert problem.hartree_fock_energy == pytest.approx(expected.e_tot, abs=1e-8)
    assert exact_energy(problem) == pytest.approx(casci.kernel()[0], abs=1e-8)
    assert problem.environment is not None
    assert problem.environment.number == len(charges)
    assert problem.environment.nuclear_energy == pytest.approx(
        expected.energy_nuc() - expected.mol.energy_nuc(), abs=1e-9
    )


def solvated(model: str) -> Any:
    method = scf.RHF(mole_of(WATER))
    if model == "smd":
        return converged(solvent.SMD(method, smd.SMD(method.mol, "water")))
    method = solvent.ddCOSMO(method) if model == "ddcosmo" else solvent.PCM(method)
    method.with_solvent.eps = 78.355
    return converged(method)


@pytest.mark.parametrize("model", [slow("ddcosmo"), "c-pcm", slow("smd")])
def test_water_in_the_reaction_field_of_its_mean_field(model: str) -> None:
    """PySCF's frozen solvent leaves out the interaction with the change of the density."""
    expected = solvated(model)
    density = expected.make_rdm1()
    gas = scf.RHF(expected.mol)
    gas.mo_coeff, gas.mo_occ, gas.mo_energy = expected.mo_coeff, expected.mo_occ, expected.mo_energy
    cavity = expected.with_solvent.copy()
    casci = solvent.PCM(mcscf.CASCI(gas, 4, 4), cavity, dm=density)
    casci.fcisolver.conv_tol = 1e-12
    casci.kernel()
    change = np.einsum("pq,qp->", cavity.v, casci.make_rdm1() - density)
    rest = expected.scf_summary.get("e_cds", 0.0)
    problem = computed_problem(WATER, active_space=SPACE, solvent={"name": "water", "model": model})
    assert problem.hartree_fock_energy == pytest.approx(expected.e_tot, abs=1e-8)
    assert exact_energy(problem) == pytest.approx(casci.e_tot + change + rest, abs=1e-8)
    assert problem.solvent is not None
    assert problem.solvent.reaction_field == "mean-field"
    assert problem.solvent.polarisation_energy == pytest.approx(cavity.e, abs=1e-7)
    assert (problem.solvent.nonelectrostatic_energy is not None) == (model == "smd")
    assert problem.point_group is None


def test_an_open_shell_is_solvated_like_by_pyscf() -> None:
    """The cavity's grid splits the two states of OH by 1e-8 Ha, so that a cation is compared."""
    cation = {**WATER, "charge": 1, "multiplicity": 2}
    molecule = {**cation, "basis": "sto-3g", "scf": {"guesses": "one"}}
    method = solvent.PCM(scf.ROHF(mole_of(molecule)))
    method.with_solvent.eps = 78.355
    expected = converged(method).e_tot
    field = field_of(molecule, solvent={"name": "water", "model": "c-pcm"})
    assert field.report.energy == pytest.approx(expected, abs=1e-8)
    assert field.report.stable


@pytest.mark.parametrize(
    "surroundings",
    [
        {"environment": {"charges": TIP3P}},
        {"solvent": {"name": "water", "model": "c-pcm", "dielectric_constant": 4.0}},
    ],
    ids=["charges", "solvent"],
)
def test_objects_for_pyscf_have_the_same_surroundings(surroundings: Mapping[str, Any]) -> None:
    for molecule in (WATER, HYDROXYL):
        small = {**molecule, "basis": "sto-3g", "scf": {"guesses": "one"}}
        field = field_of(small, **surroundings)
        assert restricted_scf(field).energy_tot() == pytest.approx(field.report.energy, abs=1e-9)
        unrestricted = semicanonical_scf(field, core=1)
        assert unrestricted.energy_tot() == pytest.approx(field.report.energy, abs=1e-9)


def test_a_charge_on_top_of_an_atom_is_refused_and_one_nearby_is_doubtful() -> None:
    with pytest.raises(InputError, match=r"point charge 2 is 0.100 Å from atom 1 \(O\)"):
        field_of(WATER, environment={"charges": [[1.0, 0, 0, 4], [0.5, 0.1, 0, 0]]})
    field = field_of(WATER, environment={"charges": [[0.1, 1.0, 0.0, 0.0]]})
    (check,) = (check for check in field.checks if check.name == "environment-distance")
    assert check.value == pytest.approx(1.0)
    assert not check.hard


def test_ghosts_are_refused_in_a_solvent_before_the_mean_field() -> None:
    with pytest.raises(InputError, match="ghosts"):
        field_of({"geometry": "H 0 0 0; H 0 0 0.74; @H 0 0 2"}, solvent="water")


def test_one_electron_polarises_its_solvent() -> None:
    """PySCF's ROHF for one electron takes no part in the reaction field; its general class does."""
    data = {"geometry": "H 0 0 0; H 0 0 0.735", "basis": "6-31g", "charge": 1, "multiplicity": 2}
    one = MoleculeSpec.model_validate({**data, "scf": {"guesses": "one"}})
    water = Surroundings(solvent=SolventSpec(name="water"))
    found = mean_field_of(one, surroundings=water)
    mole = gto.M(atom=data["geometry"], basis="6-31g", charge=1, spin=1, verbose=0)
    expected = scf.rohf.ROHF(mole).ddCOSMO()
    expected.with_solvent.eps = 78.3553
    expected.run(conv_tol=1e-11)
    assert found.report.energy == pytest.approx(expected.e_tot, abs=1e-6)

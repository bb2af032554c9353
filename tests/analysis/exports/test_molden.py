"""Molden files, read back by PySCF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import mcscf
from pyscf.tools import molden

from tests.problems import CH2, H2O, frontier, pyscf_mean_field, spec_of
from vqe_cli.analysis.exports import EXPORTS, Exportable
from vqe_cli.analysis.inspection import inspect_problem
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts
from vqe_cli.pipeline import run
from vqe_cli.variational.density_properties import density_of
from vqe_cli.variational.observers import Observer

AG_H = {"geometry": "Ag 0 0 0\nH 0 0 1.62", "basis": "lanl2dz", "ecp": "lanl2dz"}
SPLIT = {**H2O, "basis": "6-31g*"}


class Kept(Observer):
    """Keeps what an export needs of a solved run."""

    selection: OrbitalSelection
    solution: Any

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        assert isinstance(selection, OrbitalSelection)
        self.selection = selection

    def on_solution(self, objective: Any, solution: Any) -> None:
        self.solution = solution


def solved(molecule: Mapping[str, Any], **parts: Any) -> Exportable:
    spec, kept = spec_of(molecule, **parts), Kept()
    run(spec, observer=kept)
    density = density_of(kept.solution)
    ansatz = look_up_parts(spec).ansatz
    return Exportable(spec, kept.solution.state.encoding, ansatz, kept.selection, density)


def problem(molecule: Mapping[str, Any], **parts: Any) -> Exportable:
    found = inspect_problem(spec_of(molecule, **parts))
    return Exportable(found.spec, found.encoding, found.ansatz, found.selection)


def read_back(text: str, folder: Path) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """PySCF's molecule, orbital energies, coefficients and occupations."""
    path = folder / "orbitals.molden"
    path.write_text(text)
    mole, energies, coefficients, occupations, *_ = molden.load(str(path))
    return mole, energies, coefficients, occupations


@pytest.mark.parametrize("molecule", [SPLIT, CH2], ids=["water", "triplet"])
def test_natural_orbitals_hold_the_density_of_pyscfs_casci(
    molecule: Mapping[str, Any], tmp_path: Path
) -> None:
    """UCCSD is exact for two electrons in two orbitals."""
    text = EXPORTS.create("molden").text(solved(molecule, active_space=frontier(2, 2)))
    mole, _, coefficients, occupations = read_back(text, tmp_path)
    exact = mcscf.CASCI(pyscf_mean_field(molecule), 2, 2)
    exact.verbose = 0
    exact.kernel()
    np.testing.assert_allclose(
        coefficients * occupations @ coefficients.T, exact.make_rdm1(), atol=3e-5
    )
    overlap = mole.intor("int1e_ovlp")
    np.testing.assert_allclose(coefficients.T @ overlap @ coefficients, np.eye(mole.nao), atol=1e-9)
    assert (np.diff(occupations) <= 1e-9).all()
    assert occupations.sum() == pytest.approx(exact.mol.nelectron, abs=1e-4)


def test_the_orbitals_of_a_problem_are_those_of_hartree_fock(tmp_path: Path) -> None:
    """Neon in a basis with g functions, whose order in the file is not PySCF's."""
    neon = {"geometry": "Ne 0 0 0", "basis": "cc-pvqz"}
    source = problem(neon, active_space=frontier(2, 2))
    _, energies, coefficients, occupations = read_back(
        EXPORTS.create("molden").text(source), tmp_path
    )
    assert source.selection is not None
    field = source.selection.field
    np.testing.assert_allclose(coefficients, field.mo_coeff, atol=1e-9)
    np.testing.assert_allclose(energies, field.mo_energy, atol=1e-7)
    np.testing.assert_allclose(occupations, field.mo_occ)
    expected = pyscf_mean_field(neon)
    np.testing.assert_allclose(np.sort(energies), np.sort(expected.mo_energy), atol=1e-6)


def test_molecular_orbitals_of_a_run_have_the_occupations_of_its_state(tmp_path: Path) -> None:
    source = solved(SPLIT, active_space=frontier(2, 2))
    text = EXPORTS.create({"name": "molden", "orbitals": "molecular"}).text(source)
    _, _, coefficients, occupations = read_back(text, tmp_path)
    assert source.selection is not None
    np.testing.assert_allclose(coefficients, source.selection.field.mo_coeff, atol=1e-9)
    active = occupations[list(source.selection.active)]
    assert source.density is not None
    np.testing.assert_allclose(active, np.diagonal(source.density.spin_summed), atol=1e-5)
    assert 0 < active[1] < active[0] < 2


@pytest.mark.filterwarnings("ignore")
def test_core_potentials_are_told(tmp_path: Path) -> None:
    text = EXPORTS.create("molden").text(solved(AG_H, active_space=frontier(2, 2)))
    assert "[core]\n1 : 28\n" in text
    mole, _, coefficients, occupations = read_back(text, tmp_path)
    assert mole.atom_charges().tolist() == [47, 1]
    assert occupations.sum() == pytest.approx(20.0, abs=1e-4)
    overlap = mole.intor("int1e_ovlp")
    np.testing.assert_allclose(coefficients.T @ overlap @ coefficients, np.eye(mole.nao), atol=1e-9)


@pytest.mark.parametrize(
    ("molecule", "message"),
    [
        ({"geometry": "He 0 0 0\n@H 0 0 1"}, "no ghost atoms"),
        ({"geometry": "O 0 0 0", "multiplicity": 3, "basis": "cc-pv5z"}, "has h functions"),
        ({"geometry": {"smiles": "O"}, "basis": "cc-pv5z"}, "basis of O has h functions"),
    ],
)
def test_what_the_format_does_not_have_is_refused(
    molecule: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        EXPORTS.create("molden").refuse(spec_of(molecule))
    assert caught.value.hint


def test_quadruple_zeta_is_not_refused() -> None:
    EXPORTS.create("molden").refuse(spec_of({**H2O, "basis": "cc-pvqz"}))

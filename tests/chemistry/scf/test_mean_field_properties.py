"""Frontier orbitals and dipole moments of the mean field against PySCF by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.problems import CH2, H2O, H3, LIH, pyscf_mean_field
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_field_properties import frontier_gap, hf_dipole
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.schema import MoleculeSpec

pytestmark = pytest.mark.quick


def field_of(molecule: Mapping[str, Any]) -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate(dict(molecule)))


def test_closed_shell_gap() -> None:
    method = pyscf_mean_field(H2O)
    found = frontier_gap(field_of(H2O))
    assert found.homo == pytest.approx(method.mo_energy[4], abs=1e-7)
    assert found.lumo == pytest.approx(method.mo_energy[5], abs=1e-7)
    assert found.gap == pytest.approx(method.mo_energy[5] - method.mo_energy[4], abs=1e-7)


def test_the_electron_of_hydrogen_is_bound_by_its_own_energy() -> None:
    """Its HOMO is the atom's energy, its LUMO adds the repulsion of a second 1s electron."""
    atom = {"geometry": "H 0 0 0", "multiplicity": 2}
    method = pyscf_mean_field(atom)
    repulsion = float(method.mol.intor("int2e").ravel()[0])
    found = frontier_gap(field_of(atom))
    assert found.homo == pytest.approx(method.e_tot, abs=1e-9)
    assert found.lumo == pytest.approx(method.e_tot + repulsion, abs=1e-9)


@pytest.mark.parametrize("molecule", [CH2, H3])
def test_open_shell_gap_is_of_spin_orbitals(molecule: Mapping[str, Any]) -> None:
    method = pyscf_mean_field(molecule)
    focks = method.to_uhf().get_fock()
    homo, lumo = [], []
    for fock, count in zip(focks, method.mol.nelec, strict=True):
        matrix = method.mo_coeff.T @ fock @ method.mo_coeff
        order = np.argsort(-method.mo_occ, kind="stable")
        matrix = matrix[np.ix_(order, order)]
        homo.append(np.linalg.eigvalsh(matrix[:count, :count])[-1])
        lumo.append(np.linalg.eigvalsh(matrix[count:, count:])[0])
    found = frontier_gap(field_of(molecule))
    assert found.homo == pytest.approx(max(homo), abs=1e-6)
    assert found.lumo == pytest.approx(min(lumo), abs=1e-6)


def test_a_full_basis_has_no_gap() -> None:
    found = frontier_gap(field_of({"geometry": "He 0 0 0"}))
    assert found.lumo is None
    assert found.gap is None


@pytest.mark.parametrize(
    "molecule", [H2O, LIH, CH2, {"geometry": "O 0 0 1; H 0 0 2", "charge": -1}]
)
def test_dipole(molecule: Mapping[str, Any]) -> None:
    expected = pyscf_mean_field(molecule).dip_moment(unit="AU", verbose=0, origin=np.zeros(3))
    np.testing.assert_allclose(hf_dipole(field_of(molecule)), expected, atol=1e-6)

"""Dipole moments of the VQE state and of the Hartree-Fock determinant."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families import slow
from tests.problems import CH2, H2O, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute


@pytest.mark.parametrize("molecule", [H2O, slow(CH2)], ids=["closed", "open"])
def test_hartree_fock_equals_pyscf(molecule: dict[str, str]) -> None:
    values = compute("dipole", case_of(molecule, active_space=frontier(4, 4))).values
    expected = np.linalg.norm(pyscf_mean_field(molecule).dip_moment(unit="Debye", verbose=0))
    assert values["hf_dipole_debye"] == pytest.approx(expected, abs=1e-4)


def test_the_dipole_of_the_state_is_pyscfs_whatever_its_direction() -> None:
    """Two electrons in four orbitals of lithium hydride, which lies across all axes."""
    from pyscf import mcscf

    tilted = {"geometry": "Li 0 0 0\nH -0.5 -1.0 -1.1"}
    case = case_of(tilted, active_space=frontier(2, 4))
    field = pyscf_mean_field(tilted)
    space = mcscf.CASCI(field, 4, 2)
    space.verbose = 0
    space.kernel()
    vector = field.dip_moment(dm=space.make_rdm1(), unit="Debye", verbose=0)
    found = compute("dipole", case)
    assert found.values["dipole_debye"] == pytest.approx(np.linalg.norm(vector), abs=2e-3)
    state = found.record["vqe"]["components"]["value"]
    assert state == pytest.approx(vector, abs=2e-3)


def test_backends_without_a_density_leave_the_state_out() -> None:
    hydrogen = {"geometry": "H 0 0 0\nF 0 0 0.92"}
    case = case_of(
        hydrogen,
        active_space=frontier(2, 2),
        backend={"name": "aer", "shots": 200},
        optimizer={"name": "spsa", "maxiter": 2},
    )
    values = compute("dipole", case).values
    assert values["dipole_debye"] is None
    assert values["hf_dipole_debye"] > 1

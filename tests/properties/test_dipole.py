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

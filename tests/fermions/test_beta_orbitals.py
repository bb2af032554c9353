"""S² over alpha and beta orbitals that differ, against PySCF."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unrestricted import H3, OH, STRETCHED_H4, STRETCHED_LIH, uhf, unrestricted_problem_of
from vqe_cli.backends.exact.sector import Sector

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("frozen", [0, 1])
@pytest.mark.parametrize("molecule", [OH, STRETCHED_LIH, STRETCHED_H4], ids=["OH", "LiH", "H4"])
def test_the_determinant_has_the_spin_of_pyscf(molecule: tuple[str, int], frozen: int) -> None:
    problem = unrestricted_problem_of(*molecule, frozen)
    sector = Sector(problem, [])
    found = sector.spin_squared(sector.reference)
    assert found == pytest.approx(uhf(*molecule).spin_square()[0], abs=1e-9)


@pytest.mark.parametrize("molecule", [H3, STRETCHED_H4], ids=["H3", "H4"])
def test_the_exact_state_of_the_full_space_has_a_proper_spin(molecule: tuple[str, int]) -> None:
    from pyscf.fci import direct_uhf

    problem = unrestricted_problem_of(*molecule)
    _, vector = direct_uhf.kernel(problem.spin_h1, problem.spin_h2, problem.norb, problem.nelec)
    assert problem.conserves_spin
    found = Sector(problem, []).spin_squared(np.asarray(vector).ravel())
    assert found == pytest.approx(problem.spin_squared, abs=1e-6)


def test_different_spaces_do_not_conserve_spin() -> None:
    assert not unrestricted_problem_of(*STRETCHED_H4, 1).conserves_spin


def test_the_reference_determinant_has_the_energy_of_uhf() -> None:
    for molecule in (OH, STRETCHED_LIH):
        for frozen in (0, 1):
            problem = unrestricted_problem_of(*molecule, frozen)
            assert problem.hartree_fock_energy == pytest.approx(uhf(*molecule).e_tot, abs=1e-9)
            assert problem.reference_determinant == "hartree-fock"

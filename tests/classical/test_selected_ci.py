"""Selected configuration interaction: against full CI, and against PySCF on the molecule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import ao2mo, fci

from tests.families import slow
from tests.problems import (
    CH2,
    H2O,
    H3,
    N2,
    encoding_of,
    named_problem,
    problem_of,
    pyscf_mean_field,
)
from vqe_cli._core.resources import MACHINE
from vqe_cli._core.sizes import Size
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalEnergy
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem

WATER = {**H2O, "basis": "6-31g"}
STRETCHED_N2 = {"geometry": "N 0 0 0\nN 0 0 2.0"}


def solved(problem: Any, **options: Any) -> ClassicalEnergy:
    method = CLASSICAL_METHODS.create({"name": "selected-ci", **options})
    return method.solve(encoding_of(problem))


def exact(problem: Any) -> float:
    return CLASSICAL_METHODS.create("fci").solve(encoding_of(problem)).energy


@pytest.mark.parametrize("molecule", [H3, CH2, slow(STRETCHED_N2)], ids=["h3", "ch2", "n2"])
def test_small_thresholds_give_full_ci_with_its_spin(molecule: dict[str, Any]) -> None:
    problem = problem_of(molecule)
    found = solved(problem, select_cutoff=1e-6, coefficient_cutoff=1e-6)
    assert found.energy == pytest.approx(exact(problem), abs=1e-7)
    assert found.notes["s_squared"] == pytest.approx(problem.spin_squared, abs=1e-5)
    assert found.notes["complete"]


def test_energy_agrees_with_pyscf_on_the_molecule() -> None:
    field = pyscf_mean_field(WATER)
    orbitals = field.mo_coeff
    solver = fci.SCI()
    solver.select_cutoff = solver.ci_coeff_cutoff = 1e-2
    h1 = orbitals.T @ field.get_hcore() @ orbitals
    electronic, _ = solver.kernel(h1, ao2mo.kernel(field.mol, orbitals), 13, (5, 5), verbose=0)
    found = solved(problem_of(WATER), select_cutoff=1e-2, coefficient_cutoff=1e-2)
    assert found.energy == pytest.approx(electronic + field.energy_nuc(), abs=1e-7)


def test_fewer_determinants_give_a_higher_energy() -> None:
    problem = problem_of(N2)
    coarse = solved(problem, select_cutoff=1e-2, coefficient_cutoff=1e-2)
    fine = solved(problem, select_cutoff=1e-3, coefficient_cutoff=1e-3)
    assert fine.notes["determinants"] > coarse.notes["determinants"]
    assert problem.hartree_fock_energy > coarse.energy > fine.energy


def test_growth_ends_at_the_largest_number_of_determinants() -> None:
    problem = problem_of(N2)
    found = solved(problem, max_determinants=2000)
    assert found.notes["determinants"] <= 2000
    assert not found.notes["complete"]
    assert found.energy < problem.hartree_fock_energy


def test_a_reference_determinant_without_energy_is_improved() -> None:
    """The Hubbard dimer with U = 4: Hartree-Fock has −2 + U/2 = 0, exact is (U − √(U² + 16))/2."""
    orbitals = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    on_site = np.zeros((2,) * 4)
    on_site[0, 0, 0, 0] = on_site[1, 1, 1, 1] = 4.0
    h2 = np.einsum("pqrs,pi,qj,rk,sl->ijkl", on_site, *[orbitals] * 4)
    problem = ElectronicProblem(np.diag([-1.0, 1.0]), h2, 0.0, (1, 1), 1)
    assert problem.hartree_fock_energy == pytest.approx(0.0)
    assert solved(problem).energy == pytest.approx(2 - np.sqrt(8))


def test_electrons_of_one_spin_are_refused() -> None:
    with pytest.raises(InputError, match="both spins"):
        solved(named_problem("random-3-2-0"))


def test_memory_is_that_of_the_largest_space_however_large_the_problem() -> None:
    method = CLASSICAL_METHODS.create({"name": "selected-ci", "max_determinants": 1_000_000})
    (need,) = method.needs(Size(50, (25, 25)), 100, MACHINE)
    assert need.memory == 8 * 30 * 1_000_000

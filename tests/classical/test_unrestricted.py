"""Exact energies over unrestricted orbitals, against PySCF's `direct_uhf`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unrestricted import (
    H3,
    OH,
    STRETCHED_H4,
    STRETCHED_LIH,
    exact_energy,
    uhf,
    unrestricted_problem_of,
)
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.classical._any_spin import lowest_of_any_spin
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS


@pytest.mark.parametrize("frozen", [0, 1])
@pytest.mark.parametrize("molecule", [OH, STRETCHED_LIH, STRETCHED_H4], ids=["OH", "LiH", "H4"])
def test_fci_is_that_of_pyscf(molecule: tuple[str, int], frozen: int) -> None:
    problem = unrestricted_problem_of(*molecule, frozen)
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    found = CLASSICAL_METHODS.create("fci").solve(encoding)
    assert found.energy == pytest.approx(exact_energy(problem), abs=1e-9)
    assert (found.notes.get("searched") == "all spins") == (frozen > 0)


@pytest.mark.parametrize(("molecule", "frozen"), [(H3, 0), (STRETCHED_H4, 1)], ids=["H3", "H4"])
def test_numpy_is_that_of_pyscf(molecule: tuple[str, int], frozen: int) -> None:
    problem = unrestricted_problem_of(*molecule, frozen)
    encoding = Encoding(problem, MAPPERS.create("jordan-wigner"))
    found = CLASSICAL_METHODS.create("numpy").solve(encoding)
    assert found.energy == pytest.approx(exact_energy(problem), abs=1e-8)


def _of_pyscf(name: str, field: Any, frozen: int) -> float:
    """A total energy over UHF orbitals by PySCF itself, Hartree."""
    from pyscf import cc, ci, mp

    if name == "mp2":
        return float(mp.UMP2(field, frozen=frozen).run().e_tot)
    if name == "cisd":
        return float(ci.UCISD(field, frozen=frozen).run(conv_tol=1e-11).e_tot)
    solver = cc.UCCSD(field, frozen=frozen).run(conv_tol=1e-11, conv_tol_normt=1e-8)
    return float(solver.e_tot) + (float(solver.ccsd_t()) if name == "ccsd-t" else 0.0)


@pytest.mark.parametrize("name", ["mp2", "cisd", "ccsd", "ccsd-t"])
@pytest.mark.parametrize("frozen", [0, 1])
def test_correlated_methods_are_those_of_pyscf(frozen: int, name: str) -> None:
    encoding = Encoding(unrestricted_problem_of(*OH, frozen), MAPPERS.create("jordan-wigner"))
    found = CLASSICAL_METHODS.create(name).solve(encoding)
    assert found.energy == pytest.approx(_of_pyscf(name, uhf(*OH), frozen), abs=1e-7)


def test_iterations_find_the_state_of_full_diagonalisation() -> None:
    problem = unrestricted_problem_of(*STRETCHED_LIH)
    found = lowest_of_any_spin(problem, tolerance=1e-11, dense_up_to=0, max_space=60, products=1000)
    assert found.value + problem.core_energy == pytest.approx(exact_energy(problem), abs=1e-9)

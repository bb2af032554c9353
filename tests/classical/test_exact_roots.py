"""The lowest exact states, against full diagonalisation of PySCF's Hamiltonian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import fci

from tests.problems import CH2, LIH, N2, frontier, problem_of
from vqe_cli.classical import exact_roots as module
from vqe_cli.classical.exact_roots import exact_roots
from vqe_cli.fermions.problem import ElectronicProblem

PROBLEMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "lih": (LIH, {}),
    "n2": (N2, {"active_space": frontier(6, 6)}),
    "ch2": (CH2, {"active_space": "frozen-core"}),
}


def every_energy(problem: ElectronicProblem) -> np.ndarray:
    norb, nelec = problem.norb, problem.nelec
    matrix = fci.direct_spin1.pspace(
        problem.h1, problem.h2, norb, nelec, np=problem.sector_dimension
    )[1]
    return np.asarray(np.linalg.eigvalsh(matrix) + problem.core_energy)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("dense", [True, False])
def test_the_lowest_states_of_all_irreps_and_spins(
    name: str, dense: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not dense:
        monkeypatch.setattr(module, "DENSE_UP_TO", 20)
    molecule, parts = PROBLEMS[name]
    problem = problem_of(molecule, **parts)
    found = exact_roots(problem, 6)
    lowest = [root.energy for root in found[:6]]
    assert lowest == pytest.approx(list(every_energy(problem)[:6]), abs=1e-7)
    vectors = np.array([root.vector.ravel() for root in found])
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(found)), atol=1e-4)


def test_as_many_as_there_are() -> None:
    problem = problem_of(LIH, active_space=frontier(2, 2))
    found = exact_roots(problem, 10)
    assert [root.energy for root in found] == pytest.approx(list(every_energy(problem)))

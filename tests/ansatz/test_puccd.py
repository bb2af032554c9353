"""Paired doubles against doubly-occupied configuration interaction."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.problems import (
    EXACT_H2,
    H2,
    H3,
    H4,
    DenseFermions,
    encoding_of,
    named_problem,
    objective_of,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz.puccd import Puccd
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts


def doubly_occupied_ci(problem: ElectronicProblem) -> float:
    """The lowest eigenvalue among determinants whose orbitals hold two electrons or none.

    ``H_II = Σ_i 2 h_ii + Σ_ij 2 (ii|jj) - (ij|ji)`` and ``H_IJ = (ia|ia)`` if J moves the pair
    of i to a (Weinhold and Wilson, J. Chem. Phys. 46, 2752 (1967)).
    """
    h1, h2 = problem.h1, problem.h2
    pairs = [set(found) for found in combinations(range(problem.norb), problem.nelec[0])]
    matrix = np.zeros((len(pairs),) * 2)
    for row, one in enumerate(pairs):
        matrix[row, row] = problem.core_energy + sum(2 * h1[i, i] for i in one)
        matrix[row, row] += sum(2 * h2[i, i, j, j] - h2[i, j, j, i] for i in one for j in one)
        for column, other in enumerate(pairs):
            if len(one - other) == 1:
                (i,), (a,) = one - other, other - one
                matrix[row, column] = h2[i, a, i, a]
    return float(np.linalg.eigvalsh(matrix)[0])


@pytest.mark.parametrize(
    ("norb", "pairs", "parameters"), [(2, 1, 1), (4, 2, 4), (7, 5, 10), (3, 3, 0), (3, 0, 0)]
)
def test_number_of_parameters_is_occupied_times_empty(
    norb: int, pairs: int, parameters: int
) -> None:
    product = Puccd().excitations(random_problem(norb, (pairs, pairs), 1))
    assert product.num_parameters == len(product.rotations) == parameters


def test_pairs_move_in_the_order_of_their_orbitals() -> None:
    labels = Puccd().excitations(random_problem(4, (2, 2), 1)).labels
    assert labels == tuple(f"{i}α {i}β → {a}α {a}β" for i in (1, 2) for a in (3, 4))


def test_state_is_the_product_of_matrix_exponentials_and_has_pairs_only() -> None:
    problem, dense = random_problem(4, (2, 2), 3), DenseFermions(4)
    product = Puccd().excitations(problem)
    objective = objective_of(encoding_of(problem), "puccd")
    x = np.random.default_rng(2).uniform(-2, 2, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector((2, 2))], abs=1e-12)
    assert np.abs(found - np.diag(np.diag(found))).max() == 0.0


def test_two_electrons_in_two_orbitals_are_exact() -> None:
    record = run(spec_of(H2, ansatz="puccd"))
    assert record.result.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert record.verdict == "pass"


def test_one_pair_reaches_doubly_occupied_ci() -> None:
    """Rotations from one orbital to each of the others make any real vector of pairs."""
    problem = named_problem("lih-3-orbitals")
    objective = objective_of(encoding_of(problem), "puccd")
    found = minimize(objective.energy_and_gradient, np.full(2, 0.1), jac=True, tol=1e-12)
    assert found.fun == pytest.approx(doubly_occupied_ci(problem), abs=1e-9)


def test_two_pairs_lie_between_doubly_occupied_ci_and_hartree_fock() -> None:
    spec = spec_of(H4, ansatz="puccd")
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert isinstance(problem, ElectronicProblem)
    energy = run(spec).result.energy
    lowest = doubly_occupied_ci(problem)
    assert lowest - 1e-9 <= energy <= lowest + 0.1 * (problem.hartree_fock_energy - lowest)


def test_open_shells_are_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match="1 electron is unpaired") as caught:
        run(spec_of(H3, ansatz="puccd"))
    assert caught.value.path == ("ansatz",)
    assert "uccsd" in (caught.value.hint or "")

"""The conditions hold for exact states by PySCF, and their adjoints are adjoint."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import fci

from tests.problems import random_problem
from vqe_cli.verification.pair_conditions import PairSpace, blocks

pytestmark = pytest.mark.quick

SECTORS = [(3, (1, 1)), (3, (2, 1)), (4, (2, 2)), (4, (3, 1)), (4, (4, 2)), (3, (3, 0))]


def state_of(norb: int, nelec: tuple[int, int], seed: int) -> tuple[PairSpace, np.ndarray, float]:
    """The pairs of an eigenstate by PySCF, their matrix, and its electronic energy."""
    problem = random_problem(norb, nelec, seed)
    energy, state = fci.direct_spin1.kernel(problem.h1, problem.h2, norb, nelec)
    multiplicity = fci.spin_op.spin_square(state, norb, nelec)[1]
    two = fci.direct_spin1.make_rdm12(state, norb, nelec)[1]
    space = PairSpace(norb, sum(nelec), (round(multiplicity) - 1) / 2)
    return space, two.transpose(0, 2, 1, 3).reshape(norb**2, norb**2), float(energy)


@pytest.mark.parametrize(("norb", "nelec"), SECTORS)
@pytest.mark.parametrize("seed", range(3))
def test_exact_states_fulfil_all_conditions(norb: int, nelec: tuple[int, int], seed: int) -> None:
    space, pairs, energy = state_of(norb, nelec, seed)
    problem = random_problem(norb, nelec, seed)
    operator = space.hamiltonian(problem.h1, problem.h2)
    assert float(np.sum(operator * pairs)) == pytest.approx(energy, abs=1e-9)
    for condition, trace in zip(space.pair_density, space.traces, strict=True):
        assert float(np.trace(condition.matrix(pairs))) == pytest.approx(trace, abs=1e-7)
    for condition in (*space.pair_density, *space.conditions):
        lowest = np.linalg.eigvalsh(condition.matrix(pairs)).min(initial=0.0)
        assert lowest > -1e-7, condition.name
    assert np.abs(space.equalities @ pairs.ravel()).max(initial=0.0) < 1e-6


@pytest.mark.parametrize(("norb", "nelec"), SECTORS)
def test_adjoints_are_adjoint(norb: int, nelec: tuple[int, int]) -> None:
    space, pairs, _ = state_of(norb, nelec, 0)
    rng = np.random.default_rng(1)
    for condition in space.conditions:
        weight = rng.normal(size=(condition.dimension,) * 2)
        weight = weight + weight.T
        whole = float(np.sum(weight * condition.matrix(pairs)))
        constant = condition.constant * float(np.trace(weight))
        part = float(condition.adjoint(weight) @ pairs.ravel())
        assert whole == pytest.approx(constant + part, abs=1e-9)


def test_pairs_are_orthonormal_and_complete() -> None:
    space = PairSpace(3, 2, 0.0)
    together = np.hstack([space.singlets.toarray(), space.triplets.toarray()])
    assert np.allclose(together.T @ together, np.eye(9))


def test_blocks_hold_every_row_once() -> None:
    found = blocks(np.array([2, 0, 2, 1]))
    assert [list(rows) for rows in found] == [[1], [3], [0, 2]]

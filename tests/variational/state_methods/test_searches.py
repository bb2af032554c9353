"""The functions that searches for excited states minimise."""

from __future__ import annotations

import numpy as np
import pytest

from tests.functions import central_differences
from tests.problems import encoding_of, named_problem, objective_of
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.variational.state_methods import GroundState, Wanted
from vqe_cli.variational.state_methods._references import references
from vqe_cli.variational.state_methods.sa_vqe import Average
from vqe_cli.variational.state_methods.vqd import Deflated

PENALTY = 3.0


def ground_of(name: str, ansatz: str = "uccgsd") -> GroundState:
    encoding = encoding_of(named_problem(name))
    objective = objective_of(encoding, ansatz)
    product = ANSATZE.create(ansatz).state(encoding).product
    assert isinstance(objective, SectorObjective)
    assert product is not None
    x = np.random.default_rng(3).uniform(-0.4, 0.4, product.num_parameters)
    assert isinstance(objective.space, SectorSpace)
    return GroundState(named_problem(name), product, objective, objective.space, x, 1)


every_shell = pytest.mark.parametrize("name", ["h4", "ch2-triplet", "h3-doublet"])


@every_shell
def test_the_gradient_with_a_penalty_is_that_of_finite_differences(name: str) -> None:
    ground = ground_of(name)
    first, second, *_ = (
        one for one in references(ground, Wanted(8)) if one.space.target == ground.space.target
    )
    deflated = Deflated(second, (first.state(ground.x),), PENALTY)
    moved = ground.x + 0.1
    expected = central_differences(lambda x: deflated.energy_and_gradient(x)[0], moved)
    assert deflated.energy_and_gradient(moved)[1] == pytest.approx(expected, abs=1e-7)


@every_shell
def test_the_gradient_of_the_mean_is_that_of_finite_differences(name: str) -> None:
    ground = ground_of(name)
    average = Average(references(ground, Wanted(4)), np.array([0.4, 0.3, 0.2, 0.1]))
    expected = central_differences(lambda x: average.energy_and_gradient(x)[0], ground.x)
    assert average.energy_and_gradient(ground.x)[1] == pytest.approx(expected, abs=1e-7)


@every_shell
def test_references_are_orthonormal(name: str) -> None:
    ground = ground_of(name)
    found = [one.space.unpack(one.vector).ravel() for one in references(ground, Wanted(6))]
    overlaps = np.array(found) @ np.array(found).T
    np.testing.assert_allclose(overlaps, np.eye(len(found)), atol=1e-10)


def test_the_penalty_is_that_of_a_squared_overlap_of_one() -> None:
    ground = ground_of("h4")
    first = references(ground, Wanted(1))[0]
    state = first.state(ground.x)
    with_itself = Deflated(first, (state,), PENALTY).energy_and_gradient(ground.x)[0]
    alone = Deflated(first, (), PENALTY).energy_and_gradient(ground.x)[0]
    assert with_itself - alone == pytest.approx(PENALTY)

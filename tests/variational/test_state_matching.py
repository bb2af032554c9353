"""Which exact state a state is, by overlap and not by order."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.classical.exact_roots import ExactRoot
from vqe_cli.variational.state_matching import Comparison, levels, matches
from vqe_cli.variational.state_methods import FoundState

pytestmark = pytest.mark.quick

ROOTS = [
    ExactRoot(energy, np.eye(4)[place].reshape(2, 2))
    for place, energy in enumerate((-1.0, -0.5, -0.5, 0.3))
]
"""Four states, the second and the third degenerate."""


def found(energy: float, *amplitudes: float) -> FoundState:
    return FoundState(energy, np.array(amplitudes).reshape(2, 2))


def test_states_in_the_wrong_order_are_matched_by_overlap() -> None:
    states = [found(0.4, 0, 0, 0, 1), found(-0.9, 1, 0, 0, 0)]
    assert [match.root for match in matches(states, ROOTS)] == [3, 0]


def test_degenerate_states_match_in_any_rotation() -> None:
    half = np.sqrt(0.5)
    states = [found(-0.5, 0, half, half, 0), found(-0.5, 0, half, -half, 0)]
    chosen = matches(states, ROOTS)
    assert {match.root for match in chosen} == {1, 2}
    assert [match.overlap for match in chosen] == pytest.approx([1.0, 1.0])


def test_a_mixture_of_distant_states_is_none_of_them() -> None:
    third = np.sqrt(1 / 3)
    (match,) = matches([found(0.0, third, third, 0, third)], ROOTS)
    assert match.root is None
    assert match.overlap == pytest.approx(1 / 3)


def test_the_nearest_exact_state_is_a_projection_on_degenerate_ones() -> None:
    tilted = found(-0.5, 0.1, 0.6, 0.8, 0)
    comparison = Comparison(ROOTS, matches([tilted], ROOTS))
    nearest = comparison.nearest(0, tilted.vector)
    assert nearest is not None
    assert nearest.vector.ravel() == pytest.approx([0.0, 0.6, 0.8, 0.0])


def test_levels_of_energies() -> None:
    assert levels([-1.0, -0.5, -0.5 + 1e-7, 0.3]) == [0, 1, 1, 2]

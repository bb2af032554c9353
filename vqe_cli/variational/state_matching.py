"""Which exact state a computed state is, by overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.classical.exact_roots import ExactRoot
from vqe_cli.variational.state_methods import FoundState

DEGENERATE = 1e-5
"""Largest difference of the energies of degenerate states, Hartree."""

MATCHES_FROM = 0.5
"""Squared overlap from which a state is identified with an exact one."""


@dataclass(frozen=True)
class Match:
    """The exact state that a state overlaps with most.

    Args:
        root: Index of the exact state; None if the overlap with all is small.
        overlap: Squared overlap with it, or with all states degenerate with it.
    """

    root: int | None
    overlap: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """The exact states that states are compared with.

    Args:
        roots: Exact states in ascending order; empty without any.
        of_states: The exact state of each state.
        missing: Reason why there are no exact states; None if there are.
        failed: Whether they were tried in vain.
    """

    roots: Sequence[ExactRoot] = ()
    of_states: Sequence[Match] = ()
    missing: str | None = None
    failed: bool = False

    def root_of(self, place: int) -> ExactRoot | None:
        """The exact state of a state; None if it overlaps with none, or none are known.

        Args:
            place: Position of the state.
        """
        index = self.of_states[place].root if self.of_states else None
        return None if index is None else self.roots[index]

    def nearest(self, place: int, vector: FloatArray) -> ExactRoot | None:
        """The exact state nearest to a state: its projection on all degenerate ones.

        Args:
            place: Position of the state.
            vector: The state, shape (alpha strings, beta strings).
        """
        root = self.root_of(place)
        if root is None:
            return None
        level = [one.vector for one in self.roots if abs(one.energy - root.energy) <= DEGENERATE]
        mixed = sum(np.vdot(one, vector) * one for one in level)
        return ExactRoot(root.energy, np.asarray(mixed / np.linalg.norm(mixed)))


def matches(states: Sequence[FoundState], roots: Sequence[ExactRoot]) -> list[Match]:
    """An exact state for every state, each exact state at most once.

    The assignment has the largest sum of squared overlaps. Degenerate exact states are any
    orthonormal basis of their space, so that overlaps with all of them are added.

    Args:
        states: The states.
        roots: Exact states in ascending order.
    """
    from scipy.optimize import linear_sum_assignment

    overlaps = _overlaps(states, roots)
    rows, columns = linear_sum_assignment(overlaps, maximize=True)
    found = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    result = []
    for place in range(len(states)):
        overlap = float(overlaps[place, found[place]]) if place in found else 0.0
        matched = overlap >= MATCHES_FROM
        result.append(Match(found[place] if matched else None, overlap))
    return result


def levels(energies: Sequence[float]) -> list[int]:
    """The number of the energy level of each state: degenerate ones have the same.

    Args:
        energies: Energies in ascending order, Hartree.
    """
    steps = np.diff(energies, prepend=energies[:1]) > DEGENERATE
    return [int(level) for level in np.cumsum(steps)]


def _overlaps(states: Sequence[FoundState], roots: Sequence[ExactRoot]) -> FloatArray:
    """Squared overlaps, summed over degenerate exact states, shape (states, roots)."""
    ours, exact = (np.array([one.vector.ravel() for one in many]) for many in (states, roots))
    squares = (ours @ exact.T) ** 2
    level = levels([root.energy for root in roots])
    sums = np.zeros((len(states), level[-1] + 1))
    np.add.at(sums.T, level, squares.T)
    return np.asarray(sums[:, level])

"""Determinants whose orbitals hold two electrons or none, one string of pairs for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.fermions.determinants.strings import Strings, split_by_spin
from vqe_cli.fermions.excitations import Excitation

BLOCK = 1 << 16
"""Number of determinants whose occupations are listed at a time."""


@dataclass(frozen=True, eq=False)
class PairSpace:
    """All determinants of a number of electron pairs, in ascending order of their strings.

    Args:
        norb: Number of spatial orbitals.
        count: Number of pairs.
    """

    norb: int
    count: int

    num_irreps = 1
    """All determinants of pairs are totally symmetric."""

    @property
    def dimension(self) -> int:
        """The number of determinants."""
        return comb(self.norb, self.count)

    @cached_property
    def strings(self) -> tuple[Strings, Strings]:
        """Alpha and beta strings in ascending order; a determinant has the same of both."""
        pairs = Strings(self.norb, self.count)
        return pairs, pairs

    def moves(self, initial: int, final: int) -> tuple[IntArray, IntArray]:
        """The determinants that moving a pair connects, before and after; the signs are positive.

        Args:
            initial: Orbital from which the pair is taken.
            final: Orbital to which it is moved.
        """
        ladders = ((final, True), (initial, False))
        found = self.strings[0].transition(ladders, signed=False)
        return found.source, found.target

    def all_moves(self) -> Iterable[tuple[int, int]]:
        """Pairs of orbitals (i, a) with i < a, one for each way to move a pair."""
        return combinations(range(self.norb), 2) if 0 < self.count < self.norb else ()

    def occupations(self) -> Iterator[tuple[slice, FloatArray]]:
        """The numbers of pairs in the orbitals, 0 or 1, of one block of determinants after another.

        Yields:
            The places of the determinants, and their occupations, shape (determinants, norb).
        """
        for first in range(0, self.dimension, BLOCK):
            part = slice(first, first + BLOCK)
            bits = self.strings[0].values[part, None] >> np.arange(self.norb) & 1
            yield part, bits.astype(np.float64)

    def unpack(self, psi: FloatArray) -> FloatArray:
        """The matrix of a vector over all alpha and beta strings, a diagonal one.

        Args:
            psi: The vector, shape (dimension,).
        """
        return np.diag(psi)


class PairMoves:
    """The determinants that excitations connect if they move pairs.

    Args:
        space: The determinants.
    """

    def __init__(self, space: PairSpace) -> None:
        self._space = space

    def places(self, excitation: Excitation) -> tuple[IntArray, IntArray]:
        """The places p and q with ``T|p⟩ = |q⟩``; a negative sign exchanges the two.

        The signs of both spins' strings are equal, so that only that of their order is left.
        """
        moved = moved_pair(excitation)
        assert moved is not None
        source, target = self._space.moves(*moved)
        negative = not excitation.qubit and split_by_spin(excitation)[2] < 0
        return (target, source) if negative else (source, target)


def moved_pair(excitation: Excitation) -> tuple[int, int] | None:
    """The orbitals from and to which an excitation moves a pair; None if it does anything else.

    Args:
        excitation: The excitation.
    """
    sides = excitation.annihilate, excitation.create
    orbitals = [{orbital for orbital, _ in side} for side in sides]
    if any(len(side) != 2 for side in sides) or any(len(found) != 1 for found in orbitals):
        return None
    return orbitals[0].pop(), orbitals[1].pop()

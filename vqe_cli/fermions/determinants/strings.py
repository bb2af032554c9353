"""Occupation strings of one spin, and the action of ladder operators on them.

A string is an integer whose bit p is the occupation of orbital p; strings are sorted as
integers, as in PySCF's `cistring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import IntArray
from vqe_cli.fermions.excitations import Excitation

SignArray = npt.NDArray[np.float64]
Ladder = tuple[int, bool]
"""Index of the orbital, and whether the operator is a creator."""


@dataclass(frozen=True)
class Transition:
    """A signed map of strings: ``T |source⟩ = sign |target⟩``, zero for other strings.

    Args:
        source: Indices of the initial strings, shape (pairs,).
        target: Indices of the final strings, shape (pairs,).
        sign: Signs ±1, shape (pairs,).
    """

    source: IntArray
    target: IntArray
    sign: SignArray


@dataclass(frozen=True)
class Strings:
    """All strings of `count` electrons in `norb` orbitals."""

    norb: int
    count: int

    @cached_property
    def values(self) -> IntArray:
        """The strings in ascending order."""
        from pyscf.fci import cistring

        return np.asarray(cistring.make_strings(range(self.norb), self.count), dtype=np.int64)

    def transition(self, ladders: tuple[Ladder, ...], *, signed: bool = True) -> Transition:
        """The action of ladder operators, the rightmost first, on every string.

        Args:
            ladders: The operators from left to right, which conserve the number of electrons.
            signed: Whether signs are fermionic; all are positive for qubit excitations.
        """
        strings = self.values.copy()
        alive = np.ones(strings.size, dtype=bool)
        sign = np.ones(strings.size)
        for orbital, creates in reversed(ladders):
            occupied = (strings >> orbital) & 1
            alive &= occupied == (0 if creates else 1)
            below = np.bitwise_count(strings & ((1 << orbital) - 1))
            sign *= 1.0 - 2.0 * (below & 1)
            strings ^= 1 << orbital
        if not signed:
            sign[:] = 1.0
        source = np.flatnonzero(alive)
        target = np.searchsorted(self.values, strings[alive])
        return Transition(source, target.astype(np.int64), sign[alive])


def split_by_spin(excitation: Excitation) -> tuple[tuple[Ladder, ...], tuple[Ladder, ...], float]:
    """Write an excitation as sign · (alpha operators) · (beta operators).

    Args:
        excitation: T as `Excitation` defines it.

    Returns:
        The alpha operators, the beta operators, and the sign of the reordering. Each spin has an
        even number of operators, so that passing the other spin's electrons gives no sign.
    """
    ladders = [(orbital, spin, True) for orbital, spin in excitation.create]
    ladders += [(orbital, spin, False) for orbital, spin in reversed(excitation.annihilate)]
    swaps = sum(
        1
        for later, (_, spin, _) in enumerate(ladders)
        for _, earlier_spin, _ in ladders[:later]
        if earlier_spin > spin
    )
    alpha, beta = (
        tuple((orbital, creates) for orbital, spin, creates in ladders if spin == wanted)
        for wanted in (0, 1)
    )
    return alpha, beta, -1.0 if swaps % 2 else 1.0

"""Overlaps of states over two sets of orbitals, such as those at two geometries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class StateVectors:
    """States with the active orbitals over which their determinants are formed.

    Args:
        orbitals: Coefficients over orthonormal functions that all sets have in common, shape (n,
            norb).
        nelec: Numbers of alpha and beta electrons.
        vectors: Normalised amplitudes, each of shape (alpha strings, beta strings).
    """

    orbitals: FloatArray
    nelec: tuple[int, int]
    vectors: tuple[FloatArray, ...]


def squared_overlaps(first: StateVectors, second: StateVectors) -> FloatArray:
    """Squared overlaps of states over two sets of orbitals, shape (first states, second states).

    Overlaps of determinants are minors of the orbitals' overlap (Löwdin, Phys. Rev. 97, 1474
    (1955)). Frozen orbitals count as the same.

    Args:
        first: States.
        second: States of as many electrons in as many orbitals.
    """
    overlap = first.orbitals.T @ second.orbitals
    alpha, beta = (_minors(overlap, count) for count in first.nelec)
    moved = [alpha.T @ vector @ beta for vector in first.vectors]
    found = [[np.vdot(one, other) for other in second.vectors] for one in moved]
    return np.asarray(found) ** 2


def _minors(overlap: FloatArray, count: int) -> FloatArray:
    """Overlaps of all strings of a number of electrons, in ascending order of their bits."""
    strings = _occupations(len(overlap), count)
    rows = [np.linalg.det(overlap[np.ix_(one, range(len(overlap)))][:, strings].swapaxes(0, 1))
            for one in strings]  # fmt: skip
    return np.asarray(rows)


def _occupations(norb: int, count: int) -> FloatArray:
    """Occupied orbitals of all strings in ascending order of their bits, shape (strings, count)."""
    found: Sequence[tuple[int, ...]] = sorted(
        combinations(range(norb), count), key=lambda one: sum(1 << orbital for orbital in one)
    )
    return np.array(found, dtype=int).reshape(len(found), count)

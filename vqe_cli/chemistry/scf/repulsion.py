"""Coulomb, exchange and other elements of two-electron integrals in eightfold packing."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray


def place_of_pair(one: Any, other: Any) -> Any:
    """The position of a pair of indices, or of pairs, in a packed array.

    Args:
        one: Index from 0, a number or an array.
        other: The other index, in the same form.
    """
    high, low = np.maximum(one, other), np.minimum(one, other)
    return high * (high + 1) // 2 + low


def coulomb_integrals(eri: FloatArray, norb: int) -> FloatArray:
    """Coulomb integrals (pp|qq), shape (norb, norb).

    Args:
        eri: Two-electron integrals, Hartree, eightfold packing.
        norb: Number of orbitals.
    """
    own = place_of_pair(np.arange(norb), np.arange(norb))
    return np.asarray(eri[place_of_pair(own[:, None], own[None, :])])


def exchange_integrals(eri: FloatArray, norb: int) -> FloatArray:
    """Exchange integrals (pq|pq), shape (norb, norb); arguments as for `coulomb_integrals`."""
    p, q = np.indices((norb, norb))
    pairs = place_of_pair(p, q)
    return np.asarray(eri[place_of_pair(pairs, pairs)])


def skewness(eri: FloatArray, norb: int) -> FloatArray:
    """``Σ_a (pp|pa)²``, shape (norb,); arguments as for `coulomb_integrals`.

    The sum over all orbitals a does not depend on their choice.
    """
    p, a = np.indices((norb, norb))
    own = place_of_pair(np.arange(norb), np.arange(norb))
    return np.asarray((eri[place_of_pair(own[:, None], place_of_pair(p, a))] ** 2).sum(axis=1))

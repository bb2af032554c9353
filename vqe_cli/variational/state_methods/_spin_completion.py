"""Subspaces of open shells that hold states of one spin each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared

MOST_COMPONENTS = 3
"""Largest number of spins in a double excitation of a state with spin S: S, S + 1 and S + 2."""

SPREAD = 0.1
"""Standard deviation of S² from which a vector is split; less is round-off, or the little that a
Trotterised unitary mixes into a state."""


def most_components(nelec: tuple[int, int]) -> int:
    """The largest number of vectors that `spin_complete` makes of one.

    Args:
        nelec: Numbers of alpha and beta electrons.
    """
    return 1 if nelec[0] == nelec[1] else MOST_COMPONENTS


def spin_complete(space: SectorSpace, vectors: Sequence[FloatArray]) -> list[FloatArray]:
    """Vectors whose span holds the components of each spin of the given ones.

    All single and double excitations of a singlet span states of one spin each. Those of an open
    shell do not: of three electrons in three orbitals, doubles miss some of the couplings, and
    eigenstates among them mix doublets with quartets. The Lanczos vectors of S² that start from an
    excitation span what it has of each spin.

    Args:
        space: The determinants.
        vectors: Vectors in the packed layout, each of shape (dimension,).
    """
    if most_components(space.nelec) == 1:
        return list(vectors)
    operator = SpinSquared(space)
    return [one for vector in vectors for one in _lanczos(operator, vector)]


def _lanczos(operator: SpinSquared, vector: FloatArray) -> Iterator[FloatArray]:
    """The vector, and what S² makes of it beyond the vectors before."""
    norm = float(np.linalg.norm(vector))
    yield vector
    if norm == 0.0:
        return
    basis = [vector / norm]
    while len(basis) < MOST_COMPONENTS:
        product = operator.times(basis[-1])
        for one in basis:
            product = product - (one @ product) * one
        spread = float(np.linalg.norm(product))
        if spread < SPREAD:
            return
        basis.append(product / spread)
        yield basis[-1]

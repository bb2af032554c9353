"""The lowest eigenvector of a large symmetric matrix that is only known by its products."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray

FOLLOWED = 3
"""Lowest states that are improved together: what looks like the second may become the first."""

KEPT = 3
"""A restart keeps one in so many vectors: all states near the lowest, or it would lose its way
among them."""

IDENTIFIED = 1e-2
"""Residual up to which a state above the lowest is improved: what it is can be told by then."""

DEGENERATE = 1e-9
"""Hartree within which eigenvalues count as one: mixing their states changes nothing."""

INDEPENDENT = 1e-10
"""Norm, of what is left of a unit vector outside a space, below which it is taken to be inside."""


@dataclass(frozen=True)
class Eigenpair:
    """The lowest eigenvalue and its vector.

    Args:
        value: Rayleigh quotient of the vector.
        vector: Shape ``(n,)``, normalised.
        error: Estimated error of the value.
        converged: Whether that is within the tolerance.
    """

    value: float
    vector: FloatArray
    error: float
    converged: bool


def lowest_eigenpair(
    times: Callable[[FloatArray], FloatArray],
    diagonal: FloatArray,
    guesses: Iterable[FloatArray],
    *,
    tolerance: float,
    max_space: int,
    max_products: int,
) -> Eigenpair:
    """Davidson's method with thick restarts.

    A restart keeps the lowest third of the Ritz vectors, not the lowest alone (Stathopoulos, Saad
    and Wu, SIAM J. Sci. Comput. 19, 227 (1998)): on a stretched bond dozens of states lie within
    a millihartree, which a single vector cannot tell apart. That it has converged is judged by the
    residual r over the gap to the next Ritz value, r²/gap, and not by how little the energy
    changes, which is little wherever convergence is slow.

    Args:
        times: The matrix times a vector of shape ``(n,)``.
        diagonal: Of the matrix, shape ``(n,)``.
        guesses: First vectors, each of shape ``(n,)``.
        tolerance: Error of the eigenvalue at which it ends.
        max_space: Vectors that are held, and as many products with them.
        max_products: Products with the matrix at most.

    Returns:
        The eigenpair, converged or not.
    """
    space = _Space(diagonal.size, min(max_space, diagonal.size))
    space.extend(guesses, times)
    while True:
        values, mixing = np.linalg.eigh(space.projected)
        residuals = space.residuals(values, mixing)
        norms = np.linalg.norm(residuals, axis=1)
        error = _error(float(norms[0]), values)
        if error <= tolerance or space.products >= max_products:
            return Eigenpair(float(values[0]), space.vector(mixing), error, error <= tolerance)
        fresh = [
            _corrected(residual, diagonal, value)
            for k, (residual, value, norm) in enumerate(
                zip(residuals, values[:FOLLOWED], norms, strict=False)
            )
            if k == 0 or norm > IDENTIFIED
        ]
        if space.size + len(fresh) > space.room:
            space.restart(mixing)
        if not space.extend(fresh, times):
            return Eigenpair(float(values[0]), space.vector(mixing), error, error <= tolerance)


class _Space:
    """Orthonormal vectors, the products with them, and the matrix projected on them.

    Args:
        length: Of a vector.
        room: Vectors at most.
    """

    def __init__(self, length: int, room: int) -> None:
        self.room = room
        self.size = 0
        self.products = 0
        self._vectors = np.empty((room, length))
        self._images = np.empty((room, length))
        self._projected = np.zeros((room, room))

    @property
    def projected(self) -> FloatArray:
        """The matrix in this space, shape ``(size, size)``."""
        return self._projected[: self.size, : self.size]

    def extend(
        self, candidates: Iterable[FloatArray], times: Callable[[FloatArray], FloatArray]
    ) -> int:
        """Add what is new in vectors; tells how many that was."""
        before = self.size
        for candidate in candidates:
            vector = self._outside(candidate)
            if vector is None or self.size == self.room:
                continue
            k = self.size
            self._vectors[k], self._images[k] = vector, times(vector)
            row = self._vectors[: k + 1] @ self._images[k]
            self._projected[k, : k + 1] = self._projected[: k + 1, k] = row
            self.size += 1
        self.products += self.size - before
        return self.size - before

    def _outside(self, candidate: FloatArray) -> FloatArray | None:
        """The normalised part outside the space, orthogonalised twice; None if there is none."""
        vector = candidate / np.linalg.norm(candidate)
        inside = self._vectors[: self.size]
        for _ in range(2):
            vector = vector - inside.T @ (inside @ vector)
            norm = float(np.linalg.norm(vector))
            if norm < INDEPENDENT:
                return None
            vector /= norm
        return vector

    def residuals(self, values: FloatArray, mixing: FloatArray) -> FloatArray:
        """``Ax − θx`` of the lowest Ritz vectors, shape ``(≤ FOLLOWED, n)``."""
        lowest = mixing[:, :FOLLOWED].T
        images, vectors = self._images[: self.size], self._vectors[: self.size]
        found: FloatArray = lowest @ images - values[:FOLLOWED, None] * (lowest @ vectors)
        return found

    def vector(self, mixing: FloatArray) -> FloatArray:
        """The lowest Ritz vector."""
        found = np.ascontiguousarray(mixing[:, 0] @ self._vectors[: self.size])
        return np.asarray(found / np.linalg.norm(found))

    def restart(self, mixing: FloatArray) -> None:
        """Keep the lowest Ritz vectors only."""
        kept = mixing[:, : max(FOLLOWED, self.room // KEPT)].T
        values = kept @ self.projected @ kept.T
        count = len(kept)
        self._vectors[:count] = kept @ self._vectors[: self.size]
        self._images[:count] = kept @ self._images[: self.size]
        self._projected[:count, :count] = 0.5 * (values + values.T)
        self.size = count


def _error(residual: float, values: FloatArray) -> float:
    """How far the lowest Ritz value may be off, by its residual and the gap above it."""
    apart = values[values > values[0] + DEGENERATE]
    gap = float(apart[0] - values[0]) if apart.size else 1.0
    return residual**2 / max(gap, residual, np.finfo(float).tiny)


def _corrected(residual: FloatArray, diagonal: FloatArray, value: float) -> FloatArray:
    """Davidson's correction, kept finite where the diagonal meets the eigenvalue."""
    distance = diagonal - value
    floor = 1e-2
    return residual / np.where(np.abs(distance) < floor, np.copysign(floor, distance), distance)

"""The lowest eigenvector of a large symmetric matrix, by products with vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray

FOLLOWED = 3
"""Number of lowest states that are improved together, whose order may change."""

KEPT = 3
"""Ratio of vectors before and after a restart, which must keep all states near the lowest."""

IDENTIFIED = 1e-2
"""Residual to which a state above the lowest is improved, which suffices to identify it."""

DEGENERATE = 1e-9
"""Largest difference of eigenvalues that count as degenerate, Hartree."""

INDEPENDENT = 1e-10
"""Largest norm of a unit vector's part outside a space that contains it."""


@dataclass(frozen=True)
class Eigenpair:
    """The lowest eigenvalue and its eigenvector.

    Args:
        value: Rayleigh quotient of the vector, Hartree.
        vector: The normalised eigenvector, shape (n,).
        error: Estimated error of the value, Hartree.
        converged: Whether the error is within the tolerance.
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
    """Find the lowest eigenpair by Davidson's method with thick restarts.

    A restart keeps the lowest third of the Ritz vectors, not only the lowest (Stathopoulos, Saad
    and Wu, SIAM J. Sci. Comput. 19, 227 (1998)): a stretched bond has dozens of states within a
    millihartree, which a single vector cannot separate. The criterion of convergence is r²/gap with
    the residual r and the gap to the next Ritz value, not the change of the energy, which is also
    small when convergence is slow.

    Args:
        times: Function that returns the matrix's product with a vector, shape (n,).
        diagonal: Diagonal of the matrix, shape (n,).
        guesses: Initial vectors, each of shape (n,).
        tolerance: Error of the eigenvalue at which the iterations end.
        max_space: Maximum number of vectors, and of their products, in memory.
        max_products: Maximum number of products with the matrix.

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
    """Orthonormal vectors, their products with the matrix, and the projected matrix.

    Args:
        length: Length of a vector.
        room: Maximum number of vectors.
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
        """The projected matrix, shape (size, size)."""
        return self._projected[: self.size, : self.size]

    def extend(
        self, candidates: Iterable[FloatArray], times: Callable[[FloatArray], FloatArray]
    ) -> int:
        """Add the linearly independent parts of some vectors.

        Returns:
            The number of added vectors.
        """
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
        """The normalised part of a vector outside the space; None if there is none."""
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
        """The residuals ``Ax − θx`` of the lowest Ritz vectors, shape (≤ FOLLOWED, n)."""
        lowest = mixing[:, :FOLLOWED].T
        images, vectors = self._images[: self.size], self._vectors[: self.size]
        found: FloatArray = lowest @ images - values[:FOLLOWED, None] * (lowest @ vectors)
        return found

    def vector(self, mixing: FloatArray) -> FloatArray:
        """The lowest Ritz vector, shape (n,)."""
        found = np.ascontiguousarray(mixing[:, 0] @ self._vectors[: self.size])
        return np.asarray(found / np.linalg.norm(found))

    def restart(self, mixing: FloatArray) -> None:
        """Keep only the lowest Ritz vectors."""
        kept = mixing[:, : max(FOLLOWED, self.room // KEPT)].T
        values = kept @ self.projected @ kept.T
        count = len(kept)
        self._vectors[:count] = kept @ self._vectors[: self.size]
        self._images[:count] = kept @ self._images[: self.size]
        self._projected[:count, :count] = 0.5 * (values + values.T)
        self.size = count


def _error(residual: float, values: FloatArray) -> float:
    """The estimated error of the lowest Ritz value, from its residual and the gap above it."""
    apart = values[values > values[0] + DEGENERATE]
    gap = float(apart[0] - values[0]) if apart.size else 1.0
    return residual**2 / max(gap, residual, np.finfo(float).tiny)


def _corrected(residual: FloatArray, diagonal: FloatArray, value: float) -> FloatArray:
    """Davidson's correction, kept finite if a diagonal element equals the eigenvalue."""
    distance = diagonal - value
    floor = 1e-2
    return residual / np.where(np.abs(distance) < floor, np.copysign(floor, distance), distance)

"""PySCF's DIIS of mean fields, where its error vectors depend on one another."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.linalg import eigh

from vqe_cli._core.arrays import FloatArray, Vector

DEPENDENT = 1e-14
"""Size of an eigenvalue below which PySCF leaves it out."""


@cache
def extrapolation() -> Any:
    """PySCF's class, with least squares where its equations are singular.

    PySCF leaves out small eigenvalues, and stops where the equations are singular without them: up
    to 2.14 by an AttributeError, since `numpy.linalg.linalg`, in which it looks for LinAlgError, is
    no longer in NumPy.
    """
    from pyscf.scf.diis import CDIIS

    class Extrapolation(CDIIS):  # type: ignore[misc]
        def extrapolate(self, nd: int | None = None) -> Any:
            count = self.get_num_vec() if nd is None else nd
            equations = self._H[: count + 1, : count + 1]
            if not _is_singular(equations):
                return super().extrapolate(count)
            weights = least_squares(equations)
            return sum(weight * self.get_vec(k) for k, weight in enumerate(weights))

    return Extrapolation


def _is_singular(equations: FloatArray) -> bool:
    """Whether the equations have no solution, and PySCF does not see this by their eigenvalues."""
    if np.any(np.abs(eigh(equations)[0]) < DEPENDENT):
        return False
    try:
        np.linalg.solve(equations, _right_side(len(equations) - 1))
    except np.linalg.LinAlgError:
        return True
    return False


def least_squares(equations: FloatArray) -> Vector:
    """The shortest weights with the sum one of which the error is least.

    Args:
        equations: The equations of DIIS: overlaps of n error vectors, and a first row and column of
            ones with a zero in the corner, shape (n + 1, n + 1).

    Returns:
        The weights of the vectors, shape (n,).
    """
    scaled = equations.copy()
    scaled[1:, 1:] /= np.diag(equations).max()  # so that the ones are not lost in round-off
    return np.asarray(np.linalg.lstsq(scaled, _right_side(len(equations) - 1))[0][1:])


def _right_side(count: int) -> Vector:
    """One for the sum of the weights and zeros, shape (count + 1,)."""
    right = np.zeros(count + 1)
    right[0] = 1.0
    return right

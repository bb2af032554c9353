"""PySCF's coupled-cluster solver, with an extrapolation that detects divergence."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from vqe_cli.errors import NotConvergedError

TOO_SMALL_FOR_DIIS = 20
"""Largest number of determinants for which DIIS runs out of independent vectors."""

DIVERGED = 1e4
"""Amplitude from which the iterations count as diverged; usual ones are at most about one."""


def solve_amplitudes(solver: Any, determinants: int, tolerance: float = 1e-7) -> None:
    """Solve the coupled-cluster equations; the solver itself has the result and its convergence.

    Args:
        solver: PySCF's CCSD object.
        determinants: Number of determinants with its electrons in its orbitals.
        tolerance: Convergence threshold of the energy, Hartree.

    Raises:
        NotConvergedError: The amplitudes grow without bound.
    """
    solver.verbose = 0
    solver.max_cycle = 200
    solver.conv_tol = tolerance
    few = determinants < TOO_SMALL_FOR_DIIS
    solver.diis = False if few else _extrapolation()(solver)
    solver.kernel()


@cache
def _extrapolation() -> Any:
    """PySCF's DIIS class with least squares, which need no independent vectors.

    PySCF's own raises an AttributeError for dependent vectors: it uses `numpy.linalg.linalg`, which
    NumPy 2 has removed.
    """
    from pyscf import lib

    class Extrapolation(lib.diis.DIIS):  # type: ignore[misc]
        def __init__(self, solver: Any) -> None:
            super().__init__(solver, incore=solver.incore_complete)
            self.space = solver.diis_space

        def update(self, x: Any, xerr: Any = None) -> Any:
            if not np.all(np.abs(x) < DIVERGED):
                raise NotConvergedError(
                    "the coupled-cluster amplitudes grow without bound",
                    hint="the reference determinant is too poor for coupled cluster",
                )
            return super().update(x, xerr)

        def extrapolate(self, nd: int | None = None) -> Any:
            count = self.get_num_vec() if nd is None else nd
            right = np.zeros(count + 1)
            right[0] = 1.0
            weights = np.linalg.lstsq(self._H[: count + 1, : count + 1], right)[0][1:]
            return sum(weight * self.get_vec(k) for k, weight in enumerate(weights))

    return Extrapolation

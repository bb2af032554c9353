"""Coupled-cluster equations solved by PySCF, with an extrapolation that tells of divergence."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem

TOO_SMALL_FOR_DIIS = 20
"""Determinants up to which DIIS runs out of independent vectors."""

DIVERGED = 1e4
"""An amplitude; those of molecules are about one at most, also on the way."""


def solve_amplitudes(solver: Any, problem: ElectronicProblem, tolerance: float = 1e-7) -> None:
    """Solve the equations; whether they converged is told by the solver itself.

    Args:
        solver: PySCF's CCSD object over the problem's orbitals.
        problem: Closed or open shell.
        tolerance: Change of the energy in Hartree at the end.

    Raises:
        NotConvergedError: The amplitudes grow without bound.
    """
    solver.verbose = 0
    solver.max_cycle = 200
    solver.conv_tol = tolerance
    few = problem.sector_dimension < TOO_SMALL_FOR_DIIS
    solver.diis = False if few else _extrapolation()(solver)
    solver.kernel()


@cache
def _extrapolation() -> Any:
    """Pulay's extrapolation by least squares, which needs no independent vectors.

    PySCF's own ends with an AttributeError where vectors are dependent: it asks for
    `numpy.linalg.linalg`, which NumPy 2 no longer has.
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

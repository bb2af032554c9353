"""CCSD by PySCF, for the methods that build on it."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.mean_field_of_integrals import restricted, unrestricted
from vqe_cli.chemistry.problem import ElectronicProblem


def solve_ccsd(problem: ElectronicProblem) -> Any:
    """A finished PySCF CCSD object.

    Args:
        problem: Closed or open shell.
    """
    from pyscf import cc

    closed = problem.nelec[0] == problem.nelec[1]
    solver = cc.RCCSD(restricted(problem)) if closed else cc.UCCSD(unrestricted(problem))
    solver.verbose = 0
    solver.max_cycle = 200
    solver.conv_tol = 1e-9
    solver.kernel()
    return solver

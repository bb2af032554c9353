"""CCSD by PySCF, for the methods that build on it."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.amplitudes import TOO_SMALL_FOR_DIIS
from vqe_cli.chemistry.mean_field_of_integrals import canonical, semicanonical
from vqe_cli.chemistry.problem import ElectronicProblem


def solve_ccsd(problem: ElectronicProblem) -> Any:
    """A finished PySCF CCSD object.

    Closed shells use canonical, open ones semicanonical orbitals: CCSD does not depend on them, but
    its perturbative triples do (Watts, Gauss and Bartlett, J. Chem. Phys. 98, 8718 (1993)).

    Args:
        problem: Closed or open shell.
    """
    from pyscf import cc

    closed = problem.nelec[0] == problem.nelec[1]
    solver = cc.RCCSD(canonical(problem)) if closed else cc.UCCSD(semicanonical(problem))
    solver.verbose = 0
    solver.max_cycle = 200
    solver.conv_tol, solver.conv_tol_normt = 1e-11, 1e-8
    # With a handful of amplitudes DIIS runs out of independent vectors.
    solver.diis = problem.sector_dimension >= TOO_SMALL_FOR_DIIS
    solver.kernel()
    return solver

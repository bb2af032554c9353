"""CCSD by PySCF, for the methods based on it."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.correlation.coupled_cluster import solve_amplitudes
from vqe_cli.chemistry.scf.mean_field_of_integrals import canonical, semicanonical
from vqe_cli.fermions.problem import ElectronicProblem


def solve_ccsd(problem: ElectronicProblem) -> Any:
    """A finished PySCF CCSD object.

    Closed shells use canonical, open ones semicanonical orbitals: CCSD does not depend on them, but
    its perturbative triples do (Watts, Gauss and Bartlett, J. Chem. Phys. 98, 8718 (1993)).

    Args:
        problem: The problem, with closed or open shell.

    Raises:
        NotConvergedError: The amplitudes grow without bound.
    """
    from pyscf import cc

    closed = problem.is_closed_shell
    solver = cc.RCCSD(canonical(problem)) if closed else cc.UCCSD(semicanonical(problem))
    solver.conv_tol_normt = 1e-8
    solve_amplitudes(solver, problem.sector_dimension, tolerance=1e-11)
    return solver

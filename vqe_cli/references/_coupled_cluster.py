"""CCSD by PySCF, for the methods that build on it."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.coupled_cluster import solve_amplitudes
from vqe_cli.chemistry.mean_field_of_integrals import restricted, semicanonical
from vqe_cli.chemistry.problem import ElectronicProblem


def solve_ccsd(problem: ElectronicProblem) -> Any:
    """A finished PySCF CCSD object.

    Open shells use semicanonical orbitals: CCSD does not depend on them, but its perturbative
    triples do (Watts, Gauss and Bartlett, J. Chem. Phys. 98, 8718 (1993)).

    Args:
        problem: Closed or open shell.

    Raises:
        NotConvergedError: The amplitudes grow without bound.
    """
    from pyscf import cc

    closed = problem.nelec[0] == problem.nelec[1]
    solver = cc.RCCSD(restricted(problem)) if closed else cc.UCCSD(semicanonical(problem))
    solve_amplitudes(solver, problem, tolerance=1e-9)
    return solver

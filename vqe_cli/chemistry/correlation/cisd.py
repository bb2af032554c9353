"""An inexpensive correlated state: configuration interaction with singles and doubles."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem


def cisd_state(problem: ElectronicProblem) -> FloatArray | None:
    """The normalised CISD state over all determinants.

    Strings are sorted as integers with bit p for orbital p, and signs are PySCF's.

    Args:
        problem: The problem, with closed or open shell; all its determinants must fit into memory.

    Returns:
        The state, shape (alpha strings, beta strings); None if Davidson's method does not
        converge, or no electron of one spin can be excited.
    """
    from pyscf import ci

    from vqe_cli.chemistry.scf.mean_field_of_integrals import restricted, unrestricted

    if any(count in (0, problem.norb) for count in problem.nelec):
        return None
    na, nb = problem.nelec
    closed = na == nb and problem.beta is None
    solver = ci.RCISD(restricted(problem)) if closed else ci.UCISD(unrestricted(problem))
    solver.verbose = 0
    eris = solver.ao2mo()
    _, vector = solver.kernel(_start(solver, eris), eris=eris)
    if not solver.converged:
        return None
    state = np.asarray(solver.to_fcivec(vector, problem.norb, problem.nelec))
    return np.asarray(state / np.linalg.norm(state))


def _start(solver: Any, eris: Any) -> FloatArray:
    """PySCF's start by perturbation theory, or the reference determinant if that has no gap."""
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.asarray(solver.get_init_guess(eris)[1])
    if np.isfinite(start).all():
        return start
    reference = np.zeros_like(start)
    reference[0] = 1.0
    return reference

"""A correlated state that costs little: configuration interaction with singles and doubles."""

from __future__ import annotations

import numpy as np

from vqe_cli.chemistry.problem import ElectronicProblem, FloatArray
from vqe_cli.errors import NotConvergedError


def cisd_state(problem: ElectronicProblem) -> FloatArray:
    """The CISD state over all determinants, shape (alpha strings, beta strings), normalised.

    Strings are sorted as integers, bit p for orbital p, and signs are those of PySCF.

    Args:
        problem: Closed or open shell; there must be room for all its determinants.

    Raises:
        NotConvergedError: Davidson's method did not converge.
    """
    from pyscf import ci

    from vqe_cli.chemistry.mean_field_of_integrals import restricted, unrestricted

    na, nb = problem.nelec
    if na in (0, problem.norb) and nb in (0, problem.norb):
        return np.ones((1, 1))
    solver = ci.RCISD(restricted(problem)) if na == nb else ci.UCISD(unrestricted(problem))
    solver.verbose = 0
    _, vector = solver.kernel()
    if not solver.converged:
        raise NotConvergedError("CISD did not converge", hint="choose measurement qubit-wise")
    state = np.asarray(solver.to_fcivec(vector, problem.norb, problem.nelec))
    return np.asarray(state / np.linalg.norm(state))

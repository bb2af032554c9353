"""The variational quantum eigensolver itself."""

from __future__ import annotations

from vqe_cli.variational.solution import Solution
from vqe_cli.variational.solvers import Solver


class Vqe(Solver):
    """The energy of the optimised parameterised state.

    Reference:
        Peruzzo et al., Nat. Commun. 5, 4213 (2014).
    """

    def finish(self, solution: Solution, seed: int) -> Solution:
        """The solution of the search, unchanged."""
        return solution

"""The variational quantum eigensolver itself."""

from __future__ import annotations

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.variational.minimise import Solution
from vqe_cli.variational.solvers import Solver


class Vqe(Solver):
    """The energy of the optimised trial state.

    Reference:
        Peruzzo et al., Nat. Commun. 5, 4213 (2014).
    """

    def finish(
        self, state: ParameterisedState, objective: Objective, solution: Solution, seed: int
    ) -> Solution:
        """The optimum as it is."""
        return solution

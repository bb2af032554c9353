"""Methods that compute the final energy from the parameterised state: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Need, Size
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective, Traits
from vqe_cli.variational.solution import Solution


class Solver(Entry):
    """A method that computes the result from the optimised parameterised state."""

    draws: ClassVar[bool] = False
    """Whether the solver draws bit strings from the state."""

    def needs(self, size: Size) -> Iterator[Need]:
        """Memory and time that a problem takes.

        Args:
            size: Numbers of electrons and orbitals.
        """
        return iter(())

    def shots_drawn(self) -> int:
        """The number of bit strings drawn from the state in a run."""
        return 0

    def check(self, state: ParameterisedState, objective: Objective) -> None:
        """Refuse an unsuitable state or backend before anything is optimised.

        Args:
            state: The parameterised state.
            objective: The energy of the state.

        Raises:
            InputError: The parameterised state or the backend is unsuitable.
            ResourceLimitError: The solver would take too much memory.
        """
        return

    def needs_energy(self, traits: Traits) -> bool:
        """Whether the energy of a state that is not optimised is evaluated at all."""
        return True

    @abstractmethod
    def finish(self, solution: Solution, seed: int) -> Solution:
        """The final solution.

        Args:
            solution: The solution of the search.
            seed: The run's random seed.
        """


SOLVERS = Registry("solver", Solver, __name__)

"""What is made of the optimised trial state: a registry."""

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
    """Turns the optimum of the trial state's energy into the result."""

    draws: ClassVar[bool] = False
    """Whether it is made of bit strings of the trial state."""

    def needs(self, size: Size) -> Iterator[Need]:
        """What has to fit here for a problem.

        Args:
            size: Electrons and orbitals.
        """
        return iter(())

    def shots_drawn(self) -> int:
        """Bit strings of the trial state that it takes, all in all."""
        return 0

    def check(self, state: ParameterisedState, objective: Objective) -> None:
        """Refuse what cannot work before anything is optimised.

        Args:
            state: The parameterised state.
            objective: Its energy.

        Raises:
            InputError: The trial state or the backend does not fit.
            ResourceLimitError: It would take too much memory.
        """
        return

    def needs_energy(self, traits: Traits) -> bool:
        """Whether the energy of a trial state that is not optimised is worth what it costs."""
        return True

    @abstractmethod
    def finish(self, solution: Solution, seed: int) -> Solution:
        """The result.

        Args:
            solution: The optimum, with its state and that state's energy.
            seed: Of the run.
        """


SOLVERS = Registry("solver", Solver, __name__)

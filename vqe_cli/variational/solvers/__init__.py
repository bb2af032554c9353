"""Methods that compute the final energy from the parameterised state: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Need, Size
from vqe_cli.backends.objective import Expected, Traits
from vqe_cli.variational.solution import Solution

if TYPE_CHECKING:
    from vqe_cli.qubits.mappers import Mapper


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

    def check_problem(self, mapper: Mapper, *, electrons: bool) -> None:
        """Refuse a kind of problem or a mapping that the solver does not support.

        Args:
            mapper: The mapping of electrons to qubits.
            electrons: Whether the problem is one of electrons, not a qubit Hamiltonian.

        Raises:
            InputError: The solver does not support it.
        """
        return

    def check_spin(self, unpaired: int) -> None:
        """Refuse unpaired electrons that the options do not allow.

        Args:
            unpaired: Number of unpaired electrons.

        Raises:
            InputError: The options do not allow them.
        """
        return

    def check_backend(self, expected: Expected) -> None:
        """Refuse a backend that lacks what the solver needs.

        Args:
            expected: What is known of the objective that the backend prepares.

        Raises:
            InputError: The backend is unsuitable.
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

"""Quantum subspace expansion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli._core.sizes import Need, Size
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.fermions.excitations import Excitation, generalized
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.variational.state_methods import FoundState, GroundState, StateMethod, Wanted
from vqe_cli.variational.state_methods._spin_completion import spin_complete
from vqe_cli.variational.state_methods._subspace import (
    lowest_states,
    singles_and_doubles_of,
    subspace_need,
)


class Qse(StateMethod):
    """Subspace of all single and double excitations of the optimised state.

    The ground state is the lowest one in the subspace, at or below the energy of the run.

    Reference:
        McClean, Kimchi-Schwartz, Carter and de Jong, Phys. Rev. A 95, 042308 (2017); Colless et
        al., Phys. Rev. X 8, 011021 (2018).
    """

    label: ClassVar[str] = "QSE"

    excitations: Literal["reference", "generalised"] = Field(
        default="reference",
        description="reference: from occupied to empty orbitals of the reference determinant. "
        "generalised: between any two or four orbitals, which spans more.",
    )
    threshold: float = Field(
        default=1e-8,
        gt=0,
        lt=1,
        description="Smallest eigenvalue of the overlap matrix whose eigenvector is kept.",
    )

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the subspace."""
        pairs = size.norb * (size.norb - 1) // 2
        every = 1 + 2 * size.norb**2 + 2 * pairs**2 + size.norb**4
        yield subspace_need(size, every if self.excitations == "generalised" else None)

    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The lowest states in the subspace of every irrep."""
        problem, state = ground.problem, ground.vector
        own = ground.space
        operators = list(self._operators(problem))
        found = []
        for space in ground.spaces:
            change = own.target ^ space.target
            vectors = [
                space.pack(excited(operator, space.strings, state))
                for operator in operators
                if operator.irrep(space.orbsym) == change
            ]
            if change == 0:
                vectors.append(space.pack(state))
            if vectors:
                completed = spin_complete(space, vectors)
                found += lowest_states(problem, space, completed, wanted, self.threshold)
        return found

    def _operators(self, problem: ElectronicProblem) -> Iterator[Excitation]:
        """The excitations of the expansion."""
        if self.excitations == "reference":
            yield from singles_and_doubles_of(problem)
            return
        for upward in generalized(problem.norb):
            yield upward
            yield Excitation(upward.annihilate, upward.create)

"""Equations of motion with self-consistent excitation operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from vqe_cli._core.sizes import Need, Size
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.variational.state_methods import FoundState, GroundState, StateMethod, Wanted
from vqe_cli.variational.state_methods._subspace import (
    lowest_states,
    singles_and_doubles_of,
    subspace_need,
)


class QScEom(StateMethod):
    """Single and double excitations of the reference determinant, carried by the ansatz's unitary.

    The states ``U T|0⟩`` are orthonormal, so that no overlap matrix has to be inverted. They are
    the eigenstates of ``U†HU`` among the reference determinant, singles and doubles.

    Reference:
        Asthana, Kumar, Abraham, Grimsley, Zhang, Cincio, Tretiak, Dub, Economou, Barnes and
        Mayhall, Chem. Sci. 14, 2405 (2023).
    """

    label: ClassVar[str] = "q-sc-EOM"

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the subspace."""
        yield subspace_need(size)

    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The lowest states of every irrep among the reference, singles and doubles."""
        problem, own = ground.problem, ground.space
        operators = list(singles_and_doubles_of(problem))
        reference = own.unpack(ground.objective.reference)
        found = []
        for space in ground.spaces:
            change = own.target ^ space.target
            vectors = [
                space.pack(excited(operator, space.strings, reference))
                for operator in operators
                if operator.irrep(space.orbsym) == change
            ]
            if change == 0:
                vectors.append(space.pack(reference))
            if vectors:
                objective = ground.in_space(space)
                rotated = [objective.state_from(vector, ground.x) for vector in vectors]
                found += lowest_states(problem, space, rotated, wanted, threshold=0.5)
        return found

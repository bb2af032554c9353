"""Equations of motion with self-consistent excitation operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.sizes import Need, Size
from vqe_cli.ansatz import singles_and_doubles
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.variational.state_methods import (
    FoundState,
    GroundState,
    MeasuredEnergy,
    StateMethod,
    Wanted,
)
from vqe_cli.variational.state_methods._measured_matrix import (
    determinants_of,
    measured_matrix,
    unit,
)
from vqe_cli.variational.state_methods._spin_completion import spin_complete
from vqe_cli.variational.state_methods._subspace import (
    DEPENDENT,
    lowest_states,
    orthonormal,
    singles_and_doubles_of,
    subspace_need,
)

MOST_ENERGIES = 1500
"""Largest number of energies that are measured for excited states."""


class QScEom(StateMethod):
    """Single and double excitations of the reference determinant, carried by the ansatz's unitary.

    The states ``U T|0⟩`` are orthonormal, so that no overlap matrix has to be inverted. They are
    the eigenstates of ``U†HU`` among the reference determinant, singles and doubles. With shots
    the matrix follows from the energies of carried determinants and of the sums of two.

    Reference:
        Asthana, Kumar, Abraham, Grimsley, Zhang, Cincio, Tretiak, Dub, Economou, Barnes and
        Mayhall, Chem. Sci. 14, 2405 (2023).
    """

    label: ClassVar[str] = "q-sc-EOM"

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the subspace."""
        yield subspace_need(size)

    def measurement_need(self, size: Size) -> Need:
        """The energies of all determinants of an irrep and of the sums of two."""
        count = self.measured_energies(size)
        what = f"about {count:,} measured energies of excited states"
        limit = f"{what} are too many" if count > MOST_ENERGIES else None
        return Need(what, limit=limit, hint="backend exact without shots, or leave out 'states'")

    def measured_energies(self, size: Size) -> int:
        """About as many as irreps have determinants and pairs of them, if all are as large."""
        determinants = -(-(1 + singles_and_doubles(replace(size, irreps=1))) // size.irreps)
        return size.irreps * determinants * (determinants + 1) // 2

    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The lowest states of every irrep among the reference, singles and doubles."""
        found = []
        for space, vectors in self._references(ground):
            objective = ground.in_space(space)
            basis = orthonormal(vectors, DEPENDENT)
            rotated = [objective.state_from(vector, ground.x) for vector in basis]
            found += lowest_states(ground.problem, space, rotated, wanted, threshold=0.5)
        return found

    def measured_states(self, ground: GroundState, energy: MeasuredEnergy) -> list[FoundState]:
        """The states among all determinants of the references, from their measured energies."""
        found = []
        for space, vectors in self._references(ground):
            objective = ground.in_space(space)
            determinants = determinants_of(space, vectors)
            rotated = [
                objective.state_from(space.pack(unit(space, one)), ground.x) for one in determinants
            ]
            matrix = measured_matrix(ground, space, determinants, energy)
            found += [
                FoundState(
                    energy=level.energy,
                    vector=space.unpack(level.vector @ np.array(rotated)),
                    standard_error=level.standard_error,
                    admixture=level.admixture,
                )
                for level in matrix.levels()
            ]
        return found

    def _references(self, ground: GroundState) -> Iterator[tuple[SectorSpace, list[FloatArray]]]:
        """The reference determinant, its singles and doubles, for every irrep that has any."""
        problem, own = ground.problem, ground.space
        operators = list(singles_and_doubles_of(problem))
        reference = own.unpack(ground.objective.reference)
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
                yield space, spin_complete(space, vectors)

"""Reference states that a unitary carries to excited states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.excitations import Excitation, opposite_spin_doubles, singles
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.variational.spins import multiplicity_of, spin_squared
from vqe_cli.variational.state_matching import levels
from vqe_cli.variational.state_methods import FoundState, GroundState, Wanted
from vqe_cli.variational.state_methods._spin_completion import spin_complete
from vqe_cli.variational.state_methods._subspace import DEPENDENT, lowest_states

GRADIENT_TOLERANCE = 1e-5
"""Largest component of the gradient that is aimed at, Hartree."""

CONVERGED = 1e-4
"""Largest component of the gradient with which a search counts as converged, Hartree: round-off may
end one before the tolerance."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A reference state, and the objective of the product that acts on it.

    Args:
        space: The determinants of the reference's irrep.
        vector: The state in the packed layout of the space, shape (dimension,).
        objective: The objective in the reference's irrep.
    """

    space: SectorSpace
    vector: FloatArray
    objective: SectorObjective

    def state(self, x: Vector) -> FloatArray:
        """The reference carried by the product, shape (dimension,).

        Args:
            x: Parameters, shape (num_parameters,).
        """
        return self.objective.state_from(self.vector, x)

    def energy(self, state: FloatArray) -> float:
        """The total energy of a state of the reference's space, Hartree.

        Args:
            state: The state, shape (dimension,).
        """
        electronic = float(state @ self.objective.hamiltonian.times(state))
        return electronic + self.objective.core_energy


def references(ground: GroundState, wanted: Wanted, spare: int = 0) -> list[Reference]:
    """The reference determinant, and the lowest states of few excitations of it.

    These are CIS states with the doubles ``i² → ab`` and ``ij → a²`` added, which have at most two
    open shells more than the reference.

    Args:
        ground: The state of the run.
        wanted: The states that are asked for, in all irreps together.
        spare: Number of references beyond those; all of a degenerate level are added.
    """
    problem, own = ground.problem, ground.space
    determinant = own.unpack(ground.objective.reference)
    operators = list(_configurations(problem))
    objectives: dict[int, SectorObjective] = {}
    found: list[tuple[FoundState, SectorSpace]] = []
    for space in ground.spaces:
        change = own.target ^ space.target
        vectors = [
            space.pack(excited(operator, space.strings, determinant))
            for operator in operators
            if operator.irrep(space.orbsym) == change
        ]
        if vectors:
            objectives[space.target] = ground.in_space(space)
            completed = spin_complete(space, vectors)
            states = lowest_states(problem, space, completed, wanted, DEPENDENT)
            found += [(state, space) for state in states]
    found = [one for one in found if _is_excited_as_wanted(problem, one[0], wanted)]
    found.sort(key=lambda one: one[0].energy)
    first = Reference(own, ground.objective.reference, ground.objective)
    level = levels([state.energy for state, _ in found])
    last = level[: wanted.number + spare - 1][-1:]
    others = [
        Reference(space, space.pack(state.vector), objectives[space.target])
        for (state, space), of_state in zip(found, level, strict=True)
        if last and of_state <= last[0]
    ]
    return [first, *others]


def minimum(
    energy_and_gradient: Callable[[Vector], tuple[float, Vector]], start: Vector, maxiter: int
) -> tuple[Vector, bool]:
    """The parameters of a minimum by BFGS, and whether the search converged.

    Args:
        energy_and_gradient: The function, in Hartree, and its derivatives.
        start: Parameters at the start, shape (num_parameters,).
        maxiter: Maximum number of steps.
    """
    from scipy.optimize import minimize

    if start.size == 0:
        return start, True
    found = minimize(
        energy_and_gradient,
        start,
        jac=True,
        method="BFGS",
        options={"maxiter": maxiter, "gtol": GRADIENT_TOLERANCE},
    )
    return np.asarray(found.x), bool(np.abs(found.jac).max() <= CONVERGED)


def _is_excited_as_wanted(problem: ElectronicProblem, state: FoundState, wanted: Wanted) -> bool:
    """Whether a reference has the multiplicity of the excited states."""
    if not wanted.multiplicities:
        return True
    kind = multiplicity_of(spin_squared(problem, state.vector))
    others = [one for one in wanted.multiplicities if one != problem.multiplicity]
    return kind in (others or wanted.multiplicities)


def _configurations(problem: ElectronicProblem) -> Iterator[Excitation]:
    """Singles of both spins, and doubles that leave one orbital empty or fill one."""
    norb, nelec = problem.norb, problem.nelec
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
    for double in opposite_spin_doubles(norb, nelec):
        if any(one[0][0] == one[1][0] for one in (double.annihilate, double.create)):
            yield double

"""State-averaged VQE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.sizes import Need, Size
from vqe_cli.variational.state_methods import FoundState, GroundState, StateMethod, Wanted
from vqe_cli.variational.state_methods._references import Reference, minimum, references
from vqe_cli.variational.state_methods._subspace import lowest_states, subspace_need


class SaVqe(StateMethod):
    """One unitary for all states: the weighted mean of their energies is minimised.

    The unitary carries orthogonal references, the determinant of the run and the lowest states of
    its singles and simplest doubles; the Hamiltonian is then diagonalised among the carried states.

    Reference:
        SSVQE: Nakanishi, Mitarai and Fujii, Phys. Rev. Research 1, 033062 (2019); with the
        diagonalisation: Parrish, Hohenstein, McMahon and Martínez, Phys. Rev. Lett. 122, 230401
        (2019).
    """

    label: ClassVar[str] = "SA-VQE"

    weights: Literal["equal", "descending"] = Field(
        default="equal",
        description="equal: all states count the same. descending: n, n − 1 ... 1, which favours "
        "low states.",
    )
    maxiter: int = Field(default=2000, ge=1, description="Maximum number of steps.")

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the reference states."""
        yield subspace_need(size, vectors=size.norb**3)

    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The eigenstates among the references carried by the best unitary."""
        carried = references(ground, wanted)
        average = Average(carried, self._weights(len(carried)))
        x, converged = minimum(average.energy_and_gradient, np.asarray(ground.x), self.maxiter)
        by_irrep: dict[int, list[FloatArray]] = {}
        spaces = {one.space.target: one.space for one in carried}
        for one in carried:
            by_irrep.setdefault(one.space.target, []).append(one.state(x))
        everything = Wanted(len(carried))
        return [
            FoundState(state.energy, state.vector, converged)
            for irrep, vectors in by_irrep.items()
            for state in lowest_states(ground.problem, spaces[irrep], vectors, everything, 1e-8)
        ]

    def _weights(self, count: int) -> FloatArray:
        """Weights of the states, with the sum one, shape (count,)."""
        weights = np.ones(count) if self.weights == "equal" else np.arange(count, 0.0, -1.0)
        return np.asarray(weights / weights.sum())


class Average:
    """The weighted mean energy of carried references.

    Args:
        carried: The references.
        weights: Their weights, shape (references,).
    """

    def __init__(self, carried: Sequence[Reference], weights: FloatArray) -> None:
        self._carried = carried
        self._weights = weights

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The mean electronic energy, Hartree, and its derivatives.

        Args:
            x: Parameters, shape (num_parameters,).
        """
        total, slopes = 0.0, np.zeros(len(x))
        for weight, one in zip(self._weights, self._carried, strict=True):
            state = one.state(x)
            bra = one.objective.hamiltonian.times(state)
            total += float(weight * (state @ bra))
            slopes += weight * one.objective.slopes(state, bra, x)
        return total, slopes

"""Variational quantum deflation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.sizes import Need, Size
from vqe_cli.variational.state_methods import FoundState, GroundState, StateMethod, Wanted
from vqe_cli.variational.state_methods._references import Reference, minimum, references
from vqe_cli.variational.state_methods._subspace import subspace_need

SPARE = 2
"""Number of states beyond those asked for, which may come to lie below these."""


class Vqd(StateMethod):
    """One optimisation for each state, with a penalty on overlaps with the states found before.

    Every state has its own parameters and its own reference: the determinant of the run for the
    ground state, and the lowest states of its singles and simplest doubles for the others.

    Reference:
        Higgott, Wang and Brierley, Quantum 3, 156 (2019).
    """

    label: ClassVar[str] = "VQD"

    penalty: float = Field(
        default=3.0,
        gt=0,
        le=1000,
        description="Energy added for a squared overlap of one, Hartree; more than the highest "
        "excitation energy.",
    )
    maxiter: int = Field(default=2000, ge=1, description="Maximum number of steps for each state.")

    def needs(self, size: Size) -> Iterator[Need]:
        """The memory of the reference states."""
        yield subspace_need(size, vectors=size.norb**3)

    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The ground state, and one state after another above it."""
        found: list[FoundState] = []
        known: dict[int, list[FloatArray]] = {}
        for reference in references(ground, wanted, SPARE):
            space = reference.space
            lower = known.setdefault(space.target, [])
            x, converged = np.asarray(ground.x), True
            if found:
                deflated = Deflated(reference, tuple(lower), self.penalty)
                x, converged = minimum(deflated.energy_and_gradient, x, self.maxiter)
            state = reference.state(x)
            lower.append(state)
            found.append(FoundState(reference.energy(state), space.unpack(state), converged))
        return found


class Deflated:
    """The energy of a carried reference, with a penalty on its overlaps with lower states.

    Args:
        reference: The reference.
        lower: Lower states of the same irrep, each of shape (dimension,).
        penalty: Energy for a squared overlap of one, Hartree.
    """

    def __init__(self, reference: Reference, lower: tuple[FloatArray, ...], penalty: float) -> None:
        self._reference = reference
        self._lower = np.array(lower).reshape(len(lower), reference.vector.size)
        self._penalty = penalty

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The electronic energy with the penalty, Hartree, and its derivatives.

        Args:
            x: Parameters, shape (num_parameters,).
        """
        objective = self._reference.objective
        state = self._reference.state(x)
        overlaps = self._lower @ state
        bra = objective.hamiltonian.times(state) + self._penalty * (overlaps @ self._lower)
        return float(state @ bra), objective.slopes(state, bra, x)

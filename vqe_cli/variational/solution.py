"""What a run has found, and what finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective, Outcome
from vqe_cli.fermions.densities import Density
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.records import Cycle, Evaluations, SqdRecord, StageRecord, Step


@dataclass(frozen=True, eq=False)
class Solution:
    """What a search found, and what is made of it.

    Args:
        state: The state; of an adaptive ansatz with the operators that were chosen.
        objective: Its energy as a function of the parameters, as it was measured at the end.
        optimizer: Name of the optimiser.
        x: Best parameters.
        energy: Evaluated afresh at `x`, never the luckiest sample on the way.
        initial_energy: At the first starting point; None where it was not measured.
        outcome: Of the start that was best.
        gradient_norm: Euclidean norm of the gradient at `x`, where it is analytic.
        observables: At `x`.
        evaluations: Counted over everything, checkpointed ones included.
        shots_by_purpose: What all shots were for.
        starts: Final energy of every start.
        history: One entry for every step.
        wall_s: Seconds of solving.
        replayed: Evaluations answered from a checkpoint.
        several_minima: Whether starts were random, so that different ends are to be expected.
        cycles: How an adaptive ansatz grew.
        stages: Energies on the way from the simulation to the device.
        mitigation: From the raw final energy to the one that is kept, if errors were mitigated.
        density: Of the state whose energy this is, where it is not the parameterised one.
        sqd: How sample-based diagonalisation came to the energy.
    """

    state: ParameterisedState
    objective: Objective
    optimizer: str
    x: Vector
    energy: Estimate
    initial_energy: float | None
    outcome: Outcome
    gradient_norm: float | None
    observables: dict[str, Estimate]
    evaluations: Evaluations
    shots_by_purpose: dict[str, int]
    starts: tuple[float, ...]
    history: tuple[Step, ...]
    wall_s: float
    replayed: int
    several_minima: bool = False
    cycles: tuple[Cycle, ...] | None = None
    stages: tuple[StageRecord, ...] | None = None
    mitigation: tuple[MitigatedEnergy, ...] | None = None
    density: Density | None = None
    sqd: SqdRecord | None = None


class Strategy(Protocol):
    """A way to the best parameters of a state; all that can be refused is refused before."""

    @property
    def state(self) -> ParameterisedState:
        """The state to begin with."""
        ...

    @property
    def objective(self) -> Objective:
        """The search objective: the energy as it is while parameters are searched."""
        ...

    def find(self) -> Solution:
        """The solution.

        Raises:
            InterruptedRunError: Ctrl-C; it knows the best point so far.
            NotConvergedError: An energy was not a finite number.
        """
        ...

"""The solution of a run, and the protocol of strategies that find one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective, OptimizerResult
from vqe_cli.fermions.densities import Density
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.backend_records import SqdRecord, StageRecord
from vqe_cli.schema.bit_string_records import BitStringsRecord
from vqe_cli.schema.records import Cycle, Evaluations, Step


@dataclass(frozen=True, eq=False)
class Solution:
    """The best parameters, their energy, and how they were found.

    Args:
        state: The parameterised state; for an adaptive ansatz, with the chosen operators.
        objective: The objective of the final measurement.
        optimizer: Name of the optimiser.
        x: The best parameters, shape (num_parameters,).
        energy: The energy at `x`, Hartree, measured independently of the search if sampled.
        initial_energy: Energy at the first starting point, Hartree; None if not evaluated.
        outcome: The optimiser's outcome from the best starting point.
        gradient_norm: Euclidean norm of the gradient at `x`, Hartree; None if not analytic.
        observables: Observables at `x`, by name.
        evaluations: Numbers of evaluations, replayed ones included.
        shots_by_purpose: Number of shots by purpose.
        starts: Final energy of every start, Hartree.
        history: The steps of all starts.
        wall_s: Wall-clock seconds of the search.
        replayed: Number of evaluations answered from a checkpoint.
        several_minima: Whether starts were random, so that they may end in different minima.
        cycles: The cycles of an adaptive ansatz; None for other ansätze.
        stages: Energies of the exact simulation, noisy simulation and measurement; None if the
            search ran on the backend itself.
        mitigation: The final energy, raw and after each method of error mitigation; None without
            mitigation.
        density: One-body density of the final state; None if it is the parameterised state.
        bit_strings: The bit strings of a state of qubits; None for electrons, or if not known.
        sqd: The record of sample-based diagonalisation; None for other solvers.
    """

    state: ParameterisedState
    objective: Objective
    optimizer: str
    x: Vector
    energy: Estimate
    initial_energy: float | None
    outcome: OptimizerResult
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
    bit_strings: BitStringsRecord | None = None


class Strategy(Protocol):
    """A way to find the best parameters of a state; unsuitable inputs were refused before."""

    @property
    def state(self) -> ParameterisedState:
        """The initial state."""
        ...

    @property
    def objective(self) -> Objective:
        """The search objective: the energy that is evaluated during the search."""
        ...

    def find(self) -> Solution:
        """The solution.

        Raises:
            InterruptedRunError: Ctrl-C; the error holds the best point so far.
            NotConvergedError: An energy was not a finite number.
        """
        ...

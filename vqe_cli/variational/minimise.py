"""The plain loop: optimise from every starting point, then measure the final energy anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.log import package_logger
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import FINAL_PURPOSE, Objective, OptimizerResult
from vqe_cli.errors import interruptible
from vqe_cli.variational.energy_scale import IN_HARTREE, EnergyScale
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.initial_points import Starts
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.search_budget import UNLIMITED, BudgetSpentError, SearchBudget
from vqe_cli.variational.search_progress import EndedStart, OnStep, ignore_step
from vqe_cli.variational.solution import Solution

LOG = package_logger(__name__)


@dataclass(frozen=True, eq=False)
class Minimisation:
    """The strategy that minimises from every starting point and keeps the lowest energy.

    Args:
        state: The parameterised state.
        objective: The energy of the state.
        optimizer: The optimiser, resolved for this objective.
        starts: The starting points.
        seed: The run's random seed.
        journal: The journal of evaluations for `--resume`.
        on_step: Callback, called after every step.
        budget: What the search may take.
        scale: The scale of energies for the optimiser.
        on_start: Callback, called at the end of every start.
    """

    state: ParameterisedState
    objective: Objective
    optimizer: Optimizer
    starts: Starts
    seed: int
    journal: Journal = field(default_factory=NoJournal)
    on_step: OnStep = ignore_step
    budget: SearchBudget = UNLIMITED
    scale: EnergyScale = IN_HARTREE
    on_start: Callable[[EndedStart], None] = lambda _: None

    def find(self) -> Solution:
        """The solution from the best of all starting points."""
        counted = EvaluationLog(
            self.objective, self.seed, self.journal, self.on_step, self.budget, self.scale
        )
        points = self.journal.starting_points(self.starts.points)
        with interruptible(lambda: counted.known):
            outcomes = self._outcomes(counted, points)
            if len(outcomes) == 1:
                return self._solution(counted, outcomes[0])
            energies = [_energy_of(counted, outcome) for outcome in outcomes]
            return self._solution(counted, outcomes[int(np.argmin(energies))], energies)

    def _outcomes(self, counted: EvaluationLog, points: Sequence[Vector]) -> list[OptimizerResult]:
        """Minimise from every point, and tell where each start ended."""
        outcomes: list[OptimizerResult] = []
        lowest = math.inf
        for number, x0 in enumerate(points):
            before, began = counted.evaluations.energy, counted.elapsed_s
            outcome = minimise(counted, self.optimizer, x0, number)
            outcomes.append(outcome)
            energy = math.inf if outcome.energy is None else outcome.energy
            self.on_start(
                EndedStart(
                    number,
                    len(points),
                    outcome.energy,
                    outcome.converged,
                    counted.evaluations.energy - before,
                    counted.elapsed_s - began,
                    energy < lowest,
                )
            )
            lowest = min(lowest, energy)
        return outcomes

    def _solution(
        self, counted: EvaluationLog, best: OptimizerResult, energies: Sequence[float] = ()
    ) -> Solution:
        found = measured_solution(counted, self.state, self.optimizer, best, energies)
        return replace(found, several_minima=self.starts.random)


def measured_solution(
    counted: EvaluationLog,
    state: ParameterisedState,
    optimizer: Optimizer,
    best: OptimizerResult,
    energies: Sequence[float] = (),
) -> Solution:
    """Measure anew at the best point, and sum up.

    Args:
        counted: The objective with the counts of all evaluations.
        state: The parameterised state.
        optimizer: The optimiser of the search.
        best: The optimiser's outcome from the best starting point.
        energies: Final energies of all starts, Hartree; empty for a single start.

    Returns:
        The solution.
    """
    measured = counted.measure_final(best)
    final, first = measured.energy, counted.first_energy
    gradient_norm = counted.gradient_norm(best.x)
    return Solution(
        state=state,
        objective=counted.objective,
        optimizer=optimizer.name,
        x=best.x,
        energy=final,
        initial_energy=final.value if first is None else first,
        outcome=best,
        gradient_norm=gradient_norm,
        observables=measured.observables,
        evaluations=counted.evaluations,
        shots_by_purpose=counted.shots_by_purpose,
        starts=tuple(energies) or (final.value,),
        history=counted.steps,
        wall_s=counted.elapsed_s,
        replayed=counted.replayed,
        mitigation=measured.mitigation,
    )


def minimise(
    counted: EvaluationLog, optimizer: Optimizer, x0: Vector, start: int
) -> OptimizerResult:
    """Minimise from one starting point.

    Args:
        counted: The objective.
        optimizer: The optimiser, resolved for this objective.
        x0: The starting point, shape (num_parameters,).
        start: Number of the starting point, from 0.

    Returns:
        The optimiser's outcome; if energies are exact, at the lowest point of the start.
    """
    counted.begin_start(start)
    if x0.size == 0:
        (found,) = counted.estimates([x0], purpose=FINAL_PURPOSE)
        counted.step(x0, found.value)
        return OptimizerResult(x0, True, "the ansatz has no parameters", 1)
    before = len(counted.steps)
    LOG.info("%s from start %d, parameters: %d", optimizer.name, start + 1, x0.size)
    own = stream(counted.seed, "minimisation", start).seed
    try:
        with counted.searching():
            scaled = counted.scale.scaled(counted)
            outcome = counted.scale.restored(optimizer.minimize(scaled, x0.copy(), own))
    except BudgetSpentError as spent:
        if counted.best is not None and len(counted.steps) == before:
            counted.step(counted.best.x, counted.best.energy)
        steps = len(counted.steps) - before
        outcome = OptimizerResult(counted.point_of_stop(x0), False, str(spent), steps)
    LOG.info("%s from start %d: %s", optimizer.name, start + 1, outcome.message)
    if counted.traits.sampled:
        return outcome
    if counted.best is None or not np.array_equal(counted.best.x, outcome.x):
        counted.value(outcome.x)
    assert counted.best is not None
    energies = [step.energy for step in counted.steps[before:]][-2:]
    change = energies[1] - energies[0] if len(energies) == 2 else None
    return replace(outcome, x=counted.best.x, energy=counted.best.energy, energy_change=change)


def _energy_of(counted: EvaluationLog, outcome: OptimizerResult) -> float:
    """The energy by which starts are compared: the known one, or a new measurement."""
    return counted.value(outcome.x) if outcome.energy is None else outcome.energy

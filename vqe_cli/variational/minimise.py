"""The plain loop: an optimiser from every starting point, and a fresh energy at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.log import package_logger
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import FINAL_PURPOSE, Objective, Outcome
from vqe_cli.errors import interruptible
from vqe_cli.variational.evaluation_log import CountedObjective, OnStep, ignore_step
from vqe_cli.variational.initial_points import Starts
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.solution import Solution

LOG = package_logger(__name__)


@dataclass(frozen=True, eq=False)
class Minimisation:
    """The strategy that minimises from every starting point and keeps the lowest.

    Args:
        state: The state.
        objective: Its energy.
        optimizer: The optimiser, resolved for this objective.
        starts: The starting points.
        seed: Of everything random.
        journal: Keeps evaluations for `--resume`.
        on_step: Told after every step.
    """

    state: ParameterisedState
    objective: Objective
    optimizer: Optimizer
    starts: Starts
    seed: int
    journal: Journal = field(default_factory=NoJournal)
    on_step: OnStep = ignore_step

    def find(self) -> Solution:
        """Minimise from all of them."""
        counted = CountedObjective(self.objective, self.seed, self.journal, self.on_step)
        points = self.journal.starting_points(self.starts.points)
        with interruptible(lambda: counted.known):
            outcomes = [minimise(counted, self.optimizer, x0, k) for k, x0 in enumerate(points)]
            if len(outcomes) == 1:
                return self._solution(counted, outcomes[0])
            energies = [_energy_of(counted, outcome) for outcome in outcomes]
            return self._solution(counted, outcomes[int(np.argmin(energies))], energies)

    def _solution(
        self, counted: CountedObjective, best: Outcome, energies: Sequence[float] = ()
    ) -> Solution:
        found = finish(counted, self.state, self.optimizer, best, energies)
        return replace(found, several_minima=self.starts.random)


def finish(
    counted: CountedObjective,
    state: ParameterisedState,
    optimizer: Optimizer,
    best: Outcome,
    energies: Sequence[float] = (),
) -> Solution:
    """Measure afresh at the best point, and sum up.

    Args:
        counted: All that was evaluated.
        state: The state that the best point belongs to.
        optimizer: The optimiser that found it.
        best: The outcome that is kept.
        energies: Final energy of every start, Hartree, where there are several.
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


def minimise(counted: CountedObjective, optimizer: Optimizer, x0: Vector, start: int) -> Outcome:
    """Run one start.

    Where energies are exact, the best point on the way is kept if it is lower than the last.

    Args:
        counted: The energy.
        optimizer: The optimiser, resolved for it.
        x0: The starting point, shape (num_parameters,).
        start: Its number, from 0.
    """
    counted.begin_start(start)
    if x0.size == 0:
        (found,) = counted.estimates([x0], purpose=FINAL_PURPOSE)
        counted.step(x0, found.value)
        return Outcome(x0, True, "the ansatz has no parameters", 1)
    before = len(counted.steps)
    LOG.info("%s from start %d, parameters: %d", optimizer.name, start + 1, x0.size)
    own = stream(counted.seed, "minimisation", start).seed
    outcome = optimizer.minimize(counted, x0.copy(), own)
    LOG.info("%s from start %d: %s", optimizer.name, start + 1, outcome.message)
    if counted.traits.sampled:
        return outcome
    if counted.best is None or not np.array_equal(counted.best.x, outcome.x):
        counted.value(outcome.x)
    assert counted.best is not None
    energies = [step.energy for step in counted.steps[before:]][-2:]
    change = energies[1] - energies[0] if len(energies) == 2 else None
    return replace(outcome, x=counted.best.x, energy=counted.best.energy, energy_change=change)


def _energy_of(counted: CountedObjective, outcome: Outcome) -> float:
    """By which starts are compared: the known energy, or a measurement of its own."""
    return counted.value(outcome.x) if outcome.energy is None else outcome.energy

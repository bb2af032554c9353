"""The loop: an optimiser from every starting point, and a fresh energy at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import FINAL_PURPOSE, Objective, Outcome
from vqe_cli.errors import interruptible
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.records import Cycle, Evaluations, SqdRecord, StageRecord, Step
from vqe_cli.variational.evaluation_log import CountedObjective, OnStep, Progress
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.optimizers import Optimizer


@dataclass(frozen=True, eq=False)
class Solution:
    """What came out of all starts.

    Args:
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
        product: What an adaptive ansatz has grown to.
        cycles: How it grew.
        stages: Energies on the way from the simulation to the device.
        mitigation: From the raw final energy to the one that is kept, if errors were mitigated.
        density: Of the state whose energy this is, where it is not the trial state.
        sqd: How sample-based diagonalisation came to the energy.
    """

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
    product: ExcitationProduct | None = None
    cycles: tuple[Cycle, ...] | None = None
    stages: tuple[StageRecord, ...] | None = None
    mitigation: tuple[MitigatedEnergy, ...] | None = None
    density: Density | None = None
    sqd: SqdRecord | None = None


def solve(
    objective: Objective,
    optimizer: Optimizer,
    starts: Sequence[Vector],
    seed: int,
    *,
    journal: Journal | None = None,
    on_step: OnStep | None = None,
) -> Solution:
    """Minimise from every starting point and keep the lowest.

    Args:
        objective: The energy.
        optimizer: Resolved for this objective.
        starts: One or more parameter vectors.
        seed: Of everything random.
        journal: Keeps evaluations for `--resume`.
        on_step: Told after every step.

    Raises:
        InterruptedRunError: Ctrl-C; it knows the best point so far.
        NotConvergedError: An energy was not a finite number.
    """
    journal = journal or NoJournal()
    counted = CountedObjective(objective, seed, journal, on_step or _ignore)
    starts = journal.starting_points(starts)
    with interruptible(lambda: counted.known):
        outcomes = [minimise(counted, optimizer, x0, k) for k, x0 in enumerate(starts)]
        if len(outcomes) == 1:
            return finish(counted, outcomes[0])
        values = tuple(_energy_of(counted, outcome) for outcome in outcomes)
        return finish(counted, outcomes[int(np.argmin(values))], values)


def finish(
    counted: CountedObjective, best: Outcome, starts: tuple[float, ...] | None = None
) -> Solution:
    """Measure afresh at the best point, and sum up.

    Args:
        counted: All that was evaluated.
        best: The outcome that is kept.
        starts: Final energy of every start, where there are several.
    """
    mitigation = counted.measure_mitigated(best.x)
    final = mitigation[-1].estimate if mitigation else counted.measure_final(best)
    gradient_norm = counted.gradient_norm(best.x)
    observables = counted.measure_observables(best.x)
    first = counted.first_energy
    return Solution(
        x=best.x,
        energy=final,
        initial_energy=final.value if first is None else first,
        outcome=best,
        gradient_norm=gradient_norm,
        observables=observables,
        evaluations=counted.evaluations,
        shots_by_purpose=counted.shots_by_purpose,
        starts=starts or (final.value,),
        history=counted.steps,
        wall_s=counted.elapsed_s,
        replayed=counted.replayed,
        mitigation=mitigation,
    )


def unmeasured(x: Vector) -> Solution:
    """A starting point as it is, for a solver that needs no energy of the trial state.

    Args:
        x: Parameters.
    """
    return Solution(
        x=x,
        energy=Estimate(math.nan),
        initial_energy=None,
        outcome=Outcome(x, True, "taken as it is", 0),
        gradient_norm=None,
        observables={},
        evaluations=Evaluations(energy=0, gradient=0, shots=0),
        shots_by_purpose={},
        starts=(),
        history=(),
        wall_s=0.0,
        replayed=0,
    )


def minimise(counted: CountedObjective, optimizer: Optimizer, x0: Vector, start: int) -> Outcome:
    """Run one start.

    Where energies are exact, the best point on the way is kept if it is lower than the last.
    """
    counted.begin_start(start)
    if x0.size == 0:
        (found,) = counted.estimates([x0], purpose=FINAL_PURPOSE)
        counted.step(x0, found.value)
        return Outcome(x0, True, "the ansatz has no parameters", 1)
    before = len(counted.steps)
    outcome = optimizer.minimize(counted, x0.copy(), counted.seed + start)
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


def _ignore(_: Progress) -> None:
    pass

"""The loop: an optimiser from every starting point, and a fresh energy at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.backends.objective import FINAL_PURPOSE, MitigatingObjective, Objective, Outcome
from vqe_cli.errors import InterruptedRunError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.records import Cycle, Evaluations, SqdRecord, StageRecord, Step
from vqe_cli.variational.evaluation_log import (
    CountedObjective,
    Journal,
    NoJournal,
    OnStep,
    Progress,
)
from vqe_cli.variational.optimizers import Optimizer

FINAL_ERROR = CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE / 4
"""Hartree; 1.96 standard errors are then half of chemical accuracy."""


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
    try:
        outcomes = [minimise(counted, optimizer, x0, k) for k, x0 in enumerate(starts)]
        if len(outcomes) == 1:
            return finish(counted, outcomes[0])
        values = tuple(_energy_of(counted, outcome) for outcome in outcomes)
        return finish(counted, outcomes[int(np.argmin(values))], values)
    except KeyboardInterrupt:
        error = InterruptedRunError("interrupted", hint="the same command with --resume goes on")
        error.known = counted.known()
        raise error from None


def finish(
    counted: CountedObjective, best: Outcome, starts: tuple[float, ...] | None = None
) -> Solution:
    """Measure afresh at the best point, and sum up.

    Args:
        counted: All that was evaluated.
        best: The outcome that is kept.
        starts: Final energy of every start, where there are several.
    """
    mitigation = _mitigated(counted, best.x)
    final = mitigation[-1].estimate if mitigation else _final_energy(counted, best)
    gradient_norm = _gradient_norm(counted, best.x)
    observables = counted.objective.observables(
        best.x, stream(counted.seed, "final observables").seed
    )
    counted.spend("checks", sum(o.shots for o in observables.values()))
    return Solution(
        x=best.x,
        energy=final,
        initial_energy=counted.first_value if counted.first_value is not None else final.value,
        outcome=best,
        gradient_norm=gradient_norm,
        observables=observables,
        evaluations=Evaluations(
            energy=counted.energies,
            gradient=counted.gradients,
            shots=sum(counted.shots.values()),
        ),
        shots_by_purpose=dict(counted.shots),
        starts=starts or (final.value,),
        history=tuple(counted.steps),
        wall_s=counted.elapsed(),
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
    counted.start = start
    counted.best, counted.best_x = math.inf, None
    if x0.size == 0:
        (found,) = counted.estimates([x0], purpose=FINAL_PURPOSE)
        counted.step(x0, found.value)
        return Outcome(x0, True, "the ansatz has no parameters", 1)
    before = len(counted.steps)
    outcome = optimizer.minimize(
        counted, x0.copy(), stream(counted.seed, "minimisation", start).seed
    )
    if counted.traits.sampled:
        return outcome
    if counted.best_x is None or not np.array_equal(counted.best_x, outcome.x):
        counted.value(outcome.x)
    assert counted.best_x is not None
    energies = [step.energy for step in counted.steps[before:]][-2:]
    change = energies[1] - energies[0] if len(energies) == 2 else None
    return replace(outcome, x=counted.best_x, energy=counted.best, energy_change=change)


def _mitigated(counted: CountedObjective, x: Vector) -> tuple[MitigatedEnergy, ...] | None:
    """The final energy, raw and after each method of error mitigation, if any is asked for."""
    if not counted.traits.mitigates:
        return None
    counted.energies += 1
    objective = cast(MitigatingObjective, counted.objective)
    found = objective.mitigated(
        x, stream(counted.seed, "final energy").seed, _final_effort(counted)
    )
    raw, last = found[0].estimate.shots, found[-1].estimate.shots
    counted.spend(FINAL_PURPOSE, raw)
    counted.spend("mitigation", last - raw)
    return found


def _energy_of(counted: CountedObjective, outcome: Outcome) -> float:
    """By which starts are compared: the known energy, or a measurement of its own."""
    return counted.value(outcome.x) if outcome.energy is None else outcome.energy


def _final_energy(counted: CountedObjective, best: Outcome) -> Estimate:
    """A fresh measurement where energies are sampled; elsewhere the value is known.

    It is taken as far as chemical accuracy with its confidence, but costs no more than the search.
    Where nothing was searched, the only measurement is as fresh as another.
    """
    if best.energy is not None:
        return Estimate(best.energy)
    if counted.energies == 1 and counted.last is not None:
        return counted.last
    if not counted.traits.sampled:
        return Estimate(counted.value(best.x))
    counted.energies += 1
    final = counted.objective.energy(
        best.x, stream(counted.seed, "final energy").seed, _final_effort(counted)
    )
    counted.spend(FINAL_PURPOSE, final.shots)
    return final


def _final_effort(counted: CountedObjective) -> float:
    """By how much the shots of an ordinary energy are multiplied; on a device they are paid for."""
    last, traits = counted.last, counted.traits
    if traits.to_precision or traits.remote or last is None or not last.shots:
        return 1.0
    ordinary = last.shots / counted.last_effort
    wanted = last.shots * ((last.standard_error or 0.0) / FINAL_ERROR) ** 2
    affordable = sum(counted.shots.values())
    return max(1.0, min(wanted, affordable) / ordinary)


def _gradient_norm(counted: CountedObjective, x: Vector) -> float | None:
    """Euclidean norm of the gradient, from the evaluation at x if there was one."""
    if not counted.traits.has_gradient or x.size == 0:
        return None
    if counted.best_gradient is not None and np.array_equal(counted.best_gradient[0], x):
        return counted.best_gradient[1]
    _, gradient = counted.objective.energy_and_gradient(x)
    counted.gradients += 1
    return float(np.linalg.norm(gradient))


def _ignore(_: Progress) -> None:
    pass

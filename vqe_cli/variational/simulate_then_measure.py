"""Parameters by simulation, a rehearsal with the device's noise, and one energy on the device."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

from vqe_cli.backends.objective import Objective, RehearsingObjective
from vqe_cli.errors import interruptible
from vqe_cli.schema.records import Evaluations, StageRecord
from vqe_cli.variational.evaluation_log import CountedObjective
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.minimise import Solution, finish
from vqe_cli.variational.observers import Watcher


def measured_once(
    solution: Solution, objective: Objective, label: str, seed: int, watcher: Watcher
) -> Solution:
    """The energy of a solution on another backend than the one its parameters come from.

    Args:
        solution: Found by simulation.
        objective: Measures.
        label: What it is called.
        seed: Of the run.
        watcher: Told of every stage.

    Raises:
        InterruptedRunError: Ctrl-C; it knows what the simulation found.
    """
    with interruptible(lambda: _known(solution)):
        return _in_stages(solution, objective, label, seed, watcher)


def _known(solution: Solution) -> dict[str, object]:
    """What the simulation found."""
    return {
        "best_energy": solution.energy.value,
        "steps": len(solution.history),
        "evaluations": solution.evaluations.energy,
        "parameters": solution.x.tolist(),
    }


def _in_stages(
    solution: Solution, objective: Objective, label: str, seed: int, watcher: Watcher
) -> Solution:
    """Simulated, rehearsed where there is a rehearsal, measured."""
    stages = [_stage("exact simulation", solution)]
    watcher.on_stage(stages[-1])
    if objective.traits.has_rehearsal:
        rehearsing = cast(RehearsingObjective, objective).rehearsal()
        stages.append(_stage("rehearsal with its noise", _measured(solution, rehearsing, seed)))
        watcher.on_stage(stages[-1])
    found = _measured(solution, objective, seed)
    stages.append(_stage(label, found))
    watcher.on_stage(stages[-1])
    return replace(found, stages=tuple(stages))


def _measured(solution: Solution, objective: Objective, seed: int) -> Solution:
    """What another objective says of the same parameters; the history stays that of the search."""
    began = time.perf_counter()
    counted = CountedObjective(objective, seed, NoJournal(), lambda _: None)
    fresh = finish(counted, replace(solution.outcome, x=solution.x, energy=None))
    searched = solution.evaluations
    return replace(
        solution,
        energy=fresh.energy,
        observables=fresh.observables,
        mitigation=fresh.mitigation,
        evaluations=Evaluations(
            energy=searched.energy + fresh.evaluations.energy,
            gradient=searched.gradient,
            shots=searched.shots + fresh.evaluations.shots,
        ),
        shots_by_purpose=fresh.shots_by_purpose,
        wall_s=solution.wall_s + time.perf_counter() - began,
    )


def _stage(name: str, solution: Solution) -> StageRecord:
    return StageRecord(
        name=name,
        energy=solution.energy.value,
        standard_error=solution.energy.standard_error,
        shots=solution.evaluations.shots,
        wall_s=solution.wall_s,
    )

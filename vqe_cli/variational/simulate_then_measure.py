"""Parameters by simulation, a rehearsal with the device's noise, and one energy on the device."""

from __future__ import annotations

import time
from dataclasses import replace

from vqe_cli.backends.objective import HasNoisySimulation, Objective
from vqe_cli.errors import InterruptedRunError
from vqe_cli.schema.records import Evaluations, StageRecord
from vqe_cli.variational.evaluation_log import CountedObjective, NoJournal
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
    try:
        return _in_stages(solution, objective, label, seed, watcher)
    except KeyboardInterrupt:
        error = InterruptedRunError("interrupted", hint="the same command with --resume goes on")
        error.known = {
            "best_energy": solution.energy.value,
            "steps": len(solution.history),
            "evaluations": solution.evaluations.energy,
            "parameters": solution.x.tolist(),
        }
        raise error from None


def _in_stages(
    solution: Solution, objective: Objective, label: str, seed: int, watcher: Watcher
) -> Solution:
    """Simulated, rehearsed where there is a rehearsal, measured."""
    stages = [_stage("exact simulation", solution)]
    watcher.on_stage(stages[-1])
    if isinstance(objective, HasNoisySimulation):
        simulated = _measured(solution, objective.noisy_simulation(), seed)
        stages.append(_stage("rehearsal with its noise", simulated))
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

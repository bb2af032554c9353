"""Parameters by simulation, a simulation with the device's noise, and one energy on the device."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Backend
from vqe_cli.backends.objective import HasNoisySimulation, Objective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import interruptible
from vqe_cli.schema.records import Evaluations, StageRecord
from vqe_cli.variational.evaluation_log import CountedObjective, ignore_step
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution, Strategy


@dataclass(frozen=True, eq=False)
class SimulateThenMeasure:
    """The strategy that finds parameters by simulation, for a backend that is too dear to search.

    Args:
        search: Finds the parameters by simulation.
        backend: The backend that measures.
        measuring: The energy of the state to begin with, prepared on that backend.
        seed: Of the run.
        observer: Told of every stage.
        submitter: On whose behalf jobs are sent.
        measures: Whether the energy is measured; else the solver draws from the state itself.
    """

    search: Strategy
    backend: Backend
    measuring: Objective
    seed: int
    observer: Observer
    submitter: Submitter
    measures: bool = True

    @property
    def state(self) -> ParameterisedState:
        """The state to begin with."""
        return self.search.state

    @property
    def objective(self) -> Objective:
        """The search objective, which is simulated."""
        return self.search.objective

    def find(self) -> Solution:
        """Simulate, then measure.

        Raises:
            InterruptedRunError: Ctrl-C; it knows what the simulation found.
        """
        solution = self.search.find()
        objective = self._prepared(solution.state)
        if not self.measures:
            return replace(solution, objective=objective)
        with interruptible(lambda: _known(solution)):
            return self._in_stages(solution, objective)

    def _prepared(self, state: ParameterisedState) -> Objective:
        """The energy on the backend; an adaptive ansatz has become another state meanwhile."""
        if state is self.state:
            return self.measuring
        return self.backend.prepare(state, self.seed, self.submitter)

    def _in_stages(self, solution: Solution, objective: Objective) -> Solution:
        """Simulated, simulated with the device's noise where it is known, measured."""
        stages = [_stage("exact simulation", solution)]
        self.observer.on_stage(stages[-1])
        if isinstance(objective, HasNoisySimulation):
            simulated = _measured(solution, objective.noisy_simulation(), self.seed)
            stages.append(_stage("rehearsal with its noise", simulated))
            self.observer.on_stage(stages[-1])
        found = _measured(solution, objective, self.seed)
        label = f"{self.backend.name} ({objective.record.representation})"
        stages.append(_stage(label, found))
        self.observer.on_stage(stages[-1])
        return replace(found, stages=tuple(stages))


def _known(solution: Solution) -> dict[str, object]:
    """What the simulation found."""
    return {
        "best_energy": solution.energy.value,
        "steps": len(solution.history),
        "evaluations": solution.evaluations.energy,
        "parameters": solution.x.tolist(),
    }


def _measured(solution: Solution, objective: Objective, seed: int) -> Solution:
    """What another objective says of the same parameters; the history stays that of the search."""
    began = time.perf_counter()
    counted = CountedObjective(objective, seed, NoJournal(), ignore_step)
    fresh = counted.measure_final(replace(solution.outcome, x=solution.x, energy=None))
    search, final = solution.evaluations, counted.evaluations
    return replace(
        solution,
        objective=objective,
        energy=fresh.energy,
        observables=fresh.observables,
        mitigation=fresh.mitigation,
        evaluations=Evaluations(
            energy=search.energy + final.energy,
            gradient=search.gradient,
            shots=search.shots + final.shots,
        ),
        shots_by_purpose=counted.shots_by_purpose,
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

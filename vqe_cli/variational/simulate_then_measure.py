"""Parameters by exact simulation, one noisy simulation, and one energy on the device."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Backend
from vqe_cli.backends.objective import HasNoisySimulation, Objective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import interruptible
from vqe_cli.fermions.problem import has_own_unit
from vqe_cli.schema.backend_records import StageRecord
from vqe_cli.schema.records import Evaluations
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.search_progress import ignore_step
from vqe_cli.variational.solution import Solution, Strategy


@dataclass(frozen=True, eq=False)
class SimulateThenMeasure:
    """The strategy that finds parameters by simulation and measures one energy on the backend.

    Args:
        search: The strategy that finds the parameters by simulation.
        backend: The backend that measures the energy.
        measuring: The energy of the initial state, prepared on that backend.
        seed: The run's random seed.
        observer: The observer, notified of every stage.
        submitter: The submitter of jobs to devices.
        measures: Whether the energy is measured; False for a solver that draws bit strings.
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
        """The initial state."""
        return self.search.state

    @property
    def objective(self) -> Objective:
        """The simulated search objective."""
        return self.search.objective

    def find(self) -> Solution:
        """The solution, with the energy measured at simulated parameters.

        Raises:
            InterruptedRunError: Ctrl-C; the error holds the result of the simulation.
        """
        solution = self.search.find()
        objective = self._prepared(solution.state)
        if not self.measures:
            return replace(solution, objective=objective)
        with interruptible(lambda: _known(solution)):
            return self._in_stages(solution, objective)

    def _prepared(self, state: ParameterisedState) -> Objective:
        """The energy of the final state on the backend; adaptive ansätze are prepared anew."""
        if state is self.state:
            return self.measuring
        return self.backend.prepare(state, self.seed, self.submitter)

    def _in_stages(self, solution: Solution, objective: Objective) -> Solution:
        """Exact simulation, noisy simulation if the noise is known, and measurement."""
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
    """The result of the simulation, for an interrupted run."""
    problem = solution.state.encoding.problem
    own = {"unit": problem.unit} if has_own_unit(problem) else {}
    return {
        **own,
        "best_energy": solution.energy.value,
        "steps": len(solution.history),
        "evaluations": solution.evaluations.energy,
        "parameters": solution.x.tolist(),
    }


def _measured(solution: Solution, objective: Objective, seed: int) -> Solution:
    """The solution with its energy from another objective; the history stays that of the search."""
    began = time.perf_counter()
    counted = EvaluationLog(objective, seed, NoJournal(), ignore_step)
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

"""Observers of a run's progress, and the clock of its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger, timed
from vqe_cli._core.sizes import Forecast
from vqe_cli.backends import Cost
from vqe_cli.backends.objective import Objective
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.fermions.problem import Problem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.backend_records import StageRecord
from vqe_cli.schema.records import Cycle, ReferenceRecord, RunRecord
from vqe_cli.variational.search_progress import EndedStart, OnStep, Progress
from vqe_cli.variational.solution import Solution

LOG = package_logger(__name__)


@dataclass
class Clock:
    """Wall-clock seconds of each stage.

    Args:
        seconds: Seconds by the name of the stage.
        on_begin: Callback, called with the name of a stage when it begins.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    on_begin: Callable[[str], None] = lambda _: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        self.on_begin(name)
        try:
            with timed(LOG, name):
                yield
        finally:
            elapsed = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + elapsed


class Observer:
    """Callbacks for the stages of a run; all do nothing unless they are overridden."""

    def on_begin(self, stage: str) -> None:
        """Called with the name of a stage when it begins: chemistry, preparation, reference ..."""

    def on_guess(self, number: int, most: int, lowest: float) -> None:
        """Called after each guess of a search for the lowest mean field.

        `number` counts guesses from 1, `most` is their largest number, and `lowest` the lowest
        energy so far, Hartree.
        """

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Called with the active orbitals; not for qubit Hamiltonians."""

    def on_problem(self, encoding: Encoding) -> None:
        """Called when the problem and its encoding are known."""

    def on_orbital_step(self, step: int, energy: float) -> None:
        """Called after a step of the orbitals, with the energy in Hartree, before `on_problem`."""

    def on_cost(self, cost: Cost | None) -> None:
        """Called with the expected cost of an evaluation, before anything is allocated."""

    def on_forecast(self, forecast: Forecast) -> None:
        """Called with the forecast of a long run, before anything is computed."""

    def on_compilation(self) -> None:
        """Called when kernels are compiled, once after installation."""

    def on_objective(self, objective: Objective) -> None:
        """Called when energies can be computed."""

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """Called with the exact energy, or with None if there is none."""

    @property
    def on_step(self) -> OnStep | None:
        """Callback for every step of the optimiser; None if steps are not observed."""
        return None

    def on_start(self, found: EndedStart) -> None:
        """Called when the search from a starting point has ended."""

    def on_cycle(self, cycle: Cycle) -> None:
        """Called at the end of a cycle of an adaptive ansatz."""

    def on_stage(self, stage: StageRecord) -> None:
        """Called with an energy at simulated parameters: exact, noisy simulation, or measured."""

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Called when the search has ended, before the result is checked."""

    def on_states(self, vectors: Sequence[FloatArray]) -> None:
        """Called with the vectors of the states of a run, if excited states are asked for.

        Each has shape (alpha strings, beta strings); they are in the order of the record.
        """

    def on_record(self, record: RunRecord) -> None:
        """Called with the record of the finished run."""


class KeptProblem(Observer):
    """Keeps the problem that a run solved."""

    def __init__(self) -> None:
        self.problem: Problem | None = None

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Keep the problem of the solution."""
        self.problem = solution.state.encoding.problem


class Observers(Observer):
    """Several observers as one, notified in order.

    Args:
        observers: The observers.
    """

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def on_begin(self, stage: str) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_begin(stage)

    def on_guess(self, number: int, most: int, lowest: float) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_guess(number, most, lowest)

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_orbitals(selection)

    def on_problem(self, encoding: Encoding) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_problem(encoding)

    def on_orbital_step(self, step: int, energy: float) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_orbital_step(step, energy)

    def on_cost(self, cost: Cost | None) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_cost(cost)

    def on_forecast(self, forecast: Forecast) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_forecast(forecast)

    def on_compilation(self) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_compilation()

    def on_objective(self, objective: Objective) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_objective(objective)

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_reference(reference)

    @property
    def on_step(self) -> OnStep | None:
        """Callback that notifies all observers of steps; None if there are none."""
        wanted = [observer.on_step for observer in self._observers if observer.on_step]

        def step(progress: Progress) -> None:
            for notify in wanted:
                notify(progress)

        return step if wanted else None

    def on_start(self, found: EndedStart) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_start(found)

    def on_cycle(self, cycle: Cycle) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_cycle(cycle)

    def on_stage(self, stage: StageRecord) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_stage(stage)

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_solution(objective, solution)

    def on_states(self, vectors: Sequence[FloatArray]) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_states(vectors)

    def on_record(self, record: RunRecord) -> None:
        """Notify all observers."""
        for observer in self._observers:
            observer.on_record(record)

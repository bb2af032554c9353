"""Who is told how a run gets on, and the clock of its stages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from vqe_cli._core.log import package_logger, timed
from vqe_cli._core.sizes import Forecast
from vqe_cli.backends import Cost
from vqe_cli.backends.objective import Objective
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.records import ReferenceRecord, StageRecord
from vqe_cli.variational.evaluation_log import OnStep, Progress
from vqe_cli.variational.solution import Solution

LOG = package_logger(__name__)


@dataclass
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            with timed(LOG, name):
                yield
        finally:
            elapsed = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + elapsed


class Observer:
    """Told how a run gets on; a report overrides what it wants to show."""

    def on_problem(self, encoding: Encoding) -> None:
        """The Hamiltonian is there."""

    def on_cost(self, cost: Cost | None) -> None:
        """How long an evaluation should take; nothing is allocated yet."""

    def on_forecast(self, forecast: Forecast) -> None:
        """It will take long; nothing has begun yet."""

    def on_compilation(self) -> None:
        """Kernels are being compiled, as once after installation."""

    def on_objective(self, objective: Objective) -> None:
        """Energies can be computed."""

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """The exact energy is there, or there is none."""

    @property
    def on_step(self) -> OnStep | None:
        """Called after every step of the optimiser."""
        return None

    def on_stage(self, stage: StageRecord) -> None:
        """An energy at simulated parameters: exact, simulated with noise, or measured."""

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """The optimiser is done; nothing has been judged yet."""


class Observers(Observer):
    """Several observers as one, told in order.

    Args:
        observers: Each of them.
    """

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def on_problem(self, encoding: Encoding) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.on_problem(encoding)

    def on_cost(self, cost: Cost | None) -> None:
        """Tell all."""
        for observer in self._observers:
            observer.on_cost(cost)

    def on_forecast(self, forecast: Forecast) -> None:
        """Tell all."""
        for observer in self._observers:
            observer.on_forecast(forecast)

    def on_compilation(self) -> None:
        """Tell all."""
        for observer in self._observers:
            observer.on_compilation()

    def on_objective(self, objective: Objective) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.on_objective(objective)

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.on_reference(reference)

    @property
    def on_step(self) -> OnStep | None:
        """Call each that wants to be called."""
        wanted = [observer.on_step for observer in self._observers if observer.on_step]

        def step(progress: Progress) -> None:
            for tell in wanted:
                tell(progress)

        return step if wanted else None

    def on_stage(self, stage: StageRecord) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.on_stage(stage)

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.on_solution(objective, solution)

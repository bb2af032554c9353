"""Evaluations of an objective: counted, checked, journaled, and answered from the journal.

A checkpoint is the list of evaluations so far. To go on, the optimiser starts again from the
beginning and is answered from the list until it has caught up: its inner state is rebuilt
exactly, whatever method it is, and no evaluation is paid for twice.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.backends.objective import FINAL_PURPOSE, Objective, SamplingObjective, Traits
from vqe_cli.errors import NotConvergedError
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.records import Step


@dataclass(frozen=True)
class LogEntry:
    """One evaluation, as it is kept in a checkpoint.

    Args:
        point: Fingerprint of the parameters.
        value: Energy in Hartree.
        standard_error: Of the energy, if sampled.
        shots: Spent on it.
        gradient: Components, if it was asked for.
        discarded: Share of the shots that post-selection left out; None where there was none.
    """

    point: str
    value: float
    standard_error: float | None = None
    shots: int = 0
    gradient: tuple[float, ...] | None = None
    discarded: float | None = None

    @classmethod
    def of(cls, point: str, found: Estimate) -> LogEntry:
        """A number without a gradient."""
        return cls(point, found.value, found.standard_error, found.shots, discarded=found.discarded)

    @property
    def estimate(self) -> Estimate:
        """The number as it was obtained."""
        return Estimate(self.value, self.standard_error, self.shots, self.discarded)


class Journal(Protocol):
    """Where evaluations are kept while a run is under way."""

    def replay(self) -> Iterable[LogEntry]:
        """What an earlier, interrupted run left."""
        ...

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Keep evaluations that were asked for together."""
        ...

    def flush(self) -> None:
        """Have all of them where no crash can reach them."""
        ...

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep the starting points, or return those that an earlier run kept.

        A last bit that differs would make every later point differ.
        """
        ...


class NoJournal:
    """Keeps nothing."""

    def replay(self) -> Iterable[LogEntry]:
        """Nothing."""
        return ()

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Forget them."""

    def flush(self) -> None:
        """There are none."""

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Return them as they are."""
        return points


@dataclass(frozen=True)
class Progress:
    """What a watcher is told after every step.

    Args:
        step: Counted over all starts.
        start: Number of the starting point, from 0.
        energy: At this step.
        best: Lowest energy so far.
        evaluations: Energies and gradients so far.
        elapsed_s: Seconds since solving began.
        replayed: Whether this step was answered from a checkpoint.
    """

    step: int
    start: int
    energy: float
    best: float
    evaluations: int
    elapsed_s: float
    replayed: bool


OnStep = Callable[[Progress], None]


@dataclass
class CountedObjective:
    """An objective that counts, checks, journals and replays.

    Args:
        objective: What is evaluated.
        seed: Of the run; every evaluation gets its own from it.
        journal: Where evaluations are kept.
        on_step: Told after every step.
    """

    objective: Objective
    seed: int
    journal: Journal
    on_step: OnStep
    energies: int = 0
    gradients: int = 0
    fidelity_count: int = 0
    last: Estimate | None = None
    last_effort: float = 1.0
    shots: dict[str, int] = field(default_factory=dict)
    replayed: int = 0
    start: int = 0
    best: float = math.inf
    best_x: Vector | None = None
    best_gradient: tuple[Vector, float] | None = None
    steps: list[Step] = field(default_factory=list)
    first_value: float | None = None
    _began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self._log = iter(self.journal.replay())

    @property
    def traits(self) -> Traits:
        """What kind of function this is."""
        return self.objective.traits

    def value(self, x: Vector) -> float:
        """The energy."""
        return self.estimates([x])[0].value

    def estimates(
        self, points: Sequence[Vector], effort: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with their standard errors; those in the journal are not measured again."""
        entries = self._replayed_head([_fingerprint(x) for x in points])
        by_bits = self.traits.remote and purpose == FINAL_PURPOSE  # they count electrons as well
        if by_bits or len(entries) < len(points):
            entries = self._measured(entries, points, effort)
        for entry, x in zip(entries, points, strict=True):
            self.energies += 1
            self.spend(purpose, entry.shots)
            self._checked(entry, x)
        known = [entry.estimate for entry in entries]
        self.last, self.last_effort = (known[-1], effort) if known else (self.last, effort)
        return known

    def _measured(
        self, replayed: list[LogEntry], points: Sequence[Vector], effort: float
    ) -> list[LogEntry]:
        """Evaluate and journal what no log has.

        A job is asked for whole, whatever the log has of it: part of it would be another job, and
        paid for again.
        """
        first = 0 if self.traits.remote else len(replayed)
        missing = points[first:]
        seeds = [
            stream(self.seed, "evaluation", self.energies + index).seed
            for index in range(first, len(points))
        ]
        fresh = self.objective.energies(missing, seeds, effort)
        entries = replayed[:first] + [
            LogEntry.of(_fingerprint(x), found) for x, found in zip(missing, fresh, strict=True)
        ]
        self._keep(entries[len(replayed) :])
        return entries

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], effort: float = 1.0
    ) -> list[Estimate]:
        """Overlaps squared; journaled like energies, but no energies."""
        found = []
        for x, y in pairs:
            point = _fingerprint(np.concatenate([x, y]))
            entry = self._replayed(point, with_gradient=False)
            if entry is None:
                seed = stream(self.seed, "fidelity", self.fidelity_count).seed
                estimate = cast(SamplingObjective, self.objective).fidelity(x, y, seed, effort)
                entry = LogEntry.of(point, estimate)
                self._keep([entry])
            self.fidelity_count += 1
            self.spend("fidelities", entry.shots)
            found.append(entry.estimate)
        return found

    def spend(self, purpose: str, shots: int) -> None:
        """Enter shots under what they were for."""
        if shots:
            self.shots[purpose] = self.shots.get(purpose, 0) + shots

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its gradient."""
        point = _fingerprint(x)
        entry = self._replayed(point, with_gradient=True)
        if entry is None:
            value, gradient = self.objective.energy_and_gradient(x)
            entry = LogEntry(point, value, gradient=tuple(gradient.tolist()))
            self._keep([entry])
        self.energies += 1
        self.gradients += 1
        gradient = np.array(entry.gradient)
        value = self._checked(entry, x)
        if value == self.best:
            self.best_gradient = (x.copy(), float(np.linalg.norm(gradient)))
        return value, gradient

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Record the end of an iteration."""
        number = len(self.steps) + 1
        evaluations = self.energies
        self.steps.append(
            Step(
                step=number,
                energy=float(energy),
                evaluations=evaluations,
                gradient_norm=gradient_norm,
            )
        )
        elapsed = self.elapsed()
        replayed = self.replayed == evaluations
        self.on_step(
            Progress(number, self.start, energy, self.best, evaluations, elapsed, replayed)
        )

    def elapsed(self) -> float:
        """Seconds since solving began."""
        return time.perf_counter() - self._began

    def known(self) -> dict[str, object]:
        """What is known when the run is cut short."""
        found: dict[str, object] = {"evaluations": self.energies, "steps": len(self.steps)}
        if self.best_x is not None:
            found |= {"best_energy": self.best, "parameters": self.best_x.tolist()}
        return found

    def _replayed_head(self, points: Sequence[str]) -> list[LogEntry]:
        """What the journal knows of the first of these points."""
        found: list[LogEntry] = []
        for point in points:
            entry = self._replayed(point, with_gradient=False)
            if entry is None:
                break
            found.append(entry)
        return found

    def _replayed(self, point: str, *, with_gradient: bool) -> LogEntry | None:
        entry = next(self._log, None)
        if entry is None:
            return None
        if entry.point != point or (with_gradient and entry.gradient is None):
            self._log = iter(())  # another version took another path: go on without the log
            return None
        self.replayed += 1
        return entry

    def _keep(self, entries: Sequence[LogEntry]) -> None:
        """Write down what a job gave before the next one is sent; elsewhere that can wait."""
        self.journal.append(entries)
        if self.traits.remote:
            self.journal.flush()

    def _checked(self, entry: LogEntry, x: Vector) -> float:
        if not math.isfinite(entry.value):
            raise NotConvergedError(
                f"evaluation {self.energies} gave {entry.value} instead of an energy",
                hint="another starting point or optimiser may help",
            )
        if self.first_value is None:
            self.first_value = entry.value
        if entry.value < self.best:
            self.best, self.best_x = entry.value, x.copy()
        return entry.value


def _fingerprint(x: Vector) -> str:
    return hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=8).hexdigest()

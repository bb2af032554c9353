"""The loop: an optimiser on an objective, with counts, history, checkpoints and fresh energies.

A checkpoint is the list of evaluations so far. To go on, the optimiser starts again from the
beginning and is answered from the list until it has caught up: its inner state is rebuilt
exactly, whatever method it is, and no evaluation is paid for twice.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

import numpy as np

from vqe_cli.errors import InterruptedRunError, NotConvergedError
from vqe_cli.excitations import ExcitationProduct
from vqe_cli.objective import (
    Density,
    Estimate,
    MitigatedEnergy,
    MitigatingObjective,
    Objective,
    Outcome,
    SamplingObjective,
    Traits,
    Vector,
)
from vqe_cli.optimizers import Optimizer
from vqe_cli.records import Cycle, Evaluations, SqdRecord, StageRecord, Step
from vqe_cli.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE

FINAL = 2**30
"""Index of the fresh measurement at the end; no optimisation makes so many evaluations."""

FINAL_ERROR = CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE / 4
"""Hartree; 1.96 standard errors are then half of chemical accuracy."""

FINAL_PURPOSE = "final energy"
"""What the shots of the energy that is reported are entered under."""

FIDELITIES = 2**29
"""Index of the first fidelity."""


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

    def append(self, entry: LogEntry) -> None:
        """Keep an evaluation."""
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

    def append(self, entry: LogEntry) -> None:
        """Forget it."""

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
        if len(entries) < len(points):
            entries += self._measured(range(len(entries), len(points)), points, effort)
        for entry, x in zip(entries, points, strict=True):
            self.energies += 1
            self.spend(purpose, entry.shots)
            self._checked(entry, x)
        known = [entry.estimate for entry in entries]
        self.last, self.last_effort = (known[-1], effort) if known else (self.last, effort)
        return known

    def _measured(self, missing: range, points: Sequence[Vector], effort: float) -> list[LogEntry]:
        """Evaluate and journal what no log has."""
        seeds = [self.seed_of(self.energies + index) for index in missing]
        fresh = self.objective.energies([points[index] for index in missing], seeds, effort)
        entries = [
            LogEntry.of(_fingerprint(points[index]), found)
            for index, found in zip(missing, fresh, strict=True)
        ]
        for entry in entries:
            self._keep(entry)
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
                seed = self.seed_of(FIDELITIES + self.fidelity_count)
                estimate = cast(SamplingObjective, self.objective).fidelity(x, y, seed, effort)
                entry = LogEntry.of(point, estimate)
                self._keep(entry)
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
            self._keep(entry)
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

    def seed_of(self, index: int) -> int:
        """The seed of evaluation number `index`."""
        return int(np.random.SeedSequence([self.seed, index]).generate_state(1)[0] >> 1)

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

    def _keep(self, entry: LogEntry) -> None:
        self.journal.append(entry)

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
    observables = counted.objective.observables(best.x, counted.seed_of(FINAL + 1))
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
    outcome = optimizer.minimize(counted, x0.copy(), counted.seed + start)
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
    found = objective.mitigated(x, counted.seed_of(FINAL), _final_effort(counted))
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
    final = counted.objective.energy(best.x, counted.seed_of(FINAL), _final_effort(counted))
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


def _fingerprint(x: Vector) -> str:
    return hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=8).hexdigest()


def _ignore(_: Progress) -> None:
    pass

"""Evaluations of an objective: counted, checked, journaled, and replayed from the journal."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.backends.objective import (
    FINAL_PURPOSE,
    ComparesStates,
    HasGradient,
    Mitigates,
    Objective,
    OptimizerResult,
    Remote,
    Traits,
    require,
)
from vqe_cli.errors import NotConvergedError
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.records import Evaluations, Step
from vqe_cli.variational.energy_scale import IN_HARTREE, EnergyScale
from vqe_cli.variational.journal import Journal, LogEntry, Replay
from vqe_cli.variational.search_budget import UNLIMITED, BudgetSpentError, SearchBudget
from vqe_cli.variational.search_progress import (
    BestPoint,
    FinalMeasurement,
    OnStep,
    Progress,
)

NO_FIDELITIES = "the backend cannot compare states"
NO_GRADIENTS = "the backend has no analytic gradients"

FINAL_ERROR = CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE / 4
"""Target standard error of a sampled final energy, Hartree.

1.96 standard errors are then half of chemical accuracy.
"""


Slopes = Callable[[Vector], tuple[float, Vector]]
"""A function from parameters to the energy in Hartree and derivatives of it."""


class EvaluationLog:
    """An objective whose evaluations are counted, checked, journaled and replayed.

    Counts change only by calls of its methods.

    Args:
        objective: The objective.
        seed: The run's random seed, from which every evaluation derives its own.
        journal: The journal of evaluations.
        on_step: Callback, called after every step.
        budget: The budget of searches in `searching`.
        scale: The scale of energies for optimisers, and of the error of a final energy.
    """

    def __init__(
        self,
        objective: Objective,
        seed: int,
        journal: Journal,
        on_step: OnStep,
        budget: SearchBudget = UNLIMITED,
        scale: EnergyScale = IN_HARTREE,
    ) -> None:
        self._scale = scale
        self._objective = objective
        self._seed = seed
        self._replay = Replay(journal)
        self._on_step = on_step
        self._began = time.perf_counter()
        self._energies = self._gradients = self._fidelities = 0
        self._shots: dict[str, int] = {}
        self._steps: list[Step] = []
        self._start = 0
        self._best: BestPoint | None = None
        self._best_gradient: tuple[Vector, float] | None = None
        self._first_energy: float | None = None
        self._last: tuple[Estimate, float] | None = None
        self._budget, self._is_searching = budget, False
        self._at: Vector | None = None

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Let evaluations in a block count against the budget.

        Raises:
            BudgetSpentError: The budget is spent.
        """
        self._is_searching = True
        try:
            yield
        finally:
            self._is_searching = False

    def point_of_stop(self, x0: Vector) -> Vector:
        """Where a search stands whose budget is spent: its last step, or the lowest point.

        Args:
            x0: Its starting point.
        """
        if self.traits.sampled and self._at is not None:
            return self._at
        return x0 if self._best is None else self._best.x

    @property
    def scale(self) -> EnergyScale:
        """The scale of energies for optimisers."""
        return self._scale

    @property
    def traits(self) -> Traits:
        """Properties of the objective."""
        return self._objective.traits

    @property
    def objective(self) -> Objective:
        """The objective that is evaluated now."""
        return self._objective

    @property
    def seed(self) -> int:
        """The run's random seed."""
        return self._seed

    @property
    def evaluations(self) -> Evaluations:
        """Evaluations so far, replayed ones included."""
        return Evaluations(
            energy=self._energies, gradient=self._gradients, shots=sum(self._shots.values())
        )

    @property
    def shots_by_purpose(self) -> dict[str, int]:
        """The number of shots so far, by purpose."""
        return dict(self._shots)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps so far, of all starts."""
        return tuple(self._steps)

    @property
    def best(self) -> BestPoint | None:
        """The lowest point of this start; None before its first evaluation."""
        return self._best

    @property
    def first_energy(self) -> float | None:
        """The energy of the first evaluation, Hartree; None before it."""
        return self._first_energy

    @property
    def replayed(self) -> int:
        """The number of evaluations answered from the journal."""
        return self._replay.count

    @property
    def elapsed_s(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self._began

    @property
    def known(self) -> dict[str, object]:
        """What an interrupted run reports: counts, and the best point so far."""
        found: dict[str, object] = {"evaluations": self._energies, "steps": len(self._steps)}
        if self._best is not None:
            found |= {"best_energy": self._best.energy, "parameters": self._best.x.tolist()}
        if self._scale.unit is not None:
            found["unit"] = self._scale.unit
        return found

    def begin_start(self, number: int) -> None:
        """Begin at another starting point, and forget the best point of the previous one.

        Args:
            number: Number of the starting point, from 0.
        """
        self._start, self._best, self._at = number, None, None

    def continue_with(self, objective: Objective) -> None:
        """Evaluate another objective from now on, and continue counting.

        Args:
            objective: An objective of the same problem with a longer ansatz.
        """
        self._objective = objective

    def value(self, x: Vector) -> float:
        """The energy, Hartree."""
        return self.estimates([x])[0].value

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with standard errors; those in the journal are not measured again."""
        self._refuse_beyond_budget(len(points), shot_multiplier * len(points))
        entries = self._replay.take_all([_fingerprint(x) for x in points])
        # The shots of a job's last energy count electrons as well.
        by_bits = isinstance(self._objective, Remote) and purpose == FINAL_PURPOSE
        if by_bits or len(entries) < len(points):
            entries = self._measured(entries, points, shot_multiplier)
        for entry, x in zip(entries, points, strict=True):
            self._energies += 1
            self._spend(purpose, entry.shots)
            self._checked(entry, x)
        known = [entry.estimate for entry in entries]
        if known:
            self._last = known[-1], shot_multiplier
        return known

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """Fidelities of pairs of states; journaled, but not counted as energies."""
        self._refuse_beyond_budget(0, shot_multiplier * len(pairs))
        return [self._fidelity(x, y, shot_multiplier) for x, y in pairs]

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its gradient, shape (num_parameters,)."""
        differentiable = require(self._objective, HasGradient, NO_GRADIENTS)
        value, gradient = self._with_slopes(x, differentiable.energy_and_gradient)
        if self._best is not None and value == self._best.energy:
            self._best_gradient = (x.copy(), float(np.linalg.norm(gradient)))
        return value, gradient

    def value_and_slopes(self, x: Vector, evaluate: Slopes) -> tuple[float, Vector]:
        """The energy, and derivatives by other quantities than its parameters.

        Args:
            x: Parameters, shape (num_parameters,).
            evaluate: Function that computes both; called if the journal does not have them.
        """
        self._best_gradient = None
        return self._with_slopes(x, evaluate)

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Record the end of an iteration."""
        number, evaluations = len(self._steps) + 1, self._energies
        self._at = x.copy()
        self._steps.append(
            Step(
                step=number,
                energy=float(energy),
                evaluations=evaluations,
                gradient_norm=gradient_norm,
                start=self._start,
                standard_error=None if self._last is None else self._last[0].standard_error,
            )
        )
        best = math.inf if self._best is None else self._best.energy
        replayed = self.replayed == evaluations
        self._on_step(
            Progress(number, self._start, energy, best, evaluations, self.elapsed_s, replayed)
        )

    def measure_final(self, best: OptimizerResult) -> FinalMeasurement:
        """Measure anew at the best point; the search is over.

        Args:
            best: The optimiser's outcome from the best starting point.

        Returns:
            The final energy and observables.
        """
        mitigation = self._mitigated(best.x)
        energy = mitigation[-1].estimate if mitigation else self._final_energy(best)
        own = stream(self._seed, "final observables").seed
        observables = self._objective.observables(best.x, own)
        self._spend("checks", sum(estimate.shots for estimate in observables.values()))
        return FinalMeasurement(energy, mitigation, observables)

    def gradient_norm(self, x: Vector) -> float | None:
        """Euclidean norm of the gradient; None where there is no analytic one.

        Args:
            x: The final parameters, shape (num_parameters,).
        """
        objective = self._objective
        if not isinstance(objective, HasGradient) or x.size == 0:
            return None
        if self._best_gradient is not None and np.array_equal(self._best_gradient[0], x):
            return self._best_gradient[1]
        _, gradient = objective.energy_and_gradient(x)
        self._gradients += 1
        return float(np.linalg.norm(gradient))

    def _mitigated(self, x: Vector) -> tuple[MitigatedEnergy, ...] | None:
        """The energy, raw and after each method of error mitigation; None without mitigation."""
        objective = self._objective
        if not isinstance(objective, Mitigates):
            return None
        self._energies += 1
        found = objective.mitigated(x, self._final_seed, self._final_shot_multiplier())
        raw, last = found[0].estimate.shots, found[-1].estimate.shots
        self._spend(FINAL_PURPOSE, raw)
        self._spend("mitigation", last - raw)
        return found

    def _final_energy(self, best: OptimizerResult) -> Estimate:
        """The final energy: a new measurement if energies are sampled, else the known value.

        The measurement takes as many shots as chemical accuracy needs, but no more than the
        search. Without a search, the only measurement is kept.
        """
        if best.energy is not None:
            return Estimate(best.energy)
        if self._energies == 1 and self._last is not None:
            return self._last[0]
        if not self.traits.sampled:
            return Estimate(self.value(best.x))
        self._energies += 1
        final = self._objective.energy(best.x, self._final_seed, self._final_shot_multiplier())
        self._spend(FINAL_PURPOSE, final.shots)
        return final

    def _measured(
        self, replayed: list[LogEntry], points: Sequence[Vector], shot_multiplier: float
    ) -> list[LogEntry]:
        """Evaluate and journal the points that are not in the journal.

        A job on a device is always requested as a whole: part of it would be another job, which
        would be paid for again.
        """
        first = 0 if isinstance(self._objective, Remote) else len(replayed)
        missing = points[first:]
        seeds = [
            stream(self._seed, "evaluation", self._energies + index).seed
            for index in range(first, len(points))
        ]
        fresh = self._objective.energies(missing, seeds, shot_multiplier)
        entries = replayed[:first] + [
            LogEntry.of(_fingerprint(x), found) for x, found in zip(missing, fresh, strict=True)
        ]
        self._keep(entries[len(replayed) :])
        return entries

    def _fidelity(self, x: Vector, y: Vector, shot_multiplier: float) -> Estimate:
        point = _fingerprint(np.concatenate([x, y]))
        entry = self._replay.take(point)
        if entry is None:
            seed = stream(self._seed, "fidelity", self._fidelities).seed
            comparing = require(self._objective, ComparesStates, NO_FIDELITIES)
            estimate = comparing.fidelity(x, y, seed, shot_multiplier)
            entry = LogEntry.of(point, estimate)
            self._keep([entry])
        self._fidelities += 1
        self._spend("fidelities", entry.shots)
        return entry.estimate

    def _with_slopes(self, x: Vector, evaluate: Slopes) -> tuple[float, Vector]:
        self._refuse_beyond_budget(2)
        point = _fingerprint(x)
        entry = self._replay.take(point, with_gradient=True)
        if entry is None:
            value, slopes = evaluate(x)
            entry = LogEntry(point, value, gradient=tuple(slopes.tolist()))
            self._keep([entry])
        self._energies += 1
        self._gradients += 1
        return self._checked(entry, x), np.array(entry.gradient)

    def _keep(self, entries: Sequence[LogEntry]) -> None:
        """Journal evaluations; those of a device are on disk before the next job is sent."""
        self._replay.keep(entries, safely=isinstance(self._objective, Remote))

    @property
    def is_spent(self) -> bool:
        """Whether the budget has no room for another energy with its gradient."""
        try:
            self._budget.refuse_next(self.evaluations, 2, 2 * self._shots_of_one)
        except BudgetSpentError:
            return True
        return False

    def _refuse_beyond_budget(self, count: int, measurements: float = 0.0) -> None:
        """Stop a search whose next evaluations exceed its budget.

        Args:
            count: Number of energies and gradients.
            measurements: Number of measured energies, times their shot multiplier.
        """
        if self._is_searching:
            shots = 0.0 if self._budget.shots is None else measurements * self._shots_of_one
            self._budget.refuse_next(self.evaluations, count, shots)

    @property
    def _shots_of_one(self) -> float:
        """Shots of an energy with multiplier 1: those of the last one, or else those planned."""
        if self._last is not None:
            estimate, shot_multiplier = self._last
            return estimate.shots / shot_multiplier
        return float(self._objective.record.shots_per_energy or 0)

    def _spend(self, purpose: str, shots: int) -> None:
        """Count shots under their purpose."""
        if shots:
            self._shots[purpose] = self._shots.get(purpose, 0) + shots

    def _checked(self, entry: LogEntry, x: Vector) -> float:
        if not math.isfinite(entry.value):
            raise NotConvergedError(
                f"evaluation {self._energies} gave {entry.value} instead of an energy",
                hint="another starting point or optimiser may help",
            )
        if self._first_energy is None:
            self._first_energy = entry.value
        if self._best is None or entry.value < self._best.energy:
            self._best = BestPoint(x.copy(), entry.value)
        return entry.value

    def _final_shot_multiplier(self) -> float:
        """Shot multiplier of the final energy; 1 on a device, where shots are paid for."""
        fixed = self.traits.to_precision or isinstance(self._objective, Remote)
        if fixed or self._last is None or not self._last[0].shots:
            return 1.0
        last, ordinary = self._last[0], self._shots_of_one
        target = FINAL_ERROR * self._scale.size
        wanted = last.shots * ((last.standard_error or 0.0) / target) ** 2
        affordable = sum(self._shots.values())
        return max(1.0, min(wanted, affordable) / ordinary)

    @property
    def _final_seed(self) -> int:
        return stream(self._seed, "final energy").seed


def _fingerprint(x: Vector) -> str:
    return hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=8).hexdigest()

"""Adaptive ansätze: append the steepest operators and optimise, until little is left to gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.energy_units import units_of
from vqe_cli.ansatz.state import AdaptiveOptions, Operator, ParameterisedState, label_of
from vqe_cli.backends.objective import Growing, Objective, OptimizerResult
from vqe_cli.errors import InputError, interruptible
from vqe_cli.qubits.cnot_counts import CnotCounter
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import Cycle
from vqe_cli.variational.adaptive_choice import Candidates, idle
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.minimise import measured_solution, minimise
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.search_budget import UNLIMITED, SearchBudget
from vqe_cli.variational.search_progress import OnStep, ignore_step
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.unoptimised import why_unoptimised

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

PATIENCE = 3
"""The number of cycles in a row that must gain little before the search ends."""


def growing(objective: Objective) -> Growing:
    """The objective, if it can evaluate growing products of excitations.

    Args:
        objective: The search objective.

    Raises:
        InputError: The objective has no exact derivatives by operators.
    """
    if not isinstance(objective, Growing):
        raise no_growth()
    return objective


def no_growth() -> InputError:
    """The refusal of a backend on which an adaptive ansatz cannot grow."""
    return InputError(
        "an adaptive ansatz chooses operators by exact derivatives, which this backend"
        " does not have",
        path=("backend",),
        hint="backend: exact, without shots",
    )


def refuse_what_is_not_adaptive(spec: RunSpec, parts: Parts) -> None:
    """Refuse settings of a run that do not go with an adaptive ansatz.

    An adaptive ansatz always starts from the reference determinant.

    Args:
        spec: The run's spec.
        parts: The parts of the run.

    Raises:
        InputError: A setting contradicts an adaptive ansatz.
    """
    if spec.initial.values is not None or spec.initial.name not in ("auto", "zeros"):
        raise InputError(
            "an adaptive ansatz grows from the reference determinant",
            path=("initial",),
            hint="leave out 'initial', or choose another ansatz",
        )
    if spec.restarts:
        raise InputError(
            "an adaptive ansatz has one start only",
            path=("restarts",),
            hint="leave out 'restarts', or choose another ansatz",
        )
    reason = why_unoptimised(parts)
    if reason is not None:
        raise InputError(
            f"an adaptive ansatz grows as its parameters are optimised, and {reason}",
            path=("optimizer",),
            hint="name another optimizer, such as bfgs, or choose another ansatz",
        )


@dataclass(frozen=True, eq=False)
class AdaptiveSearch:
    """The strategy that appends operators until the pool's gradient, or the gain, is small.

    Args:
        state: The empty product of operators.
        options: The operator pool and the stopping criteria.
        objective: The energy of the empty product, prepared for the whole pool.
        optimizer: The optimiser named in the input; it is resolved anew for every product.
        seed: The run's random seed.
        journal: The journal of evaluations for `--resume`; choices are rebuilt from them.
        on_step: Callback, called after every step.
        budget: What the search may take.
        on_cycle: Callback, called at the end of every cycle.
    """

    state: ParameterisedState
    options: AdaptiveOptions
    objective: Growing
    optimizer: Optimizer
    seed: int
    journal: Journal = field(default_factory=NoJournal)
    on_step: OnStep = ignore_step
    budget: SearchBudget = UNLIMITED
    on_cycle: Callable[[Cycle], None] = lambda _: None

    def find(self) -> Solution:
        """Append operators cycle by cycle, and optimise all parameters in each.

        Returns:
            The solution of the last cycle, with the evaluations of all cycles.
        """
        counted = EvaluationLog(self.objective, self.seed, self.journal, self.on_step, self.budget)
        self.journal.starting_points([np.zeros(0)])
        candidates = Candidates(self.options)
        adapted = _AdaptedProduct(self.state, self.objective)
        with interruptible(lambda: _known(counted, adapted)):
            slopes = adapted.look(counted, candidates)
            while not (reason := _reason(adapted.cycles, self.options, _unit(adapted.state))):
                room = self.options.max_operators - len(adapted.chosen)
                if room == 0:
                    break
                adapted.append(candidates.chosen(slopes, room))
                adapted.optimise(counted, self.optimizer)
                if self.options.prunes and adapted.prune():
                    adapted.optimise(counted, self.optimizer)
                slopes = adapted.look(counted, candidates)
                self.on_cycle(adapted.cycles[-1])
                if counted.is_spent:
                    break
            return self._solution(counted, adapted, reason)

    def _solution(
        self, counted: EvaluationLog, adapted: _AdaptedProduct, reason: str | None
    ) -> Solution:
        state = self.state.with_operators(adapted.chosen)
        optimizer = self.optimizer.resolve(adapted.objective)
        found = measured_solution(
            counted, state, optimizer, adapted.ended(reason, is_spent=counted.is_spent)
        )
        return replace(found, cycles=tuple(adapted.cycles))


@dataclass
class _AdaptedProduct:
    """The product of operators so far, and how it was found.

    Args:
        state: The empty product.
        objective: The energy of the product.
        x: The parameters of the product, shape (num_parameters,).
        chosen: The operators so far.
        cycles: One record for each product.
        last: The outcome of the last optimisation.
        added: The operators appended in this cycle.
        removed: The operator removed in this cycle; None for none.
    """

    state: ParameterisedState
    objective: Growing
    x: Vector = field(default_factory=lambda: np.zeros(0))
    chosen: list[Operator] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    last: OptimizerResult | None = None
    added: Sequence[Operator] = ()
    removed: Operator | None = None
    _counter: CnotCounter = field(init=False)

    def __post_init__(self) -> None:
        self._counter = CnotCounter(self.state.encoding)

    def look(self, counted: EvaluationLog, candidates: Candidates) -> Vector:
        """Derivatives of the energy by each candidate, if appended; shape (candidates,)."""
        energy, slopes = counted.value_and_slopes(
            self.x, lambda x: self.objective.pool_gradient(x, candidates.operators)
        )
        self.cycles.append(
            Cycle(
                operators=len(self.chosen),
                added=", ".join(label_of(one) for one in self.added) or None,
                removed=label_of(self.removed) if self.removed else None,
                energy=energy,
                pool_gradient_norm=candidates.norm(slopes),
                evaluations=counted.evaluations.energy,
                cnots=self._product.cnots(self._counter),
            )
        )
        return slopes

    @property
    def _product(self) -> ParameterisedState:
        """The state of the product so far."""
        return self.state.with_operators(self.chosen)

    def append(self, operators: Sequence[Operator]) -> None:
        """Append operators; their parameters start at zero."""
        self.added, self.removed = operators, None
        self.chosen += operators
        self.x = np.pad(self.x, (0, len(operators)))
        self.objective = self.objective.grown(self._product)

    def prune(self) -> bool:
        """Remove an operator whose parameter has become small; whether there was one."""
        index = idle(self.x)
        if index is None:
            return False
        self.removed = self.chosen.pop(index)
        self.x = np.delete(self.x, index)
        self.objective = self.objective.grown(self._product)
        return True

    def optimise(self, counted: EvaluationLog, optimizer: Optimizer) -> None:
        """Optimise all parameters from their last values."""
        counted.continue_with(self.objective)
        resolved = optimizer.resolve(self.objective)
        self.last = minimise(counted, resolved, self.x, 0)
        self.x = self.last.x

    def ended(self, reason: str | None, *, is_spent: bool) -> OptimizerResult:
        """The outcome of the whole search.

        Args:
            reason: The criterion that was met; None for none.
            is_spent: Whether the budget of the search is spent; else, without a criterion, the
                limit of operators was reached.
        """
        last = self.last or OptimizerResult(self.x, True, "", 0)
        limit = "the budget is spent" if is_spent else "the limit of operators is reached"
        message = reason or limit
        if not last.converged:
            message += f"; the last optimisation: {last.message}"
        converged = bool(reason) and last.converged
        energy = self.cycles[-1].energy
        return replace(last, x=self.x, energy=energy, converged=converged, message=message)


def _known(counted: EvaluationLog, adapted: _AdaptedProduct) -> dict[str, object]:
    """The best point so far, its energy, and the operators of its parameters."""
    found = counted.known
    if counted.best is None and adapted.cycles:
        found |= {"best_energy": adapted.cycles[-1].energy, "parameters": adapted.x.tolist()}
    best = adapted.x if counted.best is None else counted.best.x
    return {**found, "operators": [label_of(one) for one in adapted.chosen[: best.size]]}


def _unit(state: ParameterisedState) -> str:
    """The unit of the energies of a state."""
    return units_of(state.encoding.problem.unit).energy


def _reason(cycles: Sequence[Cycle], options: AdaptiveOptions, unit: str) -> str | None:
    """The stopping criterion that is met; None if there is none."""
    if cycles[-1].pool_gradient_norm <= options.gradient_tolerance:
        return f"the pool's gradient is below {options.gradient_tolerance:g} {unit}"
    if len(cycles) > PATIENCE:
        gain = cycles[-1 - PATIENCE].energy - cycles[-1].energy
        if gain < options.energy_tolerance:
            what = "operators" if options.operators_per_cycle == 1 else "cycles"
            return f"{PATIENCE} {what} gained less than {options.energy_tolerance:g} {unit}"
    return None

"""The choice of the strategy that finds a run's parameters, made before any energy is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Expected, Objective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.schema import RunSpec
from vqe_cli.variational.adaptive import AdaptiveSearch, growing
from vqe_cli.variational.energy_scale import energy_scale
from vqe_cli.variational.evaluation_counts import foresee
from vqe_cli.variational.feasibility import search_backend
from vqe_cli.variational.initial_points import starting_points
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.minimise import Minimisation
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.search_budget import SearchBudget
from vqe_cli.variational.search_progress import ignore_step
from vqe_cli.variational.simulate_then_measure import SimulateThenMeasure
from vqe_cli.variational.solution import Strategy
from vqe_cli.variational.starting_point import StartingPoint

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


def choose_strategy(
    spec: RunSpec,
    parts: Parts,
    state: ParameterisedState,
    observer: Observer,
    submitter: Submitter,
    journal: Journal | None = None,
) -> Strategy:
    """Prepare the backends, and choose how parameters are found.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        state: The parameterised state.
        observer: The observer, notified of the cost of an evaluation and of the search's steps.
        submitter: The submitter of jobs to devices.
        journal: The journal of evaluations for `--resume`.

    Returns:
        The strategy.

    Raises:
        InputError: Parts of the run do not fit together.
        ResourceLimitError: The run would take too much memory.
    """
    simulator = search_backend(parts, state.encoding.problem, spec.memory)
    observer.on_cost((simulator or parts.backend).cost(state))
    objective = parts.backend.prepare(state, spec.seed, submitter)
    search_objective = objective
    if simulator is not None:
        search_objective = simulator.prepare(state, spec.seed, submitter)
    parts.solver.check_backend(Expected.of(objective))
    search = _search(spec, parts, state, search_objective, observer, journal or NoJournal())
    if simulator is None:
        return search
    measures = parts.solver.needs_energy(objective.traits)
    return SimulateThenMeasure(
        search, parts.backend, objective, spec.seed, observer, submitter, measures
    )


def _search(
    spec: RunSpec,
    parts: Parts,
    state: ParameterisedState,
    objective: Objective,
    observer: Observer,
    journal: Journal,
) -> Strategy:
    """The strategy that finds parameters on the search objective."""
    optimizer = parts.optimizer.resolve(objective)
    starts = starting_points(spec, state, objective.traits, optimizer.name)
    foresee(optimizer, objective, len(starts.points), spec.seed)
    on_step = observer.on_step or ignore_step
    budget = SearchBudget(spec.max_evaluations, spec.max_shots)
    if state.adaptive is not None:
        return AdaptiveSearch(
            state,
            state.adaptive,
            growing(objective),
            parts.optimizer,
            spec.seed,
            journal,
            on_step,
            budget,
            observer.on_cycle,
        )
    if optimizer.name == "none" and not parts.solver.needs_energy(objective.traits):
        return StartingPoint(state, objective, starts)
    scale = energy_scale(state.encoding.problem, sampled=objective.traits.sampled)
    return Minimisation(
        state,
        objective,
        optimizer,
        starts,
        spec.seed,
        journal,
        on_step,
        budget,
        scale,
        observer.on_start,
    )

"""The loop of adaptive ansätze: choose an operator, optimise, until none promises anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import AdaptiveOptions
from vqe_cli.backends.objective import GrowingObjective, Outcome
from vqe_cli.errors import interruptible
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, shared_product
from vqe_cli.schema.records import Cycle
from vqe_cli.variational.evaluation_log import CountedObjective, OnStep
from vqe_cli.variational.journal import Journal, NoJournal
from vqe_cli.variational.minimise import Solution, finish, minimise
from vqe_cli.variational.optimizers import Optimizer

PATIENCE = 3
"""Operators in a row that must gain little before it ends."""

EQUAL = 1e-7
"""Derivatives that differ by less, in parts of the largest, are equal: the first is taken."""


def grow(
    objective: GrowingObjective,
    product: ExcitationProduct,
    adaptive: AdaptiveOptions,
    optimizer: Optimizer,
    seed: int,
    *,
    journal: Journal | None = None,
    on_step: OnStep | None = None,
) -> tuple[Solution, GrowingObjective]:
    """Append operators until the pool's gradient, or the gain, is small.

    Args:
        objective: Of the empty product, prepared for the whole pool.
        product: The empty product.
        adaptive: The pool and when to stop.
        optimizer: As it was asked for; resolved anew for every product.
        seed: Of everything random.
        journal: Keeps evaluations for `--resume`; choices are rebuilt from them.
        on_step: Told after every step.

    Returns:
        The solution of the last cycle with the counts of all, and its objective.

    Raises:
        InterruptedRunError: Ctrl-C; it knows the best point so far.
        NotConvergedError: An energy was not a finite number.
    """
    journal = journal or NoJournal()
    counted = CountedObjective(objective, seed, journal, on_step or (lambda _: None))
    x = np.zeros(0)
    journal.starting_points([x])
    chosen: list[Sequence[Excitation]] = []
    cycles: list[Cycle] = []
    outcome = Outcome(x, True, "", 0)
    with interruptible(lambda: _known(counted, product, x, cycles)):
        while True:
            energy, slopes = _pool_slopes(counted, objective, x, adaptive)
            norm = float(np.linalg.norm(slopes))
            cycles.append(_cycle(chosen, energy, norm, counted.evaluations.energy))
            reason = _reason(cycles, adaptive)
            if reason or len(chosen) == adaptive.max_operators:
                message = reason or "the limit of operators is reached"
                if not outcome.converged:
                    message += f"; the last optimisation: {outcome.message}"
                converged = bool(reason) and outcome.converged
                outcome = replace(outcome, x=x, energy=energy, converged=converged, message=message)
                found = finish(counted, outcome)
                return replace(found, product=product, cycles=tuple(cycles)), objective
            chosen.append(adaptive.pool[_steepest(slopes)])
            product = shared_product(product.norb, product.nelec, chosen)
            objective = objective.grown(product)
            counted.continue_with(objective)
            outcome = minimise(counted, optimizer.resolve(objective.traits), np.append(x, 0.0), 0)
            x = outcome.x


def _pool_slopes(
    counted: CountedObjective, objective: GrowingObjective, x: Vector, adaptive: AdaptiveOptions
) -> tuple[float, Vector]:
    """The energy, and its derivative by every operator of the pool if it acted next."""
    return counted.value_and_slopes(x, lambda point: objective.pool_gradient(point, adaptive.pool))


def _known(
    counted: CountedObjective, product: ExcitationProduct, x: Vector, cycles: Sequence[Cycle]
) -> dict[str, object]:
    """The best point, its energy, and the operators that its parameters belong to."""
    found = counted.known
    if counted.best is None and cycles:
        found |= {"best_energy": cycles[-1].energy, "parameters": x.tolist()}
    best = x if counted.best is None else counted.best.x
    return {**found, "operators": list(product.labels[: best.size])}


def _steepest(slopes: Vector) -> int:
    """The first of the operators with the largest derivative."""
    sizes = np.abs(slopes)
    return int(np.flatnonzero(sizes >= (1.0 - EQUAL) * sizes.max())[0])


def _reason(cycles: Sequence[Cycle], adaptive: AdaptiveOptions) -> str | None:
    """Why to stop, if there is reason to."""
    if cycles[-1].pool_gradient_norm <= adaptive.gradient_tolerance:
        return f"the pool's gradient is below {adaptive.gradient_tolerance:g} Ha"
    if len(cycles) > PATIENCE:
        gain = cycles[-1 - PATIENCE].energy - cycles[-1].energy
        if gain < adaptive.energy_tolerance:
            return f"{PATIENCE} operators gained less than {adaptive.energy_tolerance:g} Ha"
    return None


def _cycle(
    chosen: Sequence[Sequence[Excitation]], energy: float, norm: float, evaluations: int
) -> Cycle:
    return Cycle(
        operators=len(chosen),
        added=chosen[-1][0].label() if chosen else None,
        energy=energy,
        pool_gradient_norm=norm,
        evaluations=evaluations,
    )

"""The loop of adaptive ansätze: choose an operator, optimise, until none promises anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import AdaptiveOptions
from vqe_cli.backends.objective import Growing, Outcome, PointByPoint, Traits
from vqe_cli.errors import InterruptedRunError
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, shared_product
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.records import BackendRecord, Cycle
from vqe_cli.variational.evaluation_log import CountedObjective, Journal, NoJournal, OnStep
from vqe_cli.variational.minimise import Solution, finish, minimise
from vqe_cli.variational.optimizers import Optimizer

PATIENCE = 3
"""Operators in a row that must gain little before it ends."""

EQUAL = 1e-7
"""Derivatives that differ by less, in parts of the largest, are equal: the first is taken."""


class _Pool(PointByPoint):
    """An objective whose gradient is that of the pool, so that it is counted and journaled."""

    def __init__(self, objective: Growing, growth: AdaptiveOptions) -> None:
        self._objective = objective
        self._growth = growth

    @property
    def traits(self) -> Traits:
        return self._objective.traits

    @property
    def record(self) -> BackendRecord:
        return self._objective.record

    def energy(self, x: Vector, seed: int, effort: float = 1.0) -> Estimate:
        return self._objective.energy(x, seed, effort)

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        return self._objective.pool_gradient(x, self._growth.pool)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        return self._objective.observables(x, seed)


def grow(
    objective: Growing,
    product: ExcitationProduct,
    growth: AdaptiveOptions,
    optimizer: Optimizer,
    seed: int,
    *,
    journal: Journal | None = None,
    on_step: OnStep | None = None,
) -> tuple[Solution, Growing]:
    """Append operators until the pool's gradient, or the gain, is small.

    Args:
        objective: Of the empty product, prepared for the whole pool.
        product: The empty product.
        growth: The pool and when to stop.
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
    try:
        while True:
            counted.objective = _Pool(objective, growth)
            energy, slopes = counted.value_and_gradient(x)
            counted.best_gradient = None
            norm = float(np.linalg.norm(slopes))
            cycles.append(_cycle(chosen, energy, norm, counted.energies))
            counted.objective = objective
            reason = _reason(cycles, growth)
            if reason or len(chosen) == growth.max_operators:
                message = reason or "the limit of operators is reached"
                if not outcome.converged:
                    message += f"; the last optimisation: {outcome.message}"
                converged = bool(reason) and outcome.converged
                outcome = replace(outcome, x=x, energy=energy, converged=converged, message=message)
                found = finish(counted, outcome)
                return replace(found, product=product, cycles=tuple(cycles)), objective
            chosen.append(growth.pool[_steepest(slopes)])
            product = shared_product(product.norb, product.nelec, chosen)
            objective = objective.grown(product)
            counted.objective = objective
            outcome = minimise(counted, optimizer.resolve(objective), np.append(x, 0.0), 0)
            x = outcome.x
    except KeyboardInterrupt:
        error = InterruptedRunError("interrupted", hint="the same command with --resume goes on")
        error.known = _known(counted, product, x, cycles)
        raise error from None


def _known(
    counted: CountedObjective, product: ExcitationProduct, x: Vector, cycles: Sequence[Cycle]
) -> dict[str, object]:
    """The best point, its energy, and the operators that its parameters belong to."""
    found = counted.known()
    if counted.best_x is None and cycles:
        found |= {"best_energy": cycles[-1].energy, "parameters": x.tolist()}
    best = x if counted.best_x is None else counted.best_x
    return {**found, "operators": list(product.labels[: best.size])}


def _steepest(slopes: Vector) -> int:
    """The first of the operators with the largest derivative."""
    sizes = np.abs(slopes)
    return int(np.flatnonzero(sizes >= (1.0 - EQUAL) * sizes.max())[0])


def _reason(cycles: Sequence[Cycle], growth: AdaptiveOptions) -> str | None:
    """Why to stop, if there is reason to."""
    if cycles[-1].pool_gradient_norm <= growth.gradient_tolerance:
        return f"the pool's gradient is below {growth.gradient_tolerance:g} Ha"
    if len(cycles) > PATIENCE:
        gain = cycles[-1 - PATIENCE].energy - cycles[-1].energy
        if gain < growth.energy_tolerance:
            return f"{PATIENCE} operators gained less than {growth.energy_tolerance:g} Ha"
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

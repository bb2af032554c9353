"""Memory and time of simulations on this machine: the exact one, and the run's own.

The time of the run's own simulator is measured: an energy is computed, which takes into account
the circuit, its noise, the measurement bases and the machine as it is now. Only where that would
take longer than `LONGEST_TRIAL` it is estimated from sizes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from vqe_cli._core.seeds import stream
from vqe_cli.analysis.estimation.circuits import too_long
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS, Cost
from vqe_cli.backends.objective import Objective
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.parts import Parts
from vqe_cli.variational.evaluation_counts import EXPECTED_ERROR, counted
from vqe_cli.variational.optimizers import Optimizer

GRADIENTS = 30
"""The number of energies with gradients in an exact VQE of excitations.

Fewer than ten are needed near equilibrium, some dozens along stretched bonds.
"""

LONGEST_TRIAL = 5.0
"""Longest expected time of an energy that is computed to measure its time, seconds."""

LONG_ENOUGH = 0.5
"""Time of a first energy, seconds, of which the preparations that it includes are a small part."""

FEW_STEPS = 2
"""Number of steps after which an optimiser of energies with shots often has converged."""

TRIAL_POINTS = 4
"""Largest number of points that are evaluated together to measure their time."""


@dataclass(frozen=True)
class ExactSimulation:
    """Memory and time of the exact backend on this machine.

    Args:
        memory: Memory of the simulation, bytes.
        usable: Memory that a run may use, bytes.
        gradient_seconds: Seconds of an energy with its gradient on one core; None for circuits,
            whose time is not estimated.
        seconds: Seconds of `GRADIENTS` such energies; None for circuits and adaptive ansätze.
    """

    memory: int
    usable: int
    gradient_seconds: float | None
    seconds: float | None

    @property
    def feasible(self) -> bool:
        """Whether the simulation fits into memory."""
        return self.memory <= self.usable


@dataclass(frozen=True)
class Simulation:
    """Memory and time of the run's own simulator on this machine.

    Args:
        backend: Name of the backend.
        memory: Memory of the simulation, bytes.
        measured: Whether the times follow from energies that were computed; else from sizes.
        energy_seconds: Seconds of one energy; None where the time is not estimated.
        gradient_seconds: Seconds of an energy with its gradient, by differences; None for shots.
        task: Numbers of steps of the optimiser of energies with shots; None for gradients.
        energies: Numbers of energies with shots that few steps and all steps take; None likewise.
        least_seconds: Seconds of the former; None likewise.
        seconds: Seconds of the latter, or of `GRADIENTS` gradients; None for adaptive ansätze, and
            where the time is not estimated.
    """

    backend: str
    memory: int
    measured: bool = False
    energy_seconds: float | None = None
    gradient_seconds: float | None = None
    task: str | None = None
    energies: tuple[int, int] | None = None
    least_seconds: float | None = None
    seconds: float | None = None


def exact_simulation(state: ParameterisedState) -> ExactSimulation:
    """The exact simulation of a state."""
    cost = BACKENDS.create("exact").cost(state)
    assert cost is not None
    usable = state.encoding.memory.usable
    return ExactSimulation(cost.memory, usable, cost.seconds, _gradients(cost.seconds, state))


def own_simulation(parts: Parts, state: ParameterisedState, seed: int) -> Simulation | None:
    """The simulation by the run's backend; None if that is the exact one or a device.

    Args:
        parts: The parts of the run.
        state: The parameterised state.
        seed: The run's random seed.
    """
    cost = None if parts.backend.name == "exact" else parts.backend.cost(state)
    if cost is None:
        return None
    if not _is_short(cost, state):
        return Simulation(
            parts.backend.name,
            cost.memory,
            energy_seconds=cost.energy_seconds,
            gradient_seconds=cost.seconds,
            seconds=_gradients(cost.seconds, state),
        )
    objective = parts.backend.prepare(state, seed)
    one, each = _trial(objective, seed)
    found = Simulation(parts.backend.name, cost.memory, measured=True, energy_seconds=one)
    if objective.traits.sampled:
        return _with_shots(found, one, parts.optimizer.resolve(objective), objective, seed)
    gradient = one + each * state.num_parameters
    return replace(found, gradient_seconds=gradient, seconds=_gradients(gradient, state))


def _is_short(cost: Cost, state: ParameterisedState) -> bool:
    """Whether an energy is worth computing to learn its time."""
    if cost.energy_seconds is None or too_long(state) is not None:
        return False
    return cost.energy_seconds <= LONGEST_TRIAL and cost.memory <= state.encoding.memory.usable


def _trial(objective: Objective, seed: int) -> tuple[float, float]:
    """Seconds of one energy, and of each further one that is evaluated together with it."""
    size = objective.traits.num_parameters
    random = stream(seed, "predicted start").generator

    def took(points: int) -> float:
        chosen = list(random.uniform(-0.1, 0.1, (points, size)))
        return _seconds(lambda: objective.energies(chosen, range(points)))

    first = took(1)
    one = first if first > LONG_ENOUGH else took(1)
    together = min(TRIAL_POINTS, size)
    if objective.traits.sampled or together < 2 or together * one > LONGEST_TRIAL:
        return one, one
    return one, max(0.0, took(together) - one) / (together - 1)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _with_shots(
    found: Simulation, one: float, optimizer: Optimizer, objective: Objective, seed: int
) -> Simulation:
    """The simulation with the energies with shots that few steps and all steps take."""
    traits, steps = objective.traits, optimizer.model_dump().get("maxiter")
    if not steps or not traits.num_parameters:
        return found
    spectra = traits.spectra or (Spectrum(1.0, 1),) * traits.num_parameters
    few = optimizer.model_copy(update={"maxiter": min(FEW_STEPS, steps)})
    least, most = (counted(way, spectra, EXPECTED_ERROR, seed) for way in (few, optimizer))
    return replace(
        found,
        task=f"{least.steps} to {most.steps:,} steps of {most.name}",
        energies=(least.energies, most.energies),
        least_seconds=one * least.energies,
        seconds=one * most.energies,
    )


def _gradients(seconds: float | None, state: ParameterisedState) -> float | None:
    """Seconds of `GRADIENTS` energies with gradients; None where they are not known."""
    if seconds is None or state.adaptive is not None:
        return None
    return GRADIENTS * seconds

"""Whether a run fits on this machine, from the needs of its parts, before computing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import (
    Forecast,
    Load,
    Need,
    Needs,
    Size,
    excitation_needs,
    forecast,
    mapping_need,
    refuse_what_does_not_fit,
)
from vqe_cli.chemistry.early_refusals import integral_needs
from vqe_cli.fermions.problem import Problem, QubitProblem
from vqe_cli.variational.state_measurement import knows_vectors
from vqe_cli.variational.state_methods import FromEnergies

if TYPE_CHECKING:
    from vqe_cli.backends import Backend
    from vqe_cli.classical import ClassicalMethod
    from vqe_cli.parts import Parts


def check_size(
    parts: Parts, problem: Problem, memory: Memory, on_forecast: Callable[[Forecast], None]
) -> None:
    """Refuse a run that does not fit, and announce one that will take long.

    Args:
        parts: The parts of the run.
        problem: The problem; qubit Hamiltonians are not checked.
        memory: The memory that may be used.
        on_forecast: Callback, called with the forecast of a long run.

    Raises:
        ResourceLimitError: A part does not fit; the message names the nearest size that would.
    """
    if isinstance(problem, QubitProblem):
        return
    refuse_what_does_not_fit(problem.size, needs_of_run(parts, memory), memory)
    if (expected := forecast_of(parts, problem.size, memory)) is not None:
        on_forecast(expected)


def forecast_of(parts: Parts, size: Size, memory: Memory) -> Forecast | None:
    """The forecast of a long run; None for a short one.

    Args:
        parts: The parts of the run.
        size: The size of its problem.
        memory: The memory that may be used.
    """
    return forecast(size, needs_of_run(parts, memory), memory)


def search_backend(parts: Parts, problem: Problem, memory: Memory) -> Backend | None:
    """The backend of the parameter search, if it differs from the run's backend; else None.

    A solver that needs only bit strings searches nothing; the energy of the state is then
    simulated only if the simulation fits.

    Args:
        parts: The parts of the run.
        problem: The problem.
        memory: The memory that may be used.
    """
    simulator = parts.backend.search()
    if simulator is None or isinstance(problem, QubitProblem) or _measures(parts):
        return simulator
    fits = all(need.fits(memory) for need in simulator.needs(_load(parts, problem.size)))
    return simulator if fits else None


def needs_of_run(parts: Parts, memory: Memory) -> Needs:
    """The needs of all parts of a run.

    Args:
        parts: The parts of the run.
        memory: The memory that may be used.
    """
    return partial(_run_needs, parts, memory)


def needs_of_operator(parts: Parts) -> Needs:
    """The needs of the mapped Hamiltonian and the list of excitations, without simulation.

    Args:
        parts: The parts of the run.
    """
    return partial(_operator_needs, parts)


def needs_of_methods(parts: Parts, methods: Sequence[ClassicalMethod], memory: Memory) -> Needs:
    """The needs of classical methods; none if at least one of the methods fits.

    Args:
        parts: The parts of the run.
        methods: Independent methods.
        memory: The memory that may be used.
    """
    return partial(_method_needs, parts, methods, memory)


def _operator_needs(parts: Parts, size: Size) -> Iterator[Need]:
    yield from integral_needs(size)
    load = _load(parts, size)
    yield mapping_need(load)
    yield from excitation_needs(load)


def _method_needs(
    parts: Parts, methods: Sequence[ClassicalMethod], memory: Memory, size: Size
) -> Iterator[Need]:
    yield from integral_needs(size)
    qubits = parts.mapper.untapered.num_qubits(size)
    lists = [list(method.needs(size, qubits, memory)) for method in methods]
    if not any(all(need.fits(memory) for need in needs) for needs in lists):
        yield from (need for needs in lists for need in needs)


def _run_needs(parts: Parts, memory: Memory, size: Size) -> Iterator[Need]:
    """Needs of all parts, those of the integrals first."""
    yield from integral_needs(size)
    load = _load(parts, size)
    simulator = parts.backend.search() if _measures(parts) else None
    if simulator is not None:
        yield from simulator.needs(load)
    yield from parts.backend.needs(load)
    yield from parts.solver.needs(size)
    if parts.reference is not None:
        every = parts.mapper.untapered.num_qubits(size)
        yield from parts.reference.needs(size, every, memory)
    for correction in parts.corrections:
        yield from correction.needs(size)
    if parts.state_method is not None:
        yield from parts.state_method.needs(size)
        if isinstance(parts.state_method, FromEnergies) and not knows_vectors(parts.backend):
            yield parts.state_method.measurement_need(size)


def _load(parts: Parts, size: Size) -> Load:
    return Load(
        size=size,
        qubits=parts.mapper.num_qubits(size),
        form=parts.ansatz.form,
        excitations=parts.ansatz.num_excitations(size),
        draws=parts.solver.draws,
        measures=_measures(parts),
        searches=parts.optimizer.name != "none",
    )


def _measures(parts: Parts) -> bool:
    """Whether energies of the parameterised state are evaluated, if only to optimise it."""
    return not parts.solver.draws or parts.optimizer.name != "none"

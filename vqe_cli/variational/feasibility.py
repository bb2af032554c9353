"""Whether a run fits here, asked of all its parts before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from vqe_cli.backends import Backend
    from vqe_cli.classical import ClassicalMethod
    from vqe_cli.registries import Parts


def check_size(parts: Parts, problem: Problem, on_forecast: Callable[[Forecast], None]) -> None:
    """Refuse a run of which a part does not fit, and say it if it will take long.

    Args:
        parts: Of the run.
        problem: What is solved; the size of a qubit Hamiltonian is not foreseen.
        on_forecast: Told what a long run will take.

    Raises:
        ResourceLimitError: It names what does not fit, and the nearest size with which all does.
    """
    if isinstance(problem, QubitProblem):
        return
    refuse_what_does_not_fit(problem.size, needs_of_run(parts))
    if (expected := forecast_of(parts, problem.size)) is not None:
        on_forecast(expected)


def forecast_of(parts: Parts, size: Size) -> Forecast | None:
    """What a run will take, None if it is not long.

    Args:
        parts: Of the run.
        size: Of its problem.
    """
    return forecast(size, needs_of_run(parts))


def search_backend(parts: Parts, problem: Problem) -> Backend | None:
    """The backend that parameters are searched on, if it is another one than that of the run.

    Where only bit strings are wanted nothing is searched, and the state's own energy is
    simulated only if that fits.

    Args:
        parts: Of the run.
        problem: What is solved.
    """
    simulator = parts.backend.search()
    if simulator is None or isinstance(problem, QubitProblem) or _measures(parts):
        return simulator
    fits = all(need.fits for need in simulator.needs(_load(parts, problem.size)))
    return simulator if fits else None


def needs_of_run(parts: Parts) -> Needs:
    """What all parts of a run take.

    Args:
        parts: Of the run.
    """
    return partial(_run_needs, parts)


def needs_of_operator(parts: Parts) -> Needs:
    """What the mapped Hamiltonian and the list of excitations take, with nothing simulated.

    Args:
        parts: Of the run.
    """
    return partial(_operator_needs, parts)


def needs_of_methods(parts: Parts, methods: Sequence[ClassicalMethod]) -> Needs:
    """What classical methods take; nothing as long as one of them fits.

    Args:
        parts: Of the run.
        methods: Each stands alone.
    """
    return partial(_method_needs, parts, methods)


def _operator_needs(parts: Parts, size: Size) -> Iterator[Need]:
    yield from integral_needs(size)
    load = _load(parts, size)
    yield mapping_need(load)
    yield from excitation_needs(load)


def _method_needs(parts: Parts, methods: Sequence[ClassicalMethod], size: Size) -> Iterator[Need]:
    yield from integral_needs(size)
    qubits = parts.mapper.num_qubits(size)
    lists = [list(method.needs(size, qubits)) for method in methods]
    if not any(all(need.fits for need in needs) for needs in lists):
        yield from (need for needs in lists for need in needs)


def _run_needs(parts: Parts, size: Size) -> Iterator[Need]:
    """Of all parts; integrals first, without which there is nothing."""
    yield from integral_needs(size)
    load = _load(parts, size)
    simulator = parts.backend.search() if _measures(parts) else None
    if simulator is not None:
        yield from simulator.needs(load)
    yield from parts.backend.needs(load)
    yield from parts.solver.needs(size)
    if parts.reference is not None:
        yield from parts.reference.needs(size, load.qubits)


def _load(parts: Parts, size: Size) -> Load:
    return Load(
        size=size,
        qubits=parts.mapper.num_qubits(size),
        is_product=parts.ansatz.is_product,
        excitations=parts.ansatz.num_excitations(size),
        draws=parts.solver.draws,
        measures=_measures(parts),
        searches=parts.optimizer.name != "none",
    )


def _measures(parts: Parts) -> bool:
    """Whether energies of the trial state are asked for, be it only to optimise it."""
    return not parts.solver.draws or parts.optimizer.name != "none"

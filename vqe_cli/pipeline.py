"""The story of a run, from what the user wrote to a judged record."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import fingerprint, provenance
from vqe_cli._core.threads import threads_for
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import GrowingObjective, Objective, RemoteObjective
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical.reference_energy import judged_by
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.qubits.circuits import excitation_circuit
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.registries import Parts, located, resolve, resolved_spec
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import PropertiesRecord, RunRecord
from vqe_cli.variational.adaptive import grow
from vqe_cli.variational.checks import judge
from vqe_cli.variational.density_properties import properties
from vqe_cli.variational.evaluation_counts import counted
from vqe_cli.variational.feasibility import (
    forecast_of,
    needs_of_run,
    refuse_too_large,
    search_of,
)
from vqe_cli.variational.initial_points import Starts, starting_points
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.minimise import Solution, solve, unmeasured
from vqe_cli.variational.observers import Clock, Watcher
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.recording import error_mha, problem_record, result_record
from vqe_cli.variational.simulate_then_measure import measured_once

EXPECTED_ERROR = 1e-3
"""Hartree: of energies on a device, where it is counted how many an optimiser asks for."""


def run(
    spec: RunSpec, *, watcher: Watcher | None = None, journal: Journal | None = None
) -> RunRecord:
    """Build the Hamiltonian, find its exact energy, run VQE, and judge the result.

    Args:
        spec: What to do.
        watcher: Told how it gets on.
        journal: Keeps evaluations, so that an interrupted run can go on.

    Returns:
        The record of the run.

    Raises:
        VqeError: With what was known by then in `known`.
    """
    watcher, clock = watcher or Watcher(), Clock()
    with located(spec):
        parts = resolve(spec)
        with clock.stage("chemistry"):
            problem = build_problem(spec, parts.active_space, needs_of_run(parts))
            encoding = Encoding(problem, parts.mapper)
        watcher.on_problem(encoding)
        with threads_for(encoding.vector_length), announced(watcher.on_compilation):
            return _run_encoded(spec, parts, encoding, watcher, journal, clock)


def _run_encoded(
    spec: RunSpec,
    parts: Parts,
    encoding: Encoding,
    watcher: Watcher,
    journal: Journal | None,
    clock: Clock,
) -> RunRecord:
    """The second half of the story, from the encoded problem on."""
    with clock.stage("preparation"):
        size = encoding.problem.size if isinstance(encoding.problem, ElectronicProblem) else None
        if size is not None:
            refuse_too_large(parts, size)
            if (expected := forecast_of(parts, size)) is not None:
                watcher.on_forecast(expected)
        trial = parts.ansatz.trial(encoding)
        elsewhere = search_of(parts, size)
        watcher.on_cost((elsewhere or parts.backend).cost(trial))
        objective = parts.backend.prepare(trial, spec.seed)
        searched = elsewhere.prepare(trial, spec.seed) if elsewhere else objective
        _refuse_what_cannot_grow(spec, trial, searched)
        parts.optimizer.resolve(searched.traits)
        parts.solver.check(trial, objective.traits)
        starts = starting_points(spec, trial, searched.traits)
        _foresee(parts.optimizer.resolve(searched.traits), searched, len(starts.points), spec.seed)
    watcher.on_objective(searched)
    with clock.stage("reference"):
        reference, missing = judged_by(parts.reference, encoding)
    watcher.on_reference(reference)
    solution, searched = _optimise(
        parts, trial, searched, starts, seed=spec.seed, journal=journal, on_step=watcher.on_step
    )
    optimizer = parts.optimizer.resolve(searched.traits)
    objective = (
        searched if elsewhere is None else _of_grown(parts, trial, solution, objective, spec)
    )
    if elsewhere is not None and parts.solver.needs_energy(objective.traits):
        label = f"{parts.backend.name} ({objective.details['representation']})"
        solution = measured_once(solution, objective, label, spec.seed, watcher)
    solution = parts.solver.finish(trial, objective, solution, spec.seed)
    watcher.on_solution(objective, solution)
    found = _properties(encoding.problem, objective, solution, clock)
    checks, verdict = judge(
        encoding.problem,
        solution,
        objective.traits,
        reference,
        missing=missing,
        optimised=optimizer.name != "none",
        several_expected=starts.random,
    )
    with clock.stage("record"):
        problem, resolved = problem_record(encoding, spec), resolved_spec(spec, parts)
    return RunRecord(
        schema="vqe-run/1",
        name=spec.title,
        fingerprint=fingerprint(parts.without_limits(resolved)),
        spec=resolved,
        problem=problem,
        result=result_record(encoding, solution, optimizer, objective, parts.backend, found),
        reference=reference,
        reference_missing=missing,
        error_mha=error_mha(solution, reference),
        checks=checks,
        verdict=verdict,
        timings={**clock.seconds, "solve": solution.wall_s},
        provenance=provenance(),
    )


def _of_grown(
    parts: Parts, trial: ParameterisedState, solution: Solution, objective: Objective, spec: RunSpec
) -> Objective:
    """The objective of what an adaptive ansatz has grown to; else the one there is."""
    product = solution.product
    if product is None:
        return objective
    grown = ParameterisedState(
        trial.encoding, partial(excitation_circuit, product, trial.encoding), product
    )
    return parts.backend.prepare(grown, spec.seed)


def _optimise(
    parts: Parts, trial: ParameterisedState, objective: Objective, starts: Starts, **told: Any
) -> tuple[Solution, Objective]:
    """Find the parameters, or the ansatz and its parameters; the objective is that of the end."""
    if trial.adaptive is None:
        optimizer = parts.optimizer.resolve(objective.traits)
        if optimizer.name == "none" and not parts.solver.needs_energy(objective.traits):
            return unmeasured(starts.points[0]), objective
        return solve(objective, optimizer, starts.points, **told), objective
    assert trial.product is not None
    growing = cast(GrowingObjective, objective)
    return grow(growing, trial.product, trial.adaptive, parts.optimizer, **told)


def _foresee(optimizer: Optimizer, objective: Objective, starts: int, seed: int) -> None:
    """Let a device know what a search on it will take, so that the whole can be agreed to."""
    traits = objective.traits
    if not traits.remote or optimizer.name == "none" or not traits.num_parameters:
        return
    spectra = traits.spectra or (Spectrum(1.0, 1),) * traits.num_parameters
    whole = counted(optimizer, spectra, EXPECTED_ERROR, seed)
    cast(RemoteObjective, objective).foresee(starts * whole.energies, starts * whole.jobs)


def _refuse_what_cannot_grow(
    spec: RunSpec, trial: ParameterisedState, objective: Objective
) -> None:
    """An adaptive ansatz has its own start, and needs derivatives of what is not there yet."""
    if trial.adaptive is None:
        return
    if not objective.traits.can_grow:
        raise InputError(
            "an adaptive ansatz chooses operators by exact derivatives, which this backend"
            " does not have",
            path=("backend",),
            hint="backend: exact",
        )
    if spec.initial.values is not None or spec.initial.name not in ("auto", "zeros"):
        raise InputError(
            "an adaptive ansatz grows from the reference determinant", path=("initial",)
        )
    if spec.restarts:
        raise InputError("an adaptive ansatz has one start only", path=("restarts",))
    if spec.optimizer.name == "none":
        raise InputError("an adaptive ansatz grows by being optimised", path=("optimizer",))


def _properties(
    problem: Problem, objective: Objective, solution: Solution, clock: Clock
) -> PropertiesRecord | None:
    if not isinstance(problem, ElectronicProblem):
        return None
    if solution.density is None and not objective.traits.has_density:
        return None
    with clock.stage("properties"):
        return properties(problem, solution.density or objective.density(solution.x))

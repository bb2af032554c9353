"""The story of a run, from what the user wrote to a judged record."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import fingerprint, provenance
from vqe_cli._core.sizes import Needs
from vqe_cli._core.threads import threads_for
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import GrowingObjective, Objective, RemoteObjective
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.remarks import with_remarks
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.classical import Reference
from vqe_cli.context import Context
from vqe_cli.errors import InputError, NotConvergedError, RefusedError, as_vqe_error
from vqe_cli.fermions.problem import ElectronicProblem, Problem, QubitProblem
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.qubits.circuits import excitation_circuit
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.registries import Parts, located, resolve, resolved_spec
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import MissingReference, PropertiesRecord, ReferenceRecord, RunRecord
from vqe_cli.variational.adaptive import grow
from vqe_cli.variational.checks import judge
from vqe_cli.variational.density_properties import properties
from vqe_cli.variational.evaluation_counts import counted
from vqe_cli.variational.evaluation_log import Journal
from vqe_cli.variational.feasibility import (
    before_geometry,
    before_orbitals,
    forecast_of,
    integral_needs,
    needs_of_run,
    refuse_too_large,
    search_of,
)
from vqe_cli.variational.initial_points import Starts, starting_points
from vqe_cli.variational.minimise import Solution, solve, unmeasured
from vqe_cli.variational.observers import Clock, Watcher
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.recording import error_mha, problem_record, result_record
from vqe_cli.variational.simulate_then_measure import measured_once

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection

EXPECTED_ERROR = 1e-3
"""Hartree: of energies on a device, where it is counted how many an optimiser asks for."""


def run(
    spec: RunSpec,
    *,
    watcher: Watcher | None = None,
    journal: Journal | None = None,
    context: Context | None = None,
) -> RunRecord:
    """Build the Hamiltonian, find its exact energy, run VQE, and judge the result.

    Args:
        spec: What to do.
        watcher: Told how it gets on.
        journal: Keeps evaluations, so that an interrupted run can go on.
        context: On whose behalf it runs, and what is known already. Default: nobody's; no job is
            sent to a real device.

    Returns:
        The record of the run.

    Raises:
        VqeError: With what was known by then in `known`.
    """
    watcher, clock, context = watcher or Watcher(), Clock(), context or Context()
    with located(spec), closing(context.submitter):
        parts = resolve(spec)
        with clock.stage("chemistry"):
            needs = needs_of_run(parts, spec.memory)
            problem = build_problem(spec, parts, needs, context.mean_fields)
            encoding = Encoding(problem, parts.mapper, spec.memory)
        watcher.on_problem(encoding)
        with threads_for(vector_length(encoding)), announced(watcher.on_compilation):
            return _run_encoded(
                spec, parts, encoding, watcher, journal, clock, submitter=context.submitter
            )


def _run_encoded(
    spec: RunSpec,
    parts: Parts,
    encoding: Encoding,
    watcher: Watcher,
    journal: Journal | None,
    clock: Clock,
    *,
    submitter: Submitter,
) -> RunRecord:
    """The second half of the story, from the encoded problem on."""
    with clock.stage("preparation"):
        size = encoding.problem.size if isinstance(encoding.problem, ElectronicProblem) else None
        if size is not None:
            refuse_too_large(parts, size, spec.memory)
            if (expected := forecast_of(parts, size, spec.memory)) is not None:
                watcher.on_forecast(expected)
        state = parts.ansatz.state(encoding)
        elsewhere = search_of(parts, size, spec.memory)
        watcher.on_cost((elsewhere or parts.backend).cost(state))
        objective = parts.backend.prepare(state, spec.seed, submitter)
        searched = elsewhere.prepare(state, spec.seed, submitter) if elsewhere else objective
        _refuse_what_cannot_grow(spec, state, searched)
        parts.optimizer.resolve(searched.traits)
        parts.solver.check(state, objective.traits)
        starts = starting_points(spec, state, searched.traits)
        _foresee(parts.optimizer.resolve(searched.traits), searched, len(starts.points), spec.seed)
    watcher.on_objective(searched)
    with clock.stage("reference"):
        reference, missing = judged_by(parts.reference, encoding)
    watcher.on_reference(reference)
    solution, searched = _optimise(
        parts, state, searched, starts, seed=spec.seed, journal=journal, on_step=watcher.on_step
    )
    optimizer = parts.optimizer.resolve(searched.traits)
    objective = (
        searched
        if elsewhere is None
        else _of_grown(parts, state, solution, objective, spec, submitter)
    )
    if elsewhere is not None and parts.solver.needs_energy(objective.traits):
        label = f"{parts.backend.name} ({objective.details['representation']})"
        solution = measured_once(solution, objective, label, spec.seed, watcher)
    solution = parts.solver.finish(state, objective, solution, spec.seed)
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
    parts: Parts,
    state: ParameterisedState,
    solution: Solution,
    objective: Objective,
    spec: RunSpec,
    submitter: Submitter,
) -> Objective:
    """The objective of what an adaptive ansatz has grown to; else the one there is."""
    product = solution.product
    if product is None:
        return objective
    grown = ParameterisedState(
        state.encoding, partial(excitation_circuit, product, state.encoding), product
    )
    return parts.backend.prepare(grown, spec.seed, submitter)


def _optimise(
    parts: Parts, state: ParameterisedState, objective: Objective, starts: Starts, **told: Any
) -> tuple[Solution, Objective]:
    """Find the parameters, or the ansatz and its parameters; the objective is that of the end."""
    if state.adaptive is None:
        optimizer = parts.optimizer.resolve(objective.traits)
        if optimizer.name == "none" and not parts.solver.needs_energy(objective.traits):
            return unmeasured(starts.points[0]), objective
        return solve(objective, optimizer, starts.points, **told), objective
    assert state.product is not None
    growing = cast(GrowingObjective, objective)
    return grow(growing, state.product, state.adaptive, parts.optimizer, **told)


def _foresee(optimizer: Optimizer, objective: Objective, starts: int, seed: int) -> None:
    """Let a device know what a search on it will take, so that the whole can be agreed to."""
    traits = objective.traits
    if not traits.remote or optimizer.name == "none" or not traits.num_parameters:
        return
    spectra = traits.spectra or (Spectrum(1.0, 1),) * traits.num_parameters
    whole = counted(optimizer, spectra, EXPECTED_ERROR, seed)
    cast(RemoteObjective, objective).foresee(starts * whole.energies, starts * whole.jobs)


def _refuse_what_cannot_grow(
    spec: RunSpec, state: ParameterisedState, objective: Objective
) -> None:
    """An adaptive ansatz has its own start, and needs derivatives of what is not there yet."""
    if state.adaptive is None:
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


def vector_length(encoding: Encoding) -> int:
    """Numbers in a vector of the problem's space, by which threads are given.

    Args:
        encoding: The problem and its qubits.
    """
    problem = encoding.problem
    if isinstance(problem, ElectronicProblem):
        return problem.sector_dimension
    return 1 << problem.num_qubits


def build_problem(
    spec: RunSpec,
    parts: Parts,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
) -> Problem:
    """Integrals from a molecule or a file, or the qubit Hamiltonian as it was given.

    Args:
        spec: The run.
        parts: Its parts.
        needs: What has to fit; it is asked before the self-consistent field begins.
        mean_fields: Those that are known. Default: none.

    Raises:
        InputError: The molecule is impossible.
        RefusedError: It is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    if spec.hamiltonian is not None:
        return QubitProblem(tuple(spec.hamiltonian.paulis.items()))
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection

        return with_remarks(problem_of_selection(select_orbitals(spec, parts, needs)), spec)
    from vqe_cli.chemistry.integrals import electronic_problem

    selection = select_orbitals(spec, parts, needs, mean_fields)
    return with_remarks(electronic_problem(selection), spec)


def select_orbitals(
    spec: RunSpec,
    parts: Parts,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
) -> OrbitalSelection:
    """The orbitals of a molecule or an FCIDUMP file, and which of them are correlated.

    Args:
        spec: The run; not of a qubit Hamiltonian.
        parts: Its parts.
        needs: What has to fit, as in `build_problem`.
        mean_fields: Those that are known. Default: none.

    Raises:
        InputError: The molecule or the file is impossible.
        RefusedError: It is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    check = before_orbitals(parts, needs, spec.memory)
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.orbitals import select_from_file

        path = spec.relative_to_source(spec.fcidump.file)
        choice = spec.fcidump.orbitals
        return select_from_file(path, choice, parts.active_space, check, spec.memory)
    assert spec.molecule is not None
    before_geometry(parts, needs, spec.molecule, spec.memory)
    field = (mean_fields or MeanFields()).of(spec.molecule, check, spec.memory)
    return parts.active_space.select(field)


def judged_by(
    method: Reference | None, encoding: Encoding
) -> tuple[ReferenceRecord | None, MissingReference | None]:
    """The energy that the result is judged by, or why there is none.

    A reference that fails, whatever is raised in it, costs the comparison and not the run.

    Args:
        method: As it was asked for; None for ``none``.
        encoding: The problem.

    Raises:
        InputError: The method that was asked for does not apply to this kind of problem.
        RefusedError: It is too large for it.
    """
    if method is None:
        return None, MissingReference(reason="none was asked for", failed=False)
    tried = method
    try:
        tried = method.resolve(encoding) or method
        found = solve_reference(tried, encoding)
    except (InputError, RefusedError):
        raise
    except Exception as error:
        reason = f"{tried.label} failed: {as_vqe_error(error).message}"
        return None, MissingReference(reason=reason, failed=True)
    if found is None:
        return None, MissingReference(reason="the problem is too large for one", failed=False)
    return found, None


def solve_reference(method: Reference | None, encoding: Encoding) -> ReferenceRecord | None:
    """The energy by a method; None if it finds none that is feasible.

    Args:
        method: As it was asked for.
        encoding: The problem.

    Raises:
        InputError: The method does not apply to this kind of problem.
        RefusedError: The problem is too large for it.
        NotConvergedError: Its iterations did not converge.
    """
    chosen = method.resolve(encoding) if method else None
    if chosen is None:
        return None
    start = time.perf_counter()
    found = chosen.solve(encoding)
    if not found.converged:
        raise NotConvergedError(
            f"the reference {chosen.name} did not converge", hint="choose another with --reference"
        )
    notes = dict(found.notes) if found.exact else {**found.notes, "exact": False}
    return ReferenceRecord(
        method=chosen.name, energy=found.energy, wall_s=time.perf_counter() - start, notes=notes
    )


def _properties(
    problem: Problem, objective: Objective, solution: Solution, clock: Clock
) -> PropertiesRecord | None:
    if not isinstance(problem, ElectronicProblem):
        return None
    if solution.density is None and not objective.traits.has_density:
        return None
    with clock.stage("properties"):
        return properties(problem, solution.density or objective.density(solution.x))

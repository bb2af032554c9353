"""A run in one function, from its spec to a record with checks and verdict."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

from vqe_cli._core.log import package_logger
from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import fingerprint, provenance
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.problem import build_problem, problem_over, select_orbitals
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.context import Context
from vqe_cli.fermions.problem import Problem
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import (
    MissingReference,
    OrbitalOptimisationRecord,
    ReferenceRecord,
    RunRecord,
)
from vqe_cli.schema.run_spec import InitialSpec
from vqe_cli.variational.checks import check_result, orbital_checks
from vqe_cli.variational.density_properties import properties_of
from vqe_cli.variational.feasibility import check_size, needs_of_run
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.recording import error_mha, problem_record, result_record
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.strategy import choose_strategy

LOG = package_logger(__name__)


def run(
    spec: RunSpec,
    *,
    parts: Parts | None = None,
    observer: Observer | None = None,
    journal: Journal | None = None,
    context: Context | None = None,
) -> RunRecord:
    """Solve the mean field, compute the exact energy, run VQE, and check the result.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.
        observer: The observer, notified of the run's progress.
        journal: The journal of evaluations, from which an interrupted run can be resumed.
        context: The submitter of jobs and the cache of mean fields. Default: an empty context,
            which sends no jobs to real devices.

    Returns:
        The record of the run.

    Raises:
        VqeError: The run failed; `known` holds the results so far.
    """
    observer, clock, context = observer or Observer(), Clock(), context or Context()
    LOG.info("run of %s begins", spec.title)
    with located(spec), closing(context.submitter):
        parts = parts or look_up_parts(spec)
        built = _built(spec, parts, context.mean_fields, clock)
        problem, search = built.problem, built.spec_of_search
        encoding = Encoding(problem, parts.mapper, spec.memory)
        observer.on_problem(encoding)
        with threads_for(encoding.vector_length), announced(observer.on_compilation):
            with clock.stage("preparation"):
                check_size(parts, problem, spec.memory, observer.on_forecast)
                state = parts.ansatz.state(encoding)
                submitter = context.submitter
                strategy = choose_strategy(search, parts, state, observer, submitter, journal)
            observer.on_objective(strategy.objective)
            with clock.stage("reference"):
                reference, missing = exact_energy_of(parts.reference, encoding)
            observer.on_reference(reference)
            found = strategy.find()
            solution = parts.solver.finish(found, spec.seed)
            observer.on_solution(solution.objective, solution)
            return _judged(spec, parts, built, solution, (reference, missing), clock)


@dataclass(frozen=True, eq=False)
class _Built:
    """The problem of a run, and where it came from.

    Args:
        problem: The problem.
        spec_of_search: The run's spec, with the initial parameters of optimised orbitals.
        selection: The active orbitals; None for a qubit Hamiltonian.
        optimised: The optimisation of the orbitals; None for those of the mean field.
    """

    problem: Problem
    spec_of_search: RunSpec
    selection: OrbitalSelection | None = None
    optimised: OrbitalOptimisationRecord | None = None


def _built(spec: RunSpec, parts: Parts, mean_fields: MeanFields, clock: Clock) -> _Built:
    """The problem of the run, over orbitals of the mean field or optimised ones."""
    with clock.stage("chemistry"):
        needs = needs_of_run(parts, spec.memory)
        if spec.hamiltonian is not None:
            return _Built(build_problem(spec, parts.active_space, needs), spec)
        selection = select_orbitals(spec, parts.active_space, needs, mean_fields)
    if spec.orbitals.name == "mean-field" and not spec.has_responding_solvent:
        with clock.stage("chemistry"):
            return _Built(problem_over(selection, spec), spec, selection)
    return _adapted(spec, parts, selection, clock)


def _adapted(spec: RunSpec, parts: Parts, selection: OrbitalSelection, clock: Clock) -> _Built:
    """The problem over orbitals, or in a solvent, that follow the state of the ansatz."""
    from vqe_cli.variational.orbital_optimisation import optimise_orbitals
    from vqe_cli.variational.solvent_equilibration import (
        equilibrated,
        optimise_in_solvent,
        solvent_checks,
    )

    if spec.orbitals.name == "mean-field":
        with clock.stage("solvent"):
            selection = equilibrated(spec, parts, selection)
            problem = problem_over(selection, spec)
        checks = (*solvent_checks(selection), *problem.checks)
        return _Built(replace(problem, checks=checks), spec, selection)
    with clock.stage("orbitals"):
        optimise = optimise_in_solvent if spec.has_responding_solvent else optimise_orbitals
        found = optimise(spec, parts, selection)
        problem = problem_over(found.selection, spec)
        checks = (
            *orbital_checks(found.record),
            *solvent_checks(found.selection),
            *problem.checks,
        )
    search = spec
    if found.x is not None:
        start = InitialSpec(values=tuple(float(value) for value in found.x))
        search = spec.model_copy(update={"initial": start, "restarts": 0})
    return _Built(replace(problem, checks=checks), search, found.selection, found.record)


def _judged(
    spec: RunSpec,
    parts: Parts,
    built: _Built,
    solution: Solution,
    exact: tuple[ReferenceRecord | None, MissingReference | None],
    clock: Clock,
) -> RunRecord:
    """The record of the run: the solution with its checks and verdict."""
    encoding, (reference, missing) = solution.state.encoding, exact
    found = properties_of(encoding.problem, solution, clock)
    checks, verdict = check_result(
        encoding.problem,
        solution,
        solution.objective.traits,
        reference,
        missing=missing,
        optimised=solution.optimizer != "none",
        several_expected=solution.several_minima,
    )
    LOG.info("verdict: %s", verdict)
    with clock.stage("record"):
        problem, resolved = problem_record(encoding, spec), resolved_spec(spec, parts)
    return RunRecord(
        schema="vqe-run/1",
        name=spec.title,
        fingerprint=fingerprint(parts.without_limits(resolved)),
        spec=resolved,
        problem=problem,
        result=result_record(encoding, solution, parts.backend, found, built.optimised),
        reference=reference,
        reference_missing=missing,
        error_mha=error_mha(solution, reference),
        checks=checks,
        verdict=verdict,
        timings={**clock.seconds, "solve": solution.wall_s},
        provenance=provenance(),
    )

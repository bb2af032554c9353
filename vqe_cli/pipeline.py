"""A run in one function, from its spec to a record with checks and verdict."""

from __future__ import annotations

from contextlib import closing

from vqe_cli._core.log import package_logger
from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import fingerprint, provenance
from vqe_cli._core.threads import threads_for
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.context import Context
from vqe_cli.fermions.problem import has_own_unit
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import (
    MissingReference,
    ReferenceRecord,
    RunRecord,
)
from vqe_cli.variational.bit_strings import cut_of, with_bit_strings
from vqe_cli.variational.checks import check_result, verdict_of
from vqe_cli.variational.corrected_energies import (
    Corrected,
    correct,
)
from vqe_cli.variational.density_properties import properties_of
from vqe_cli.variational.depth import depth_checks
from vqe_cli.variational.excited_states import ExcitedStates, excited_states_of
from vqe_cli.variational.feasibility import check_size
from vqe_cli.variational.forces import Forces, forces_of
from vqe_cli.variational.grown_checks import grown_checks
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.preparation import PreparedProblem, prepare_problem, starting_from
from vqe_cli.variational.recording import (
    FurtherResults,
    error_in_own_unit,
    error_mha,
    problem_record,
    result_record,
)
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.strategy import choose_strategy
from vqe_cli.variational.tapering_checks import tapering_checks

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
        context: The submitter of jobs, the cache of mean fields, and what is known before the run.
            Default: an empty context, which sends no jobs to real devices.

    Returns:
        The record of the run.

    Raises:
        VqeError: The run failed; `known` holds the results so far.
    """
    observer, context = observer or Observer(), context or Context()
    clock = Clock(on_begin=observer.on_begin)
    LOG.info("run of %s begins", context.name or spec.title)
    with located(spec), closing(context.submitter):
        parts = parts or look_up_parts(spec)
        known, neighbour = context.mean_fields, context.neighbour
        if context.problem is None:
            built = prepare_problem(spec, parts, known, neighbour, observer, clock)
        else:
            built = PreparedProblem(context.problem, spec)
        problem, search = built.problem, built.spec_of_search
        encoding = Encoding(problem, parts.mapper, spec.memory)
        observer.on_problem(encoding)
        with threads_for(encoding.vector_length), announced(observer.on_compilation):
            with clock.stage("preparation"):
                check_size(parts, problem, spec.memory, observer.on_forecast)
                state = parts.ansatz.state(encoding)
                search = starting_from(search, neighbour, state.num_parameters)
                submitter = context.submitter
                strategy = choose_strategy(search, parts, state, observer, submitter, journal)
            observer.on_objective(strategy.objective)
            with clock.stage("reference"):
                reference, missing = exact_energy_of(parts.reference, encoding)
            observer.on_reference(reference)
            found = strategy.find()
            solution = with_bit_strings(parts.solver.finish(found, spec.seed), spec.seed)
            observer.on_solution(solution.objective, solution)
            exact = (reference, missing)
            record = _judged(spec, parts, built, solution, exact, clock, observer=observer)
            observer.on_record(record)
            return record


def _judged(
    spec: RunSpec,
    parts: Parts,
    built: PreparedProblem,
    solution: Solution,
    exact: tuple[ReferenceRecord | None, MissingReference | None],
    clock: Clock,
    *,
    observer: Observer,
) -> RunRecord:
    """The record of the run: the solution with its checks and verdict."""
    encoding, (reference, missing) = solution.state.encoding, exact
    own_unit = has_own_unit(encoding.problem)
    orbitals = built.selection or built.unrestricted
    found = properties_of(encoding.problem, solution, clock, orbitals)
    forces = _forces(spec, built, solution, clock)
    checks, _ = check_result(
        encoding.problem,
        solution,
        solution.objective.traits,
        reference,
        missing=missing,
        optimised=solution.optimizer != "none",
        several_expected=solution.several_minima,
    )
    corrected = _corrected(parts, built, solution, reference, clock)
    states = _states(spec, parts, solution, clock)
    if states.records is not None:
        observer.on_states(states.vectors)
    solution = states.counted_in(solution)
    optimised = solution.optimizer != "none"
    depth = depth_checks(parts.ansatz, solution, reference, optimised=optimised)
    tapered = tapering_checks(encoding, reference)
    grown = grown_checks(parts.ansatz, encoding.problem, optimised=optimised)
    checks = (*checks, *tapered, *grown, *depth, *corrected.checks, *forces.checks, *states.checks)
    verdict = verdict_of(checks)
    LOG.info("verdict: %s", verdict)
    with clock.stage("record"):
        problem, resolved = problem_record(encoding, spec), resolved_spec(spec, parts)
    return RunRecord(
        schema="vqe-run/1",
        name=spec.title,
        fingerprint=fingerprint(parts.without_limits(resolved)),
        spec=resolved,
        problem=problem,
        result=result_record(
            encoding,
            solution,
            parts.backend,
            FurtherResults(
                found,
                built.optimised,
                corrected.records,
                forces.record,
                states.records,
                cut_of(encoding.problem, solution, reference),
            ),
        ),
        reference=reference,
        reference_missing=missing,
        error_mha=None if own_unit else error_mha(solution, reference),
        error_in_unit=error_in_own_unit(solution, reference) if own_unit else None,
        checks=checks,
        verdict=verdict,
        timings={**clock.seconds, "solve": solution.wall_s},
        provenance=provenance(),
    )


def _corrected(
    parts: Parts,
    built: PreparedProblem,
    solution: Solution,
    reference: ReferenceRecord | None,
    clock: Clock,
) -> Corrected:
    """The energies with the correlation outside the active space that was asked for."""
    if not parts.corrections or built.selection is None:
        return Corrected()
    with clock.stage("correction"):
        return correct(parts, built.selection, solution, reference)


def _forces(spec: RunSpec, built: PreparedProblem, solution: Solution, clock: Clock) -> Forces:
    """The forces on the nuclei, if they are asked for."""
    if not spec.forces:
        return Forces()
    assert built.selection is not None
    with clock.stage("forces"):
        return forces_of(built.selection, solution, spec.seed)


def _states(spec: RunSpec, parts: Parts, solution: Solution, clock: Clock) -> ExcitedStates:
    """The state of the run and excited states, if they are asked for."""
    if spec.states is None or parts.state_method is None:
        return ExcitedStates()
    exact = parts.reference is not None
    with clock.stage("states"):
        return excited_states_of(
            spec.states, parts.state_method, solution, parts.backend, spec.seed, exact=exact
        )

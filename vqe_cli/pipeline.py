"""A run in one function, from its spec to a record with checks and verdict."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

from vqe_cli._core.arrays import Vector
from vqe_cli._core.log import package_logger
from vqe_cli._core.numba_jit import announced
from vqe_cli._core.provenance import fingerprint, provenance
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.gradients.nuclear_gradient import refuse_other_orbitals
from vqe_cli.chemistry.neighbours import Neighbour, carried, fits, followed
from vqe_cli.chemistry.problem import build_problem, problem_over, select_orbitals
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.context import Context
from vqe_cli.fermions.problem import ElectronicProblem, Problem
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
from vqe_cli.variational.checks import check_result, orbital_checks, verdict_of
from vqe_cli.variational.correcting import (
    Corrected,
    check_of_molecule,
    check_of_orbitals,
    correct,
)
from vqe_cli.variational.density_properties import properties_of
from vqe_cli.variational.feasibility import check_size, needs_of_run
from vqe_cli.variational.forces import Forces, forces_of
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.recording import FurtherResults, error_mha, problem_record, result_record
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.solvent_equilibration import (
    equilibrated,
    is_self_consistent,
    solvent_checks,
)
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
        built = _built(spec, parts, observer, context, clock)
        problem, search = built.problem, built.spec_of_search
        if built.selection is not None:
            observer.on_orbitals(built.selection)
        encoding = Encoding(problem, parts.mapper, spec.memory)
        observer.on_problem(encoding)
        with threads_for(encoding.vector_length), announced(observer.on_compilation):
            with clock.stage("preparation"):
                check_size(parts, problem, spec.memory, observer.on_forecast)
                state = parts.ansatz.state(encoding)
                if spec.orbitals.name == "mean-field":
                    search = _started(search, context.neighbour, state.num_parameters)
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


def _built(
    spec: RunSpec, parts: Parts, observer: Observer, context: Context, clock: Clock
) -> _Built:
    """The problem of the run, over orbitals of the mean field or optimised ones."""
    with clock.stage("chemistry"):
        needs = needs_of_run(parts, spec.memory)
        if spec.hamiltonian is not None:
            return _Built(build_problem(spec, parts.active_space, needs), spec)
        check = check_of_molecule(parts.corrections, parts.active_space, spec.memory)
        selection = select_orbitals(spec, parts.active_space, needs, context.mean_fields, check)
        check_of_orbitals(parts.corrections, selection, spec.memory)
        if spec.forces:
            refuse_other_orbitals(selection, spec)
        selection = _from_neighbour(selection, spec, context.neighbour)
        if spec.orbitals.name == "mean-field":
            if is_self_consistent(spec):
                selection = equilibrated(spec, parts, selection)
            return _Built(_checked(problem_over(selection, spec), selection), spec, selection)
    with clock.stage("orbitals"):
        from vqe_cli.variational.orbital_optimisation import optimise_orbitals

        start = _started(spec, context.neighbour)
        found = optimise_orbitals(start, parts, selection, observer.on_orbital_step)
        problem = _checked(problem_over(found.selection, spec), found.selection)
        checks = (*orbital_checks(found.record), *problem.checks)
    search = spec if found.x is None else _starting_at(spec, found.x)
    return _Built(replace(problem, checks=checks), search, found.selection, found.record)


def _checked(problem: ElectronicProblem, selection: OrbitalSelection) -> ElectronicProblem:
    """The problem with the check of its solvent."""
    return replace(problem, checks=(*solvent_checks(selection), *problem.checks))


def _from_neighbour(
    selection: OrbitalSelection, spec: RunSpec, neighbour: Neighbour | None
) -> OrbitalSelection:
    """The active orbitals that continue those of a neighbouring geometry, if there is one."""
    if neighbour is None or not fits(selection, neighbour):
        return selection
    carry = carried if spec.orbitals.name == "optimised" else followed
    return carry(selection, neighbour)


def _started(
    spec: RunSpec, neighbour: Neighbour | None, num_parameters: int | None = None
) -> RunSpec:
    """The spec with the parameters of a neighbouring geometry, if it has as many."""
    if neighbour is None or neighbour.x is None:
        return spec
    if num_parameters is not None and neighbour.x.size != num_parameters:
        return spec
    return _starting_at(spec, neighbour.x)


def _starting_at(spec: RunSpec, x: Vector) -> RunSpec:
    """The spec with given initial parameters, and without further starts."""
    start = InitialSpec(values=tuple(float(value) for value in x))
    return spec.model_copy(update={"initial": start, "restarts": 0})


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
    found = properties_of(encoding.problem, solution, clock, built.selection)
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
    checks = (*checks, *corrected.checks, *forces.checks)
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
            FurtherResults(found, built.optimised, corrected.records, forces.record),
        ),
        reference=reference,
        reference_missing=missing,
        error_mha=error_mha(solution, reference),
        checks=checks,
        verdict=verdict,
        timings={**clock.seconds, "solve": solution.wall_s},
        provenance=provenance(),
    )


def _corrected(
    parts: Parts,
    built: _Built,
    solution: Solution,
    reference: ReferenceRecord | None,
    clock: Clock,
) -> Corrected:
    """The energies with the correlation outside the active space that was asked for."""
    if not parts.corrections or built.selection is None:
        return Corrected()
    with clock.stage("correction"):
        return correct(parts, built.selection, solution, reference)


def _forces(spec: RunSpec, built: _Built, solution: Solution, clock: Clock) -> Forces:
    """The forces on the nuclei, if they are asked for."""
    if not spec.forces:
        return Forces()
    assert built.selection is not None
    with clock.stage("forces"):
        return forces_of(built.selection, solution, spec.seed)

"""The problem of a run, over orbitals of the mean field or over those that follow the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vqe_cli._core.arrays import Vector
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.gradients.nuclear_gradient import refuse_unknown_gradient
from vqe_cli.chemistry.neighbours import Neighbour, carried, fits, followed
from vqe_cli.chemistry.problem import (
    build_problem,
    is_unrestricted,
    problem_over,
    select_orbitals,
    select_unrestricted_orbitals,
)
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.fermions.problem import Problem
from vqe_cli.schema import RunSpec
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.schema.run_spec import InitialSpec
from vqe_cli.variational.checks import orbital_checks
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.other_references import refuse_with_orbitals_of
from vqe_cli.variational.size_checks import check_before_orbitals, check_selection, needs_of_spec

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


@dataclass(frozen=True, eq=False)
class PreparedProblem:
    """The problem of a run, and where it came from.

    Args:
        problem: The problem.
        spec_of_search: The run's spec, with the initial parameters of optimised orbitals.
        selection: The active orbitals; None for a qubit Hamiltonian.
        optimised: The optimisation of the orbitals; None for those of the mean field.
        unrestricted: The active orbitals of both spins, if they differ; `selection` is then None.
    """

    problem: Problem
    spec_of_search: RunSpec
    selection: OrbitalSelection | None = None
    optimised: OrbitalOptimisationRecord | None = None
    unrestricted: UnrestrictedSelection | None = None


def prepare_problem(
    spec: RunSpec,
    parts: Parts,
    mean_fields: MeanFields,
    neighbour: Neighbour | None,
    observer: Observer,
    clock: Clock,
) -> PreparedProblem:
    """The problem over orbitals of the mean field, or over those that follow the ansatz.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        mean_fields: Mean fields that are already known.
        neighbour: The solution at a neighbouring geometry; None for none.
        observer: The observer, notified of the orbitals.
        clock: The clock of the run's stages.

    Returns:
        The problem, and the orbitals that it came from.
    """
    with clock.stage("chemistry"):
        needs = needs_of_spec(spec, parts)
        if spec.of_qubits:
            return PreparedProblem(build_problem(spec, parts.active_space, needs), spec)
        check = check_before_orbitals(spec, parts)
        mean_fields = mean_fields.heard_by(observer.on_guess)
        if is_unrestricted(spec):
            refuse_with_orbitals_of(spec, parts)
            space = parts.active_space
            both = select_unrestricted_orbitals(spec, space, needs, mean_fields, check)
            observer.on_orbitals(both)
            return PreparedProblem(problem_over(both, spec), spec, unrestricted=both)
        selection = select_orbitals(spec, parts.active_space, needs, mean_fields, check)
        check_selection(spec, parts, selection)
        if spec.forces:
            refuse_unknown_gradient(selection, spec)
        selection = _from_neighbour(selection, spec, neighbour)
        follows = spec.orbitals.name == "optimised" or spec.has_responding_solvent
        if not follows:
            observer.on_orbitals(selection)
            return PreparedProblem(problem_over(selection, spec), spec, selection)
    if spec.orbitals.name == "optimised":
        with clock.stage("orbitals"):
            start = _started(spec, neighbour)
            found = _with_optimised_orbitals(
                start,
                parts,
                selection,
                observer.on_orbital_step,
                continued=neighbour is not None,
            )
    else:
        with clock.stage("solvent"):
            found = _in_equilibrium(spec, parts, selection)
    assert found.selection is not None
    observer.on_orbitals(found.selection)
    return found


def starting_from(spec: RunSpec, neighbour: Neighbour | None, num_parameters: int) -> RunSpec:
    """The spec with the parameters of a neighbouring geometry, if it has as many.

    Optimised orbitals have brought their own parameters.

    Args:
        spec: The spec of the search.
        neighbour: The solution at a neighbouring geometry; None for none.
        num_parameters: Number of parameters of the state.
    """
    if spec.orbitals.name == "optimised" or neighbour is None or neighbour.x is None:
        return spec
    return _starting_at(spec, neighbour.x) if neighbour.x.size == num_parameters else spec


def _with_optimised_orbitals(
    spec: RunSpec,
    parts: Parts,
    selection: OrbitalSelection,
    on_step: Callable[[int, float], None],
    *,
    continued: bool,
) -> PreparedProblem:
    from vqe_cli.variational.orbital_optimisation import optimise_orbitals
    from vqe_cli.variational.solvent_equilibration import optimise_in_solvent, solvent_checks

    optimise = optimise_in_solvent if spec.has_responding_solvent else optimise_orbitals
    found = optimise(spec, parts, selection, on_step, continued=continued)
    problem = problem_over(found.selection, spec)
    own = (*orbital_checks(found.record), *solvent_checks(found.selection))
    problem = replace(problem, checks=(*own, *problem.checks))
    search = spec if found.x is None else _starting_at(spec, found.x)
    return PreparedProblem(problem, search, found.selection, found.record)


def _in_equilibrium(spec: RunSpec, parts: Parts, selection: OrbitalSelection) -> PreparedProblem:
    from vqe_cli.variational.solvent_equilibration import equilibrated, solvent_checks

    found = equilibrated(spec, parts, selection)
    problem = problem_over(found, spec)
    problem = replace(problem, checks=(*solvent_checks(found), *problem.checks))
    return PreparedProblem(problem, spec, found)


def _from_neighbour(
    selection: OrbitalSelection, spec: RunSpec, neighbour: Neighbour | None
) -> OrbitalSelection:
    """The active orbitals that continue those of a neighbouring geometry, if there is one."""
    if neighbour is None or not fits(selection, neighbour):
        return selection
    carry = carried if spec.orbitals.name == "optimised" else followed
    return carry(selection, neighbour)


def _started(spec: RunSpec, neighbour: Neighbour | None) -> RunSpec:
    """The spec with the parameters of a neighbouring geometry, if they are known."""
    if neighbour is None or neighbour.x is None:
        return spec
    return _starting_at(spec, neighbour.x)


def _starting_at(spec: RunSpec, x: Vector) -> RunSpec:
    """The spec with given initial parameters, and without further starts."""
    start = InitialSpec(values=tuple(float(value) for value in x))
    return spec.model_copy(update={"initial": start, "restarts": 0})

"""Computation of one point in a child process, from the solution at another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vqe_cli._core.sizes import refuse_what_does_not_fit
from vqe_cli.analysis.geometries.surface import CHANGE_OF_SPACE, Surface
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalMethod
from vqe_cli.classical.reference_energy import solve_reference
from vqe_cli.comparison.results import leave_result
from vqe_cli.errors import ResourceLimitError, VqeError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.scan.continuation import solved
from vqe_cli.scan.plan import START
from vqe_cli.scan.relaxation import Relaxation, relaxed
from vqe_cli.scan.states import State, keep_state, kept_state
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord
from vqe_cli.screening.model import Task
from vqe_cli.variational.checks import only_convergence_failed
from vqe_cli.variational.feasibility import needs_of_methods

SPIN = "s-squared"
"""Name of the check of ⟨S²⟩."""


def compute(task: Task, spool: Path, tell: Callable[[str], None]) -> None:
    """Compute a point; leave the result in the spool, and the solution beside it.

    Args:
        task: The task.
        spool: Folder for results, beside that of solutions.
        tell: Callback, called with the key of the point before it is computed.
    """
    (wanted,) = task.properties
    tell(wanted.key)
    leave_result(task, spool, lambda spec: _point(spec, task, spool.parent))


def _point(spec: RunSpec, task: Task, folder: Path) -> dict[str, Any]:
    """The record of a point."""
    work = task.properties[0].property
    start = kept_state(folder, task.known[START]["key"]) if START in task.known else None
    neighbour, positions = (None, None) if start is None else (start.neighbour, start.positions)
    if work["relaxation"] is not None:
        surface = Surface(spec, neighbour)
        begin = surface.start if positions is None else positions
        end = relaxed(surface, Relaxation(**work["relaxation"]), begin)
        neighbour, positions = end.neighbour, end.positions
        spec = surface.at(positions).model_copy(update={"forces": spec.forces})
    found = solved(spec, neighbour)
    if work["carries"] and found.solution.neighbour is not None:
        key = task.properties[0].key
        keep_state(folder, key, State(found.solution.neighbour, positions, found.states))
    methods = [CLASSICAL_METHODS.create(one) for one in work["methods"]]
    energies = dict(_energies(spec, methods, found.encoding))
    further = {"mean_field": found.mean_field, "methods": energies, "geometry": _geometry(spec)}
    return {**_of_run(found.record), **further}


def _energies(
    spec: RunSpec, methods: Sequence[ClassicalMethod], encoding: Encoding
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The energies of classical methods over the orbitals of the mean field, or why not."""
    if not methods:
        return
    parts = look_up_parts(spec)
    if spec.orbitals.name == "optimised":
        problem = build_problem(spec, parts.active_space)
        encoding = Encoding(problem, parts.mapper, spec.memory)
    for method in methods:
        try:
            if isinstance(encoding.problem, ElectronicProblem):
                needs = needs_of_methods(parts, [method], spec.memory)
                refuse_what_does_not_fit(encoding.problem.size, needs, spec.memory)
            found = solve_reference(method, encoding)
            if found is None:
                raise ResourceLimitError("not feasible")
        except VqeError as error:
            yield method.name, {"label": method.label, "energy": None, "reason": error.message}
        else:
            label = method.label_for(encoding)
            yield method.name, {"label": label, "energy": found.energy, "reason": None}


def _size(record: RunRecord) -> tuple[int, int] | None:
    """Numbers of active electrons and orbitals; None for a problem of qubits."""
    electrons, orbitals = record.problem.electrons, record.problem.orbitals
    return None if electrons is None or orbitals is None else (sum(electrons), orbitals)


def _of_run(record: RunRecord) -> dict[str, Any]:
    """What is kept of a run."""
    result, reference = record.result, record.reference
    failed = [check for check in record.checks if check.status in ("warn", "fail")]
    changes = [check.detail for check in failed if check.name == CHANGE_OF_SPACE]
    spins = [check.value for check in record.checks if check.name == SPIN]
    return {
        "unit": record.problem.unit,
        "energy": result.energy,
        "standard_error": result.standard_error,
        "reference_energy": None if reference is None else reference.energy,
        "error_mha": record.error_mha,
        "error_in_unit": record.error_in_unit,
        "gap": None if reference is None else reference.gap,
        "verdict": record.verdict,
        "failed_checks": [check.name for check in failed],
        "only_unconverged": only_convergence_failed(record.checks),
        "hartree_fock_energy": record.problem.hartree_fock_energy,
        "s_squared": next((one for one in spins if isinstance(one, float)), None),
        "evaluations": result.evaluations.energy + result.evaluations.gradient,
        "shots": result.evaluations.shots,
        "active_space": _size(record),
        "space_changes": changes[0] if changes else None,
        "point_group": record.problem.point_group,
        "corrected": [one.model_dump(mode="json") for one in result.corrections or ()],
        "states": [state.model_dump(mode="json") for state in result.states or ()],
        "forces": None if result.forces is None else result.forces.forces,
    }


def _geometry(spec: RunSpec) -> list[tuple[str, float, float, float]]:
    """Symbols and positions of the atoms, Ångström; none without a molecule."""
    if spec.molecule is None:
        return []
    atoms = with_coordinates(spec.molecule).atoms
    rows = zip(atoms.labels, atoms.positions.tolist(), strict=True)
    return [(label, x, y, z) for label, (x, y, z) in rows]

"""Computation of one row in a child process: the method is measured apart from the mean field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.log import package_logger
from vqe_cli._core.sizes import refuse_what_does_not_fit
from vqe_cli.backends.ibm.device_preparation import is_fake
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalEnergy, ClassicalMethod
from vqe_cli.classical.levels import gap_of
from vqe_cli.comparison.devices import device_needs, mixed_energy
from vqe_cli.comparison.meter import Reading, metered
from vqe_cli.comparison.plan import DEVICE, PROBLEM, VQE
from vqe_cli.comparison.rehearsal import rehearse_method, rehearse_run
from vqe_cli.comparison.results import leave_result
from vqe_cli.comparison.shared_problem import (
    SharedProblem,
    keep_problem,
    kept_problem,
    problem_file,
    shared_problem,
)
from vqe_cli.context import Context
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem, has_own_unit
from vqe_cli.parts import fingerprint_of, look_up_parts
from vqe_cli.pipeline import run
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.backend_records import BackendRecord
from vqe_cli.schema.records import RunRecord, Step
from vqe_cli.screening.model import Task
from vqe_cli.variational.checks import only_convergence_failed
from vqe_cli.variational.feasibility import needs_of_methods, needs_of_run
from vqe_cli.variational.recording import problem_record

LOG = package_logger(__name__)

MOST_STEPS = 300
"""Number of steps of a search that are kept, closer at its beginning."""

MEAN_FIELD = "hf"
"""The method whose cost is that of the mean field."""


def compute(task: Task, spool: Path, tell: Callable[[str], None]) -> None:
    """Compute a row, an estimate for a device, or the problem; leave the result in the spool.

    Args:
        task: The task.
        spool: Folder for results, beside that of problems.
        tell: Callback, called with the key of the row before it is computed.
    """
    (wanted,) = task.properties
    name = wanted.property["name"]
    path = problem_file(spool.parent, task.known[PROBLEM]["key"])

    def found(spec: RunSpec) -> dict[str, Any]:
        if name == PROBLEM:
            return _prepared(spec, path)
        if name == DEVICE:
            return device_needs(spec)
        if name == VQE:
            return _vqe(spec, task, kept_problem(path))
        return _classical(spec, wanted.property, kept_problem(path))

    tell(wanted.key)
    leave_result(task, spool, found)


def _prepared(spec: RunSpec, path: Path) -> dict[str, Any]:
    """Mean field and integrals, which are kept for the rows."""
    shared = shared_problem(spec)
    keep_problem(path, shared)
    encoding = Encoding(shared.problem, look_up_parts(spec).mapper, spec.memory)
    size = None if shared.size is None else asdict(shared.size)
    record = problem_record(encoding, spec).model_dump(mode="json")
    return {**shared.record, "size": size, "problem": record, "scale": shared.problem.scale}


def _classical(spec: RunSpec, selection: dict[str, Any], shared: SharedProblem) -> dict[str, Any]:
    """A classical energy and its cost."""
    parts, method = look_up_parts(spec), CLASSICAL_METHODS.create(selection)
    if shared.size is not None:
        needs = needs_of_methods(parts, [method], spec.memory)
        refuse_what_does_not_fit(shared.size, needs, spec.memory)
    encoding = Encoding(shared.problem, parts.mapper, spec.memory)
    rehearse_method(method)
    with metered() as work:
        found = method.solve(encoding)
    if not found.converged:
        raise NotConvergedError(f"{method.label} did not converge")
    return {
        "energy": found.energy,
        "label": method.label_for(encoding),
        "exact": found.exact,
        "variational": method.variational,
        "gap": _gap(method, encoding, found),
        "notes": found.notes,
        **_cost(shared.mean_field if method.name == MEAN_FIELD else work),
    }


def _gap(method: ClassicalMethod, encoding: Encoding, found: ClassicalEnergy) -> float | None:
    """The gap of a model, by which errors are judged, with its exact energy."""
    if not (method.exact and found.exact and has_own_unit(encoding.problem)):
        return None
    return gap_of(encoding, found.energy, found.levels)


def _vqe(spec: RunSpec, task: Task, shared: SharedProblem) -> dict[str, Any]:
    """An energy of VQE and its cost, with the mapping to qubits and compiling of circuits.

    Orbitals that follow the state, and a solvent that does, are the method's own: only their mean
    field is computed before.
    """
    parts, known, problem = look_up_parts(spec), MeanFields(), shared.problem
    follows = spec.orbitals.name == "optimised" or spec.has_responding_solvent
    if follows:
        build_problem(spec, parts.active_space, needs_of_run(parts, spec.memory), known)
    elif isinstance(problem, ElectronicProblem):
        unpaired = problem.nelec[0] - problem.nelec[1]
        parts.ansatz.check_spin(unpaired)
        parts.solver.check_spin(unpaired)
    mark = fingerprint_of(spec, parts)
    approve = (lambda _: True) if task.approved else None
    submitter = Submitter(mark, task.title, True, approve, lambda _: None)
    context = Context(submitter, known, problem=None if follows else problem)
    rehearse_run(task.spec)
    with metered() as work:
        record = run(spec, parts=parts, context=context)
    mixed = mixed_energy(problem)
    limited = spec.max_evaluations is not None or spec.max_shots is not None
    stopped = limited and only_convergence_failed(record.checks)
    return {**_of_run(record), "stopped": stopped, "mixed_energy": mixed, **_cost(work)}


def _of_run(record: RunRecord) -> dict[str, Any]:
    result, backend = record.result, record.result.backend
    sampled = result.standard_error is not None
    return {
        "energy": result.energy,
        "standard_error": result.standard_error,
        "exact": False,
        "variational": not sampled,
        "verdict": record.verdict,
        "failed_checks": [check.name for check in record.checks if check.status == "fail"],
        "evaluations": result.evaluations.energy + result.evaluations.gradient,
        "shots": result.evaluations.shots,
        "two_qubit_gates": backend.two_qubit_gates,
        "depth": backend.depth,
        **_of_device(backend),
        "progress": list(_progress(record)),
    }


def _of_device(backend: BackendRecord) -> dict[str, Any]:
    """The time of a device, and whether it was billed, is estimated, or was only simulated."""
    if backend.jobs is None:
        return {}
    real, billed = not is_fake(backend.representation), backend.billed_qpu_seconds
    kind = "would-cost" if not real else "estimated" if billed is None else "billed"
    seconds = billed if kind == "billed" else backend.estimated_qpu_seconds
    return {"qpu_seconds": seconds, "qpu_plan": backend.plan, "device_cost": kind}


def _progress(record: RunRecord) -> Iterator[dict[str, Any]]:
    """The energies of steps, with the shots that they took."""
    optimisation = record.result.shots_by_purpose.get("optimisation", 0)
    searched = max((step.evaluations for step in record.result.history), default=1)
    each = optimisation / max(searched, 1)
    for step in _thinned(record.result.history):
        shots = round(each * step.evaluations)
        yield {
            "evaluations": step.evaluations,
            "shots": shots,
            "energy": step.energy,
            "start": step.start,
        }


def _thinned(steps: Sequence[Step]) -> list[Step]:
    """At most `MOST_STEPS` steps, evenly on a logarithm, with the first and the last of each start.

    More than `MOST_STEPS` / 2 starts keep two steps each.
    """
    if len(steps) <= MOST_STEPS:
        return list(steps)
    starts = [list(group) for _, group in groupby(steps, key=lambda step: step.start)]
    most = max(2, MOST_STEPS // len(starts))
    return [step for start in starts for step in _spread(start, most)]


def _spread(steps: Sequence[Step], most: int) -> list[Step]:
    """Some steps of one start, the first and the last among them."""
    places = np.unique(np.geomspace(1, len(steps), min(most, len(steps))).round().astype(int))
    return [steps[place - 1] for place in places]


def _cost(work: Reading) -> dict[str, Any]:
    return {
        "wall_s": work.wall_s,
        "cpu_s": work.cpu_s,
        "peak_bytes": work.peak_bytes,
        "joules": work.joules,
    }

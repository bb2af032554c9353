"""The calculations of a replay: the run again, on recorded integrals, at recorded parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli import pipeline
from vqe_cli._core.kinds import Parts
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.analysis import properties_of_run
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.ibm import Ibm
from vqe_cli.backends.ibm.device_preparation import is_fake
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import Problem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import InitialSpec, RunSpec, Selection
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.run_spec import OrbitalsSpec
from vqe_cli.variational.observers import KeptProblem, Observer, Observers
from vqe_cli.variational.recorded_state import state_of_record


def run_again(spec: RunSpec, observer: Observer) -> tuple[RunRecord, Problem]:
    """Run a spec, and compute the properties that it requests.

    Args:
        spec: The spec.
        observer: The observer, notified of the run's progress.

    Returns:
        The record, and the problem that was solved.

    Raises:
        VqeError: The run failed.
    """
    kept = KeptProblem()
    record = properties_of_run.run(spec, observer=Observers([observer, kept]))
    assert kept.problem is not None
    return record, kept.problem


def run_on(problem: Problem, spec: RunSpec, record: RunRecord, observer: Observer) -> RunRecord:
    """Run VQE on given integrals.

    Orbitals that followed the state are those of the integrals; the search then begins at the
    recorded parameters.

    Args:
        problem: The problem of the recorded run.
        spec: The spec of the run.
        record: The recorded run.
        observer: The observer, notified of the run's progress.
    """
    changes: dict[str, Any] = {
        "orbitals": OrbitalsSpec(),
        "correction": None,
        "solvent": None,
        "forces": False,
        "states": None,
        "properties": (),
        "reference": Selection(name="none"),
    }
    if spec.orbitals.name == "optimised" and record.result.operators is None:
        changes |= {"initial": InitialSpec(values=record.result.parameters), "restarts": 0}
    own = spec.model_copy(update=changes)
    return pipeline.run(own, observer=observer, context=Context(problem=problem))


def energy_at_parameters(record: RunRecord, problem: Problem, spec: RunSpec, parts: Parts) -> float:
    """The exact energy of the recorded parameters, Hartree.

    Args:
        record: The recorded run.
        problem: The problem.
        spec: The spec of the run.
        parts: The parts of the run.

    Raises:
        InputError: The ansatz has another number of parameters than the record.
        ResourceLimitError: The state does not fit into memory.
    """
    encoding = Encoding(problem, parts.mapper, spec.memory)
    with threads_for(encoding.vector_length):
        state = state_of_record(record, parts, encoding)
        x = np.array(record.result.parameters, dtype=float)
        if state.num_parameters != x.size:
            now = counted(state.num_parameters, "parameter")
            message = f"the ansatz has {now} now, the record {x.size}"
            raise InputError(message)
        objective = BACKENDS.create("exact").prepare(state, spec.seed)
        return objective.energy(x, spec.seed).value


def is_on_device(parts: Parts) -> bool:
    """Whether energies were measured on a real device, to which a replay sends nothing.

    Args:
        parts: The parts of the run.
    """
    return isinstance(parts.backend, Ibm) and not is_fake(parts.backend.device)


def simulated_spec(spec: RunSpec, record: RunRecord) -> RunSpec:
    """The spec of what can be computed again of a run on a device.

    The search, if it was simulated, or else the energy at the recorded parameters.

    Args:
        spec: The spec of the run.
        record: The recorded run.
    """
    changes: dict[str, Any] = {
        "backend": Selection(name="exact"),
        "solver": Selection(name="vqe"),
        "properties": (),
    }
    if not was_simulated(record):
        changes |= {
            "optimizer": Selection(name="none"),
            "initial": InitialSpec(values=record.result.parameters),
            "restarts": 0,
        }
    return spec.model_copy(update=changes)


def was_simulated(record: RunRecord) -> bool:
    """Whether the parameters were found by exact simulation before the measurement.

    Args:
        record: The recorded run.
    """
    return bool(record.result.stages) and record.result.sqd is None

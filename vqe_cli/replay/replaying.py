"""A replay from the record of a run to the record of its drift."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.log import package_logger
from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli.analysis.bundles.integrals import Integrals
from vqe_cli.errors import InterruptedRunError, VqeError, as_vqe_error
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import Parts, located, look_up_parts
from vqe_cli.replay.differences import (
    machine_changes,
    missing_checks,
    problem_changes,
    result_changes,
    when_recorded,
)
from vqe_cli.replay.explanation import Evidence, because, explanation, wrong_parameters
from vqe_cli.replay.integrals import integral_changes, recorded_integrals
from vqe_cli.replay.recomputation import (
    energy_at_parameters,
    is_on_device,
    run_again,
    run_on,
    simulated_spec,
    was_simulated,
)
from vqe_cli.replay.records import REPLAY_SCHEMA, Change, Contributions, ReplayRecord
from vqe_cli.replay.values import replayed_values
from vqe_cli.schema import RunSpec, load
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.records import ResultRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS
from vqe_cli.schema.stored_records import StoredRun
from vqe_cli.variational.contradictions import contradictions
from vqe_cli.variational.observers import Observer

LOG = package_logger(__name__)


@dataclass(eq=False)
class _Replay:
    """The run, what is known of it, and what was left out."""

    stored: StoredRun
    recorded: RunRecord
    spec: RunSpec
    parts: Parts
    observer: Observer
    left_out: list[str] = field(default_factory=list)

    @property
    def on_device(self) -> bool:
        return is_on_device(self.parts)


def replay(stored: StoredRun, observer: Observer | None = None) -> ReplayRecord:
    """Compute a recorded run again, and say what differs, by how much, and probably why.

    Nothing is sent to a device: of a run on one, what was simulated is computed again.

    Args:
        stored: The record, alone or in a bundle.
        observer: The observer, notified of the progress of the run.

    Raises:
        VqeError: The record cannot be read, or the run fails now.
    """
    recorded = stored.record()
    number = stored.folder.strip("/").removeprefix("run-") or None
    spec = load(stored.path, run=number)
    with located(spec):
        parts = look_up_parts(spec)
    this = _Replay(stored, recorded, spec, parts, observer or Observer())
    found = contradictions(stored, recorded, parts)
    if recorded.properties and this.on_device:
        this.left_out.append("properties: they rest on energies measured on the device")
    own = simulated_spec(spec, recorded) if this.on_device else spec
    try:
        now, problem = run_again(own, this.observer)
    except InterruptedRunError:
        raise
    except Exception as failed:
        raise _with_changes(as_vqe_error(failed), recorded) from failed
    return _compared(this, found, now, problem, own)


def _with_changes(error: VqeError, recorded: RunRecord) -> VqeError:
    """The error of a run that fails now, with what has changed since it succeeded."""
    changes = tuple(machine_changes(recorded.provenance, provenance()))
    told = f"it succeeded when it was recorded{because(changes)}"
    error.hint = f"{error.hint}; {told}" if error.hint else told
    return error


def _compared(
    this: _Replay, found: tuple[str, ...], now: RunRecord, problem: Problem, own: RunSpec
) -> ReplayRecord:
    """The record of the replay."""
    recorded, integrals = this.recorded, recorded_integrals(this.stored)
    before, after, deviation = _energies(this, now)
    drift = None if before is None or after is None else HARTREE_IN_MILLIHARTREE * (after - before)
    tolerance = tolerance_of(before or recorded.result.energy, deviation)
    given = None if integrals is None else _given_problem(integrals, this)
    at_parameters = _at_parameters(this, given or problem)
    changes = tuple(_changes(this, now, problem, integrals))
    parts = None
    if given is not None and drift is not None and deviation is None:
        parts = _contributions(this, given, own, (before or 0.0, after or 0.0), at_parameters)
    evidence = Evidence(
        recorded=recorded,
        drift_mha=drift,
        tolerance_mha=tolerance,
        compared_energy=before,
        at_parameters=at_parameters,
        on_recorded_integrals=given is not None,
        contributions=parts,
        changes=changes,
        values=replayed_values(recorded, now, of_state=not this.on_device),
        on_device=this.on_device,
    )
    removed = () if this.on_device else _removed(evidence, now)
    found = tuple(dict.fromkeys((*found, *wrong_parameters(evidence), *removed)))
    return ReplayRecord(
        schema=REPLAY_SCHEMA,
        name=recorded.name,
        file=str(this.stored.path),
        unit=recorded.problem.unit,
        same=not (evidence.drifted or found or any(one.drifted for one in evidence.values)),
        drift_mha=drift,
        drift_in_unit=_in_unit(drift, recorded.problem.unit),
        tolerance_mha=tolerance,
        of="exact simulation" if this.on_device else "result",
        recorded_energy=before,
        energy=after,
        standard_error=deviation,
        energy_at_parameters=at_parameters,
        integrals=None if at_parameters is None else "present" if given is None else "recorded",
        contributions=parts,
        values=evidence.values,
        changes=changes,
        contradictions=found,
        not_recomputed=tuple(this.left_out),
        explanation=explanation(evidence, found),
        recorded_on=when_recorded(recorded.provenance),
        provenance=provenance(),
    )


def _in_unit(drift: float | None, unit: str) -> float | None:
    """A drift in thousandths of a unit of a model in this unit; None for Hartree."""
    return None if drift is None or unit == HARTREE else drift / HARTREE_IN_MILLIHARTREE


def _removed(evidence: Evidence, now: RunRecord) -> Iterator[str]:
    """What the same program records with the same energy, and a record lacks."""
    recorded = evidence.recorded
    if "source_sha256" not in recorded.provenance or evidence.drifted:
        return
    if not any(machine_changes(recorded.provenance, now.provenance)):
        for name in missing_checks(recorded, now):
            yield f"the check {name} is missing"
        for name in RunRecord.model_fields:
            if getattr(now, name) and not getattr(recorded, name):
                yield f"{name} is missing"
        for name in ResultRecord.model_fields:
            if getattr(now.result, name) and not getattr(recorded.result, name):
                yield f"result.{name} is missing"


def _energies(this: _Replay, now: RunRecord) -> tuple[float | None, float | None, float | None]:
    """The recorded energy, the energy now, and the standard error of their difference."""
    recorded = this.recorded
    if not this.on_device:
        deviation = deviation_of(now.result.standard_error)
        return recorded.result.energy, now.result.energy, deviation
    this.left_out.append(
        f"the energy measured on the device, {recorded.result.energy:.6f}"
        f" {units_of(recorded.problem.unit).energy}, is not measured again"
    )
    if not was_simulated(recorded):
        this.left_out.append("parameters were not found by simulation: they are taken as recorded")
        return None, None, None
    assert recorded.result.stages is not None
    return recorded.result.stages[0].energy, now.result.energy, None


def deviation_of(error_now: float | None) -> float | None:
    """The standard error of a drift: of the difference of two energies measured alike.

    It does not rest on the recorded error, with which a record could excuse any drift.

    Args:
        error_now: Standard error of the energy now, Hartree; None for an exact energy.
    """
    return None if error_now is None else math.sqrt(2.0) * error_now


def tolerance_of(energy: float, deviation: float | None) -> float:
    """The largest drift of an energy that counts as the same, mHa.

    Args:
        energy: The energy, Hartree.
        deviation: Standard error of the drift, Hartree; None for exact energies.
    """
    if deviation is not None:
        return HARTREE_IN_MILLIHARTREE * SIGMAS * deviation
    return HARTREE_IN_MILLIHARTREE * ROUND_OFF * max(1.0, abs(energy))


def _given_problem(integrals: Integrals, this: _Replay) -> ElectronicProblem:
    """The problem of the recorded integrals."""
    optimised = this.recorded.result.orbital_optimisation is not None
    try:
        return integrals.problem(this.recorded.problem, optimised_orbitals=optimised)
    except ValueError as error:
        raise about(this.stored.path, f"the integrals are damaged: {error}") from None


def _at_parameters(this: _Replay, problem: Problem) -> float | None:
    """The exact energy at the recorded parameters; None, with the reason told, if it is unknown."""
    if this.recorded.result.sqd is not None:
        this.left_out.append("the energy at the parameters: that of sqd is one of its samples")
        return None
    try:
        return energy_at_parameters(this.recorded, problem, this.spec, this.parts)
    except VqeError as error:
        this.left_out.append(f"the energy at the recorded parameters: {error.message}")
        return None


def _contributions(
    this: _Replay,
    given: ElectronicProblem,
    own: RunSpec,
    energies: tuple[float, float],
    at_parameters: float | None,
) -> Contributions | None:
    """The drift in parts, by a run on the recorded integrals."""
    before, after = energies
    if at_parameters is None:
        return None
    this.observer.on_begin("recorded integrals")
    energy = run_on(given, own, this.recorded, Observer()).result.energy
    return Contributions(
        mean_field_mha=HARTREE_IN_MILLIHARTREE * (after - energy),
        search_mha=HARTREE_IN_MILLIHARTREE * (energy - at_parameters),
        evaluation_mha=HARTREE_IN_MILLIHARTREE * (at_parameters - before),
    )


def _changes(
    this: _Replay, now: RunRecord, problem: Problem, integrals: Integrals | None
) -> list[Change]:
    """What differs, the causes first."""
    recorded = this.recorded
    found = [
        *problem_changes(recorded.problem, now.problem),
        *integral_changes(integrals, problem),
        *machine_changes(recorded.provenance, now.provenance),
    ]
    results = result_changes(recorded, now)
    if this.on_device:
        simulated = was_simulated(recorded)
        return [*found, *(one for one in results if simulated and one.kind == "parameters")]
    return [*found, *results]

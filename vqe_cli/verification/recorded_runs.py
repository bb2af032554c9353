"""Records of runs as evidence: whether they agree with themselves, and their energy again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from vqe_cli import pipeline
from vqe_cli._core.source_code import source_sha256
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import Parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import InitialSpec, RunSpec, Selection
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import ResultRecord, RunRecord
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS, or_fail
from vqe_cli.schema.stored_records import StoredRun
from vqe_cli.variational.contradictions import contradictions
from vqe_cli.variational.recorded_state import state_of_record
from vqe_cli.verification.records import Evidence
from vqe_cli.verification.states import evaluated

ANOTHER_MACHINE = 1e-5
"""Largest difference of numbers that iterations on another machine lead to, Hartree."""

ERROR_BAR = "standard-error"
"""Name of the check of a recorded standard error."""

WIDEST = 2.0
"""Ratio to the standard error of the same measurement beyond which a recorded one is wrong."""

DEVICE = "ibm"


def of_record(stored: StoredRun, spec: RunSpec, parts: Parts, encoding: Encoding) -> Evidence:
    """The energy of a record, computed again.

    Parameters are evaluated by the exact simulator. Where the energy is not that of an ansatz in
    the orbitals of the mean field, has noise, or is that of another version's ansatz, the run is
    repeated; what a device measured is not.

    Args:
        stored: The record as it was written.
        spec: The spec of the claim, whose problem it is.
        parts: The parts of the claim.
        encoding: The problem of the claim.

    Raises:
        VqeError: The run cannot be repeated.
    """
    record = stored.record()
    checks = (*_consistent(stored, record, parts), *_of_problem(record, encoding))
    noisy = any(check.name == "noise-free" for check in record.checks)
    mitigated = record.result.mitigation is not None
    if record.result.backend.name.startswith(DEVICE):
        note = "a device measured the energy, which cannot be computed again"
        return Evidence(kind="record", energy=None, checks=checks, notes=(note,))
    repeated = (
        noisy
        or parts.solver.name != "vqe"
        or spec.orbitals.name == "optimised"
        or spec.has_responding_solvent
    )
    if repeated:
        return _run_again(record, spec, checks, at_parameters=noisy, variational=not mitigated)
    state = state_of_record(record, parts, encoding)
    x = np.array(record.result.parameters)
    if state.num_parameters != x.size:
        if record.provenance.get("source_sha256") != source_sha256():
            return _of_another_ansatz(record, spec, checks, state.num_parameters)
        counts = (float(state.num_parameters), float(x.size))
        wrong = _equal("parameters", counts[1], counts[0], 0.0, "number of parameters")
        return Evidence(kind="record", energy=None, checks=(*checks, wrong))
    found = evaluated("record", state, x)
    if record.result.standard_error is not None:
        again = _again(record, spec, at_parameters=True)
        checks = (*checks, *_error_bar(record, again))
    return found.model_copy(
        update={
            "checks": (*checks, *found.checks),
            "allowance": SIGMAS * (record.result.standard_error or 0.0),
            "notes": ("the parameters of the record, by exact simulation",),
        }
    )


def _of_another_ansatz(
    record: RunRecord, spec: RunSpec, checks: tuple[Check, ...], count: int
) -> Evidence:
    """The energy of a run whose ansatz has another number of parameters in this version.

    An exact minimum is found again; where the search ends with sampled energies is another place.
    """
    recorded = len(record.result.parameters)
    told = f"parameters of the ansatz: {recorded} in the version of the record, {count} in this one"
    if record.result.standard_error is not None:
        notes = (told, "its sampled energy cannot be computed again")
        return Evidence(kind="record", energy=None, checks=checks, notes=notes)
    again = _run_again(record, spec, checks, at_parameters=False, variational=True)
    return again.model_copy(update={"notes": (*again.notes, told)})


def _run_again(
    record: RunRecord,
    spec: RunSpec,
    checks: tuple[Check, ...],
    *,
    at_parameters: bool,
    variational: bool,
) -> Evidence:
    """The energy of the run when it is repeated, or of its final parameters alone."""
    again = _again(record, spec, at_parameters=at_parameters)
    scatter = math.hypot(record.result.standard_error or 0.0, again.standard_error or 0.0)
    return Evidence(
        kind="record",
        energy=again.energy,
        variational=variational,
        allowance=max(ANOTHER_MACHINE, SIGMAS * scatter),
        checks=(*checks, *_error_bar(record, again)),
        notes=("the run again, with the same backend",),
    )


def _again(record: RunRecord, spec: RunSpec, *, at_parameters: bool) -> ResultRecord:
    """The result of the run when it is repeated, or of its final parameters alone."""
    changes: dict[str, Any] = {
        "reference": Selection(name="none"),
        "correction": None,
        "forces": False,
        "states": None,
        "properties": (),
    }
    if at_parameters and spec.orbitals.name != "optimised" and record.result.operators is None:
        changes |= {
            "initial": InitialSpec(values=record.result.parameters),
            "optimizer": Selection(name="none"),
            "restarts": 0,
        }
    return pipeline.run(spec.model_copy(update=changes)).result


def _error_bar(record: RunRecord, again: ResultRecord) -> Iterator[Check]:
    """A check that the standard error is not wider than that of the same measurement again."""
    stated, now = record.result.standard_error, again.standard_error
    if stated is None or now is None:
        return
    yield Check(
        name=ERROR_BAR,
        status=or_fail(stated <= WIDEST * now + ROUND_OFF),
        hard=False,
        value=stated,
        expected=now,
        detail="Hartree, of the same measurement again",
    )


def _consistent(stored: StoredRun, record: RunRecord, parts: Parts) -> Iterator[Check]:
    """Checks that the numbers of a record follow from one another: one, or those that fail."""
    found = contradictions(stored, record, parts)
    for contradiction in found or ("fingerprint, sums and checks agree",):
        yield Check(
            name="record-consistent", status=or_fail(not found), hard=False, value=contradiction
        )


def _of_problem(record: RunRecord, encoding: Encoding) -> Iterator[Check]:
    """Checks that a record is that of the problem."""
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        return
    stated_electrons = record.problem.electrons
    yield Check(
        name="problem-of-record",
        status=or_fail(
            stated_electrons == problem.nelec and record.problem.orbitals == problem.norb
        ),
        hard=False,
        value=f"{stated_electrons} electrons in {record.problem.orbitals} orbitals",
        expected=f"{problem.nelec} electrons in {problem.norb} orbitals",
    )
    determinant = record.problem.reference_determinant_energy
    if determinant is not None and problem.has_own_orbitals:
        here = problem.hartree_fock_energy
        detail = "energy of the reference determinant, Hartree"
        yield _equal("determinant-of-record", determinant, here, ANOTHER_MACHINE, detail)


def _equal(name: str, value: float, expected: float, tolerance: float, detail: str) -> Check:
    return Check(
        name=name,
        status=or_fail(abs(value - expected) <= tolerance),
        hard=False,
        value=value,
        expected=expected,
        tolerance=tolerance,
        detail=detail,
    )

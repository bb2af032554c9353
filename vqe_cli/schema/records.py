"""Records of results: plain, versioned data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import (
    Field,
    SerializeAsAny,
)

from vqe_cli._core.text import escaped
from vqe_cli.schema.backend_records import BackendRecord, MitigationRecord, SqdRecord, StageRecord
from vqe_cli.schema.bit_string_records import BitStringsRecord, CutRecord
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.density_records import PropertiesRecord
from vqe_cli.schema.force_records import ForcesRecord
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.schema.record import Record
from vqe_cli.schema.state_records import StateRecord

RUNS_SCHEMA = "vqe-runs/1"
REFERENCE_SCHEMA = "vqe-reference/1"

Verdict = Literal["pass", "warn", "fail"]


class Step(Record):
    """The state at the end of one iteration."""

    step: int
    energy: float
    evaluations: int
    gradient_norm: float | None = None
    start: int = Field(default=0, description="Number of the starting point, from 0.")
    standard_error: float | None = Field(
        default=None,
        description="Standard error of the energy measured last before the end of the step; None "
        "if energies are exact.",
    )


class Cycle(Record):
    """One cycle of an adaptive ansatz."""

    operators: int
    added: str | None = Field(description="The operators appended last, separated by commas.")
    removed: str | None = Field(
        default=None, description="The operator removed after that, whose parameter was small."
    )
    energy: float
    pool_gradient_norm: float
    evaluations: int
    cnots: int | None = Field(
        default=None,
        description="CNOTs of the circuit so far, between any two qubits and not optimised across "
        "operators; None in older records.",
    )


class OperatorRecord(Record):
    """One operator of an adaptive ansatz: excitations that share a parameter, or a Pauli string.

    Spin orbitals are (orbital, spin), counted from 0, spin 0 for alpha.
    """

    label: str
    create: tuple[tuple[tuple[int, int], ...], ...]
    annihilate: tuple[tuple[tuple[int, int], ...], ...]
    qubit: bool
    pauli: str | None = Field(
        default=None, description="Pauli letters, qubit 0 last; None for excitations."
    )


class Evaluations(Record):
    """Number of evaluations and shots of a result."""

    energy: int
    gradient: int
    shots: int


class CorrectionRecord(Record):
    """The energy with the correlation that the active space leaves out. Energies in Hartree."""

    name: str
    method: str = Field(description="The method's name behind that of the energy: NEVPT2.")
    correction: float = Field(description="Energy of the correlation outside the active space.")
    energy: float = Field(description="Total energy of the run plus the correction.")
    reference_energy: float | None = Field(
        description="Exact energy of the active space plus the same correction, on the exact state "
        "if it depends on the state; None without an exact energy."
    )
    state: Literal["run", "simulated"] | None = Field(
        description="The state of the correction: that of the run, or the exact simulation of a "
        "measured one at the final parameters; None if it does not depend on the state."
    )
    wall_s: float


class ResultRecord(Record):
    """The result of VQE. Energies in Hartree; `wall_s` is the solving time in seconds."""

    energy: float
    standard_error: float | None
    electronic_energy: float | None = Field(description="Total energy minus core energy.")
    converged: bool
    message: str
    optimizer: str
    backend: SerializeAsAny[BackendRecord]
    parameters: tuple[float, ...]
    initial_energy: float | None = Field(
        description="Energy at the initial parameters; None if not measured."
    )
    gradient_norm: float | None
    energy_change: float | None = Field(
        default=None, description="Change in the last step of the best start; None if sampled."
    )
    evaluations: Evaluations
    shots_by_purpose: dict[str, int] = Field(
        default={}, description="Number of shots by purpose; the sum is the total."
    )
    discarded_share: float | None = Field(
        default=None, description="Share of the final energy's shots that post-selection discards."
    )
    wall_s: float
    replayed: int = Field(description="Number of evaluations taken from a checkpoint.")
    starts: tuple[float, ...] = Field(description="Energy from each starting point.")
    history: tuple[Step, ...]
    operators: tuple[OperatorRecord, ...] | None = Field(
        default=None,
        description="Operators of an adaptive ansatz, one per parameter; the first acts first.",
    )
    cycles: tuple[Cycle, ...] | None = Field(
        default=None, description="Cycles of an adaptive ansatz."
    )
    stages: tuple[StageRecord, ...] | None = Field(
        default=None,
        description="Stages, if parameters were optimised by simulation and then measured.",
    )
    mitigation: tuple[MitigationRecord, ...] | None = Field(
        default=None, description="Energies by mitigation method; None without mitigation."
    )
    sqd: SqdRecord | None = Field(default=None, description="Data of solver sqd.")
    orbital_optimisation: OrbitalOptimisationRecord | None = Field(
        default=None,
        description="The optimisation of the orbitals; None if there was none.",
    )
    corrections: tuple[CorrectionRecord, ...] = Field(
        default=(), description="Energies with the correlation outside the active space."
    )
    properties: PropertiesRecord | None = Field(
        default=None, description="Properties; None if the backend has no density matrices."
    )
    forces: ForcesRecord | None = Field(
        default=None, description="The forces on the nuclei; None if they were not asked for."
    )

    states: tuple[StateRecord, ...] | None = Field(
        default=None,
        description="The state of the run and excited states; None if they were not asked for.",
    )

    bit_strings: BitStringsRecord | None = Field(
        default=None,
        description="The most probable bit strings; None for electrons, and if they are not known.",
    )
    cut: CutRecord | None = Field(default=None, description="The best cut; None except for MaxCut.")

    def correction(self, name: str) -> CorrectionRecord:
        """The energy with the correction of that name.

        Args:
            name: The correction's name, such as ``"nevpt2"``.

        Raises:
            KeyError: There is no such correction.
        """
        for found in self.corrections:
            if found.name == name:
                return found
        raise KeyError(name)


class ReferenceRecord(Record):
    """The exact energy for comparison."""

    method: str
    energy: float
    wall_s: float
    notes: dict[str, Any] = Field(default={})
    gap: float | None = Field(
        default=None,
        description="Distance of the two lowest levels, in the problem's unit; None for Hartree, "
        "and if no second level is known.",
    )


class MissingReference(Record):
    """The reason why there is no exact energy."""

    reason: str
    failed: bool = Field(description="Whether a method was tried and failed.")


class Measured(Record):
    """A value of a property with its unit; the unit is empty for words and pure numbers."""

    value: float | int | str | bool | None
    unit: str = ""


class PropertyRecord(Record):
    """A property that was requested beside the energy: its values, or why there are none."""

    name: str
    options: dict[str, Any] = Field(description="All options, with defaults filled in.")
    values: dict[str, Measured] = Field(
        default={}, description="Values by column, as in the tables of campaigns."
    )
    notes: tuple[str, ...] = ()
    verdict: Verdict | None = Field(
        default=None, description="The worst of its verdicts; None if it has none, or failed."
    )
    error: dict[str, Any] | None = Field(
        default=None, description="Kind, message and hint of the failure; None for values."
    )
    wall_s: float
    record: dict[str, Any] = Field(
        default={}, description="The calculations behind the values; empty for `energy`."
    )


class RunRecord(Record):
    """The complete record of one run."""

    schema_: Literal["vqe-run/1"] = Field(default="vqe-run/1", alias="schema")
    name: str
    fingerprint: str
    spec: dict[str, Any]
    problem: ProblemRecord
    result: ResultRecord
    reference: ReferenceRecord | None
    reference_missing: MissingReference | None = Field(
        default=None, description="The reason if there is no exact energy."
    )
    error_mha: float | None = Field(
        description="Final minus exact energy, mHa; None without an exact energy, and for problems "
        "with a unit of their own, which have `error_in_unit`."
    )
    error_in_unit: float | None = Field(
        default=None,
        description="Final minus exact energy of a problem with a unit of its own, in it.",
    )
    checks: tuple[Check, ...]
    verdict: Verdict
    properties: tuple[PropertyRecord, ...] = Field(
        default=(), description="Properties that were requested beside the energy."
    )
    timings: dict[str, float]
    provenance: dict[str, Any]

    def check(self, name: str) -> Check:
        """The check of that name.

        Raises:
            KeyError: There is no such check.
        """
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)


class FailedRun(Record):
    """A run that ended with an error, with its partial results."""

    schema_: Literal["vqe-error/1"] = Field(default="vqe-error/1", alias="schema")
    name: str | None = None
    error: dict[str, Any]
    known: dict[str, Any] = Field(default={})


def runs_record(records: Sequence[RunRecord | FailedRun]) -> RunRecord | FailedRun | dict[str, Any]:
    """The record of one run, or that of several as plain data.

    Args:
        records: The records of the runs.
    """
    if len(records) == 1:
        return records[0]
    runs = [record.model_dump(mode="json", by_alias=True) for record in records]
    return {"schema": RUNS_SCHEMA, "runs": runs}


def to_json(record: Record | dict[str, Any], *, indent: int | None = 2) -> str:
    """The record as strict JSON: numbers that are not finite become null."""
    data = record.model_dump(mode="json", by_alias=True) if isinstance(record, Record) else record
    text = json.dumps(_finite(data), indent=indent, allow_nan=False, ensure_ascii=False)
    return escaped(text)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value

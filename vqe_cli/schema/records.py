"""What is answered: plain, versioned data."""

from __future__ import annotations

import json
import math
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from vqe_cli._core.text import escaped

RUNS_SCHEMA = "vqe-runs/1"
REFERENCE_SCHEMA = "vqe-reference/1"

Status = Literal["pass", "warn", "fail", "skip"]
Verdict = Literal["pass", "warn", "fail"]


class Record(BaseModel):
    """Immutable data that is written as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScfRecord(Record):
    """How the orbitals were found: by a self-consistent field, or given with the integrals."""

    method: str = Field(description="RHF or ROHF.")
    energy: float = Field(description="Total energy, Hartree.")
    converged: bool = Field(description="Whether the last of `steps` converged.")
    stable: bool | None = Field(
        description="Whether no rotation among orbitals of its own kind lowers the energy, where "
        "the point group is kept no symmetric one; None if that was not tested."
    )
    externally_stable: bool | None = Field(
        description="The same against unrestricted orbitals: an instability there says that one "
        "determinant describes the molecule badly, not that the calculation is wrong."
    )
    steps: tuple[str, ...] = Field(description="What was tried, in order.")
    iterations: int = Field(description="Cycles of the step that was kept.")
    wall_s: float = Field(description="Seconds.")
    guesses: int = Field(1, description="Solutions that were compared; the lowest was kept.")
    chosen: str = Field("minao", description="The guess that led to the one kept.")
    lower_broken_symmetry_mha: float | None = Field(
        None, description="How much lower a known solution lies that breaks the point group."
    )


class Quantity(Record):
    """A number or several, and their unit."""

    value: float | tuple[float, ...]
    unit: str


class Check(Record):
    """One thing that was looked at."""

    name: str
    status: Status
    hard: bool
    value: float | bool | str | None = None
    expected: float | bool | str | None = None
    tolerance: float | None = None
    detail: str = ""


class StructureRecord(Record):
    """Where the coordinates are from, and what the structure told."""

    origin: Literal["smiles", "molfile", "coordinates"]
    geometry: str = Field(description="Lines of 'symbol x y z' in Ångström.")
    method: str = Field(description="The steps in their order: ETKDGv3, MMFF94.")
    charge: int
    multiplicity: int
    derived: tuple[str, ...] = Field(
        (), description="Which of charge and multiplicity are the structure's, not the input's."
    )
    smiles: str | None = Field(None, description="Canonical; None for coordinates alone.")
    formula: str | None = None
    seed: int | None = Field(None, description="Of the embedding.")
    conformer_energies: Quantity | None = Field(None, description="By the method of ranking.")
    conformer: int | None = Field(None, description="The one that was kept, from 1.")
    optimized_energy: Quantity | None = Field(None, description="At the minimum of GFN2-xTB.")
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = Field((), description="What is doubtful about it; they warn.")
    packages: dict[str, str] = Field({}, description="Versions of what made it.")


class OrbitalRecord(Record):
    """One molecular orbital. Its energy, in Hartree, is the diagonal of the Fock operator."""

    number: int = Field(description="From 1; doubly occupied, singly occupied, empty ones.")
    energy: float
    occupation: float = Field(description="Electrons in the Hartree-Fock determinant.")
    irrep: str
    part: str = Field(description="frozen, active or left out.")
    composition: tuple[tuple[str, float], ...] = Field(
        (), description="Löwdin populations of its largest atomic orbitals."
    )
    criterion: float | None = Field(None, description="The number by which it was chosen.")


class ActiveSpaceRecord(Record):
    """Which orbitals are correlated, and why these."""

    method: str
    reason: str
    criterion: str | None = Field(
        description="What the orbitals' `criterion` is; None where they were taken by number or "
        "energy."
    )
    orbitals: tuple[OrbitalRecord, ...]


class ProblemRecord(Record):
    """What was solved. Energies in Hartree."""

    kind: Literal["electronic", "qubit"]
    qubits: int
    pauli_terms: int | None = Field(description="None where the qubit operator was not built.")
    orbitals: int | None = None
    electrons: tuple[int, int] | None = None
    multiplicity: int | None = None
    frozen_electrons: int | None = None
    sector_dimension: int | None = None
    point_group: str | None = None
    core_energy: float | None = None
    hartree_fock_energy: float | None = Field(
        None, description="None where the reference determinant is not Hartree-Fock's."
    )
    reference_determinant: Literal["hartree-fock", "not-stationary"] | None = Field(
        None, description="Whether Brillouin's condition holds for the first orbitals."
    )
    reference_determinant_energy: float | None = Field(
        None, description="Of the first orbitals, whether or not they are Hartree-Fock's."
    )
    scf: ScfRecord | None = None
    active_space: ActiveSpaceRecord | None = Field(
        None, description="None where orbitals are not known in space."
    )
    assumed: dict[str, int | str] = Field(
        {}, description="What the input leaves open, such as charge, multiplicity and basis."
    )
    notes: tuple[str, ...] = Field((), description="How the input was read, in sentences.")
    structure: StructureRecord | None = Field(
        None, description="Where coordinates were made from a structure, or relaxed."
    )


class Step(Record):
    """The end of one iteration."""

    step: int
    energy: float
    evaluations: int
    gradient_norm: float | None = None


class Cycle(Record):
    """One look at the pool of an adaptive ansatz."""

    operators: int
    added: str | None = Field(description="The operator that was appended last.")
    energy: float
    pool_gradient_norm: float
    evaluations: int


class OperatorRecord(Record):
    """One operator of a grown ansatz: excitations that share its parameter.

    Spin orbitals are (orbital, spin), counted from 0, spin 0 for alpha.
    """

    label: str
    create: tuple[tuple[tuple[int, int], ...], ...]
    annihilate: tuple[tuple[tuple[int, int], ...], ...]
    qubit: bool


class Evaluations(Record):
    """What a result cost."""

    energy: int
    gradient: int
    shots: int


class DipoleRecord(Record):
    """The dipole moment; for ions it depends on the origin."""

    components: Quantity
    magnitude: Quantity
    origin: str


class PropertiesRecord(Record):
    """What the final state says besides its energy."""

    electrons: Quantity = Field(description="Active ones: the trace of the density.")
    natural_occupations: Quantity = Field(description="Of the active space, spin-summed.")
    unpaired_electrons: Quantity = Field(description="Σ n(2 − n) over natural occupations n.")
    dipole: DipoleRecord | None = Field(description="None where orbitals are not known in space.")


class MitigationRecord(Record):
    """An energy after some methods of error mitigation; the first is raw, the last reported."""

    method: str
    energy: float
    standard_error: float | None
    shots: int
    overhead: float = Field(description="Shots relative to the raw energy's.")
    notes: dict[str, Any] = {}


class SqdRecord(Record):
    """What sample-based diagonalisation did, and how much of it random bits could do as well.

    A subspace that holds most of the determinants gives the exact energy whatever was sampled.
    """

    shots: int
    valid_shots: int = Field(description="With the right number of electrons of each spin.")
    different_strings: int = Field(description="Among the shots.")
    subspace_dimension: int
    full_dimension: int
    subspace_fraction: float
    trial_energy: float | None = Field(
        description="Of the trial state itself; None where it would cost shots."
    )
    random_energy: float = Field(
        description="From as many random determinants with the right electrons, by the same "
        "options; the lowest of `random_energies`."
    )
    random_subspace_dimension: int
    random_energies: tuple[float, ...] = Field(
        (), description="Of every such control; they end where one is as good as the sample."
    )
    reference_energy: float | None = Field(
        None, description="Of the reference determinant, which is in every subspace."
    )
    valid_share_of_noise: float | None = Field(
        None, description="Of uniformly random bits so many would have the right electrons."
    )


class StageRecord(Record):
    """The energy at one stage: simulated, rehearsed, measured."""

    name: str
    energy: float
    standard_error: float | None
    shots: int = Field(description="Simulated ones in a rehearsal.")
    wall_s: float


class BackendRecord(Record):
    """How energies were computed. What a backend does not have is left out of the JSON.

    Backends of other packages may have further fields, in a class derived from this one.
    """

    model_config = ConfigDict(extra="allow")

    name: str = Field("", description="Of the backend, in its registry.")
    representation: str = Field(
        description="What the state was held in, such as sector or statevector; or the device."
    )
    mode: str | None = Field(None, description="How jobs were sent.")
    plan: str | None = Field(None, description="By which a device bills.")
    dimension: int | None = Field(None, description="Amplitudes of the state.")
    irreps: int | None = Field(None, description="Into which the sector falls.")
    hamiltonian: str | None = Field(None, description="How it acts on the sector.")
    rotations: int | None = Field(None, description="By single excitations of the product.")
    threads: int | None = None
    qubits: int | None = Field(None, description="Of the compiled circuit.")
    depth: int | None = Field(None, description="Of the compiled circuit.")
    two_qubit_gates: int | None = Field(None, description="Of the compiled circuit.")
    gates: int | dict[str, int] | None = Field(
        None, description="Their number; of a compiled circuit by name."
    )
    passes: int | None = Field(None, description="Over the amplitudes of a statevector.")
    amplitudes: Literal["real", "complex"] | None = None
    measurement: str | None = Field(None, description="The method.")
    groups: int | None = Field(None, description="Settings that are measured one by one.")
    shots_per_energy: int | None = Field(None, description="In all settings together.")
    noise: str | None = Field(None, description="Of the simulator.")
    device_qubits: tuple[int, ...] | None = Field(None, description="Which of the device's.")
    jobs: tuple[str, ...] | None = Field(None, description="Whose results were used.")
    executions: int | None = Field(None, description="Of circuits, in these jobs.")
    estimated_qpu_seconds: float | None = None
    billed_qpu_seconds: float | None = Field(None, description="None as long as it is not known.")
    estimated_cost: float | None = Field(None, description="In `currency`.")
    currency: str | None = None
    prices_of: str | None = Field(None, description="When the prices held.")

    @model_serializer(mode="wrap")
    def _without_absent_fields(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain: dict[str, Any] = handler(self)
        return {key: value for key, value in plain.items() if key in self.model_fields_set}

    def measured(self, measurement: str, groups: int) -> Self:
        """The same where energies are measured.

        Args:
            measurement: The method.
            groups: Its settings.
        """
        return self.model_copy(update={"measurement": measurement, "groups": groups})

    def named(self, name: str) -> Self:
        """The same with the backend's name.

        Args:
            name: In the registry.
        """
        return self.model_copy(update={"name": name})


class ResultRecord(Record):
    """What VQE found. Energies in Hartree, `wall_s` is solving time."""

    energy: float
    standard_error: float | None
    electronic_energy: float | None = Field(description="Total minus core energy.")
    converged: bool
    message: str
    optimizer: str
    backend: SerializeAsAny[BackendRecord]
    parameters: tuple[float, ...]
    initial_energy: float | None = Field(description="None where it was not measured.")
    gradient_norm: float | None
    energy_change: float | None = Field(
        None, description="Between the last two steps of the start that was kept; None if sampled."
    )
    evaluations: Evaluations
    shots_by_purpose: dict[str, int] = Field({}, description="They add up to all shots.")
    discarded_share: float | None = Field(
        None, description="Of the final energy's shots, left out by post-selection."
    )
    wall_s: float
    replayed: int = Field(description="Evaluations that were answered from a checkpoint.")
    starts: tuple[float, ...] = Field(description="Energy from each starting point.")
    history: tuple[Step, ...]
    operators: tuple[OperatorRecord, ...] | None = Field(
        None, description="Of an adaptive ansatz, one for each parameter, the first acts first."
    )
    cycles: tuple[Cycle, ...] | None = Field(None, description="Of an adaptive ansatz.")
    stages: tuple[StageRecord, ...] | None = Field(
        None, description="Where parameters were found by simulation and measured elsewhere."
    )
    mitigation: tuple[MitigationRecord, ...] | None = Field(
        None, description="None where none was asked for."
    )
    sqd: SqdRecord | None = Field(None, description="Of solver sqd.")
    properties: PropertiesRecord | None = Field(
        None, description="None where the backend has no density matrices."
    )


class ReferenceRecord(Record):
    """The energy it was judged by."""

    method: str
    energy: float
    wall_s: float
    notes: dict[str, Any] = {}


class MissingReference(Record):
    """Why there is no exact energy to judge by."""

    reason: str
    failed: bool = Field(description="Whether one was tried.")


def doubt(name: str, detail: str, **measured: Any) -> Check:
    """A soft check that does not hold: what makes a problem doubtful however well it is solved.

    Args:
        name: Of the check.
        detail: What is doubtful, and what would settle it.
        measured: `value`, `expected` and `tolerance` of the check, where it hangs on a number.
    """
    return Check(name=name, status="warn", hard=False, detail=detail, **measured)


class RunRecord(Record):
    """Everything about one run."""

    schema_: Literal["vqe-run/1"] = Field("vqe-run/1", alias="schema")
    name: str
    fingerprint: str
    spec: dict[str, Any]
    problem: ProblemRecord
    result: ResultRecord
    reference: ReferenceRecord | None
    reference_missing: MissingReference | None = Field(None, description="Where there is none.")
    error_mha: float | None
    checks: tuple[Check, ...]
    verdict: Verdict
    timings: dict[str, float]
    provenance: dict[str, Any]

    def check(self, name: str) -> Check:
        """The check of that name.

        Raises:
            KeyError: It was not made.
        """
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)


class FailedRun(Record):
    """A run that ended with an error, and what was known by then."""

    schema_: Literal["vqe-error/1"] = Field("vqe-error/1", alias="schema")
    name: str | None = None
    error: dict[str, Any]
    known: dict[str, Any] = {}


def to_json(record: Record | dict[str, Any], *, indent: int | None = 2) -> str:
    """Strict JSON: what is not finite becomes null."""
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

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
from vqe_cli._core.units import HARTREE
from vqe_cli.schema.backend_records import BackendRecord, MitigationRecord, SqdRecord, StageRecord
from vqe_cli.schema.bit_string_records import BitStringsRecord, CutRecord
from vqe_cli.schema.density_records import PropertiesRecord, Quantity
from vqe_cli.schema.force_records import ForcesRecord
from vqe_cli.schema.hamiltonian_records import (
    DensityFittingRecord,
    EnvironmentRecord,
    SolventRecord,
)
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.schema.record import Record
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.schema.tapering_records import TaperingRecord

RUNS_SCHEMA = "vqe-runs/1"
REFERENCE_SCHEMA = "vqe-reference/1"

Status = Literal["pass", "warn", "fail", "skip"]
Verdict = Literal["pass", "warn", "fail"]


class ScfRecord(Record):
    """The mean field behind the orbitals: a calculation, or orbitals given with the integrals."""

    method: str = Field(description="RHF, ROHF or UHF; RKS, ROKS or UKS with a functional.")
    energy: float = Field(description="Total energy, Hartree.")
    converged: bool = Field(description="Whether the last of `steps` converged.")
    stable: bool | None = Field(
        description="Whether no orbital rotation of the same kind (if the point group is kept, no "
        "symmetric one) lowers the energy; None if not tested."
    )
    externally_stable: bool | None = Field(
        description="Stability against unrestricted orbitals; an instability means that one "
        "determinant describes the molecule badly, not that the calculation is wrong."
    )
    steps: tuple[str, ...] = Field(description="The steps of the calculation, in order.")
    iterations: int = Field(description="Number of cycles of the last step.")
    wall_s: float = Field(description="Wall time in seconds.")
    guesses: int = Field(
        default=1, description="Number of solutions that were compared; the lowest was kept."
    )
    chosen: str = Field(default="minao", description="The initial guess of the kept solution.")
    guesses_of_chosen: int | None = Field(
        default=None, description="Number of guesses that led to the kept solution."
    )
    search_end: str | None = Field(default=None, description="Why no further guesses were tried.")
    lower_broken_symmetry_mha: float | None = Field(
        default=None,
        description="Energy by which a known solution that breaks the point group is lower, mHa.",
    )
    functional: str | None = Field(
        default=None, description="The density functional; None for Hartree-Fock."
    )
    spin_squared: float | None = Field(
        default=None, description="⟨S²⟩ of unrestricted determinants, ħ²; None for restricted ones."
    )


class Check(Record):
    """The outcome of one check."""

    name: str
    status: Status
    hard: bool
    value: float | bool | str | None = None
    expected: float | bool | str | None = None
    tolerance: float | None = None
    detail: str = ""


class StructureRecord(Record):
    """Origin of the coordinates, and data derived from the structure."""

    origin: Literal["smiles", "molfile", "coordinates"]
    geometry: str = Field(description="Lines of 'symbol x y z' in Ångström.")
    method: str = Field(description="The steps in order: ETKDGv3, MMFF94.")
    charge: int
    multiplicity: int
    derived: tuple[str, ...] = Field(
        default=(),
        description="Those of charge and multiplicity that come from the structure, not the input.",
    )
    smiles: str | None = Field(
        default=None, description="Canonical SMILES; None for coordinates alone."
    )
    formula: str | None = None
    seed: int | None = Field(default=None, description="Random seed of the embedding.")
    conformer_energies: Quantity | None = Field(
        default=None, description="Energies by the ranking method."
    )
    conformer: int | None = Field(default=None, description="Number of the kept conformer, from 1.")
    optimized_energy: Quantity | None = Field(
        default=None, description="Energy at the minimum of GFN2-xTB."
    )
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = Field(
        default=(), description="Checks of the structure; they only warn."
    )
    packages: dict[str, str] = Field(
        default={}, description="Versions of the packages that made it."
    )


class OrbitalRecord(Record):
    """One molecular orbital.

    Its energy, in Hartree, is the diagonal of the Fock operator, or of Kohn-Sham's operator.
    """

    number: int = Field(
        description="Number from 1: doubly occupied, singly occupied, then empty orbitals."
    )
    energy: float
    occupation: float = Field(description="Number of electrons in the Hartree-Fock determinant.")
    irrep: str
    part: str = Field(description="frozen, active or left out.")
    composition: tuple[tuple[str, float], ...] = Field(
        default=(), description="Löwdin populations of the largest atomic orbitals."
    )
    criterion: float | None = Field(default=None, description="The number that decided its choice.")
    spin: Literal["alpha", "beta"] | None = Field(
        default=None, description="The spin of unrestricted orbitals; None for restricted ones."
    )


class ActiveSpaceRecord(Record):
    """The correlated orbitals, and the reason for their choice."""

    method: str
    reason: str
    criterion: str | None = Field(
        description="Meaning of the orbitals' `criterion`; None if they were chosen by number or "
        "energy."
    )
    mp2_correction: float | None = Field(
        default=None,
        description="MP2 correlation energy of all orbitals minus that of the active space, the "
        "core uncorrelated in both, Hartree; in no other energy. None except for fno.",
    )
    orbitals: tuple[OrbitalRecord, ...]
    left_out: tuple[OrbitalRecord, ...] = Field(
        default=(),
        description="Orbitals that were compared by the criterion and are not active; empty except "
        "for entropy.",
    )


class ProblemRecord(Record):
    """The problem. Energies in `unit`."""

    kind: Literal["electronic", "qubit"]
    qubits: int
    unit: str = Field(
        default=HARTREE,
        description="The unit of all energies of the record; a model has one of its own.",
    )
    pauli_terms: int | None = Field(
        description="Number of Pauli terms; None if the qubit operator was not built."
    )
    orbitals: int | None = None
    electrons: tuple[int, int] | None = None
    multiplicity: int | None = None
    frozen_electrons: int | None = None
    sector_dimension: int | None = None
    point_group: str | None = None
    core_energy: float | None = None
    hartree_fock_energy: float | None = Field(
        default=None,
        description="Total energy; None if the reference determinant is not Hartree-Fock's.",
    )
    reference_determinant: Literal["hartree-fock", "not-stationary"] | None = Field(
        default=None, description="Whether Brillouin's condition holds for the first orbitals."
    )
    reference_determinant_energy: float | None = Field(
        default=None, description="Total energy of the reference determinant."
    )
    scf: ScfRecord | None = None
    active_space: ActiveSpaceRecord | None = Field(
        default=None, description="The active space; None if orbitals are not known in space."
    )
    assumed: dict[str, int | str] = Field(
        default={},
        description="Default values of charge, multiplicity and basis that the input does not set.",
    )
    notes: tuple[str, ...] = Field(default=(), description="Remarks on how the input was read.")
    structure: StructureRecord | None = Field(
        default=None, description="The structure, if coordinates were made from it or relaxed."
    )
    solvent: SolventRecord | None = Field(default=None, description="The solvent; None for vacuum.")
    environment: EnvironmentRecord | None = Field(
        default=None, description="The point charges; None without them."
    )
    density_fitting: DensityFittingRecord | None = Field(
        default=None, description="Density fitting; None for exact two-electron integrals."
    )
    tapered: TaperingRecord | None = Field(
        default=None, description="The symmetries that remove qubits; None without tapering."
    )


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


def doubt(name: str, detail: str, **measured: Any) -> Check:
    """A failed check of severity warning, for a doubtful problem.

    Args:
        name: Name of the check.
        detail: The doubt, and what would settle it.
        measured: `value`, `expected` and `tolerance` of the check, if it compares a number.
    """
    return Check(name=name, status="warn", hard=False, detail=detail, **measured)


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

"""The record of a verification: plain, versioned data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli.schema.check_records import Check
from vqe_cli.schema.record import Record

VERIFY_SCHEMA = "vqe-verify/1"

ClaimVerdict = Literal["confirmed", "plausible", "not-supported", "impossible"]

EvidenceKind = Literal["none", "method", "parameters", "circuit", "bitstrings", "density", "record"]


class Bound(Record):
    """An energy that the exact one does not exceed, or the exact one. Hartree."""

    method: str
    energy: float
    exact: bool
    wall_s: float | None = Field(description="None if it came with the orbitals.")


class NotTried(Record):
    """A method that gave no bound."""

    method: str
    reason: str


class Certificate(Record):
    """The certified lower bound."""

    energy: float = Field(description="Total energy, Hartree.")
    conditions: str = Field(description="The conditions on density matrices that it follows from.")
    note: str | None = Field(description="Why there is no better one; None for the best.")
    wall_s: float


class NullHypothesis(Record):
    """An energy that is reached without the claimed work. Hartree."""

    name: str
    energy: float = Field(description="The lowest of all trials.")
    mean: float | None = Field(default=None, description="Of the trials; None for a single one.")
    spread: float | None = Field(
        default=None, description="Standard deviation of the trials; None for a single one."
    )
    trials: int = 1


class Evidence(Record):
    """What the evidence gives when it is computed again. Energies in Hartree."""

    kind: EvidenceKind
    energy: float | None = Field(description="None if the evidence gives no energy.")
    variational: bool = Field(
        default=True, description="Whether the energy cannot lie below the exact one."
    )
    allowance: float = Field(
        default=0.0,
        description="Difference beyond the claim's tolerance that scatter explains, Hartree.",
    )
    checks: tuple[Check, ...] = Field(
        default=(),
        description="A hard check that fails makes the claim impossible, any other unsupported.",
    )
    notes: tuple[str, ...] = ()
    nulls: tuple[NullHypothesis, ...] = ()


class Verification(Record):
    """The record of a verification."""

    schema_: Literal["vqe-verify/1"] = Field(default="vqe-verify/1", alias="schema")
    name: str
    verdict: ClaimVerdict
    reasons: tuple[str, ...] = Field(description="What the verdict rests on.")
    remarks: tuple[str, ...] = Field(description="What else was noticed.")
    claimed_energy: float
    tolerance: float
    standard_error: float | None
    recomputed_energy: float | None
    upper_bound: float | None = Field(description="The lowest of `bounds`, Hartree.")
    lower_bound: float | None = Field(description="Energy of `certificate`, Hartree.")
    exact_energy: float | None
    bounds: tuple[Bound, ...]
    not_tried: tuple[NotTried, ...]
    certificate: Certificate | None
    evidence: Evidence
    nulls: tuple[NullHypothesis, ...]
    problem: dict[str, Any]
    spec: dict[str, Any]
    time_limit_s: float
    wall_s: float
    provenance: dict[str, Any]

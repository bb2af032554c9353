"""Records of a replay: plain, versioned data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli._core.units import HARTREE
from vqe_cli.schema.record import Record

REPLAY_SCHEMA = "vqe-replay/1"

Kind = Literal[
    "version",
    "package",
    "platform",
    "threads",
    "structure",
    "mean-field",
    "orbitals",
    "integrals",
    "optimiser-path",
    "parameters",
    "random-numbers",
    "circuit",
    "reference",
    "verdict",
]


class Change(Record):
    """Something that was different when the run was recorded."""

    kind: Kind
    name: str = Field(description="The package, field or quantity.")
    recorded: float | int | str | bool | None
    now: float | int | str | bool | None
    drift_mha: float | None = Field(
        default=None, description="Present value minus recorded one, mHa; None for no energy."
    )
    detail: str = ""


class ReplayedValue(Record):
    """A value beside the energy, computed again: of several numbers, the one that drifted most."""

    name: str
    unit: str = ""
    recorded: float | int | str | bool
    now: float | int | str | bool | None = Field(description="None if it is not computed now.")
    drift: float | None = Field(
        default=None, description="Present value minus recorded one; None unless both are numbers."
    )
    tolerance: float | None = Field(
        default=None,
        description="Largest drift that counts as round-off; None for words, and in sampled runs.",
    )
    drifted: bool = Field(
        default=False, description="Whether it drifted beyond its tolerance, or is gone."
    )


class Contributions(Record):
    """The drift in three parts, whose sum it is, from the integrals of a bundle. In mHa."""

    mean_field_mha: float = Field(
        description="Run on present integrals minus run on the recorded ones."
    )
    search_mha: float = Field(
        description="Run on the recorded integrals minus their energy at the recorded parameters."
    )
    evaluation_mha: float = Field(
        description="Energy of the recorded integrals and parameters minus the recorded energy."
    )


class ReplayRecord(Record):
    """A run that was computed again. Energies are total energies in Hartree.

    For a model, one Hartree stands for one `unit`, and one mHa for a thousandth of it.
    """

    schema_: Literal["vqe-replay/1"] = Field(default="vqe-replay/1", alias="schema")
    name: str
    file: str = Field(description="The record or bundle.")
    unit: str = Field(default=HARTREE, description="The unit of energies of the run's problem.")
    same: bool = Field(
        description="Whether neither the energy nor a value beside it drifted beyond round-off or "
        "error bar, and nothing in the file contradicts the rest."
    )
    drift_mha: float | None = Field(
        description="Energy now minus recorded energy, mHa; None if it was not computed again."
    )
    drift_in_unit: float | None = Field(
        default=None, description="The drift of a model's energy in `unit`; None for Hartree."
    )
    tolerance_mha: float = Field(
        description="Round-off of an exact energy, or four standard errors of the difference."
    )
    of: Literal["result", "exact simulation"] = Field(
        description="What is compared: the result, or the simulation before a device measured."
    )
    recorded_energy: float | None
    energy: float | None = Field(description="The energy now; None if not computed again.")
    standard_error: float | None = Field(description="Of the difference, if energies are sampled.")
    energy_at_parameters: float | None = Field(
        description="Exact energy at the recorded parameters; None if it was not computed."
    )
    integrals: Literal["recorded", "present"] | None = Field(
        description="The integrals of `energy_at_parameters`: those of the bundle or of the mean "
        "field now."
    )
    contributions: Contributions | None = Field(
        default=None, description="The drift in parts; None without recorded integrals."
    )
    values: tuple[ReplayedValue, ...] = Field(
        default=(), description="What the run gives beside its energy, and its drift."
    )
    changes: tuple[Change, ...] = Field(description="What differs, the causes first.")
    contradictions: tuple[str, ...] = Field(
        description="What in the file contradicts the rest: it was changed after it was written."
    )
    not_recomputed: tuple[str, ...] = Field(
        default=(), description="What was left out, and why, as sentences."
    )
    explanation: str = Field(description="What drifted and probably why, in words.")
    recorded_on: str | None = Field(description="When the record was written, in UTC.")
    provenance: dict[str, Any]


class RowReplay(Record):
    """One row of a comparison, computed again.

    For a model, one mHa stands for a thousandth of `unit`.
    """

    problem: str
    unit: str = Field(default=HARTREE, description="The unit of energies of the problem.")
    method: str
    settings: dict[str, Any]
    status: Literal["same", "drifted", "failed", "not-recomputed"]
    recorded_energy: float | None
    energy: float | None = None
    drift_mha: float | None = None
    tolerance_mha: float | None = None
    differs: tuple[str, ...] = Field(
        default=(), description="Numbers of evaluations and shots that are others now."
    )
    reason: str | None = Field(default=None, description="Why there is no energy now.")


class ComparisonReplay(Record):
    """A comparison of which every row was computed again."""

    schema_: Literal["vqe-replay/1"] = Field(default="vqe-replay/1", alias="schema")
    name: str
    file: str = Field(description="The record or bundle.")
    same: bool = Field(description="Whether no row drifted or failed, and nothing contradicts.")
    drift_mha: float | None = Field(description="The largest drift of a row, mHa.")
    rows: tuple[RowReplay, ...]
    changes: tuple[Change, ...] = Field(description="Versions and machine that differ.")
    contradictions: tuple[str, ...] = Field(
        description="What in the file contradicts the rest: it was changed after it was written."
    )
    explanation: str = Field(description="What drifted and probably why, in words.")
    recorded_on: str | None = Field(description="When the record was written, in UTC.")
    provenance: dict[str, Any]

"""The record of a reaction energy."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vqe_cli.schema.check_records import Check
from vqe_cli.schema.record import Record
from vqe_cli.schema.records import Verdict


class LevelRecord(Record):
    """The reaction energy by one method: products minus reactants."""

    level: str = Field(description="Key of the method: vqe, corrected, exact, hf, all_ccsd_t ...")
    method: str = Field(description="The method in words.")
    energy_hartree: float | None = Field(description="None where a species has no such energy.")
    energy_ev: float | None
    energy_kcal_per_mol: float | None


class ReactionRecord(Record):
    """The energy of a reaction, with the records of all its species.

    Energies are electronic, at the geometries given: zero-point and thermal energies are not
    included.
    """

    schema_: Literal["vqe-reaction/1"] = Field(default="vqe-reaction/1", alias="schema")
    name: str
    equation: str = Field(description="The reaction with stoichiometric numbers.")
    best: LevelRecord = Field(description="The best estimate.")
    levels: tuple[LevelRecord, ...]
    standard_error_hartree: float | None = Field(
        description="Standard error of the VQE energy; None without shots."
    )
    active_spaces: str = Field(description="Active electrons and orbitals of each species.")
    checks: tuple[Check, ...] = Field(description="Checks of the difference itself.")
    caveats: tuple[str, ...] = Field(description="Doubts about the difference, as sentences.")
    notes: tuple[str, ...]
    species: tuple[dict[str, Any], ...] = Field(
        description="Energies and `vqe-run/1` record of each species; not of protons and electrons."
    )
    verdict: Verdict = Field(description="The worst verdict of all runs and of the difference.")
    provenance: dict[str, Any]

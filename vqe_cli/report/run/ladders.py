"""Energies of one state at growing cost: from simulation to device, and by mitigation."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.energy_units import Units, units_of
from vqe_cli.report.format import signed
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.schema.backend_records import MitigationRecord, StageRecord
from vqe_cli.schema.records import RunRecord


def stage_table(record: RunRecord, stages: Sequence[StageRecord]) -> PlainTable:
    """The energies of simulation, noisy simulation and device.

    Args:
        record: The record of the run.
        stages: Its stages.
    """
    units = units_of(record.problem.unit)
    table = plain_table("stage", *_energy_titles(units), "shots")
    for stage in stages:
        table.add_row(
            stage.name,
            f"{stage.energy:.6f}",
            units.bar(stage.standard_error),
            _difference(record, stage.energy),
            f"{stage.shots:,}" if stage.shots else "",
        )
    return table


def mitigation_table(record: RunRecord, rows: Sequence[MitigationRecord]) -> PlainTable:
    """Energy and cost after each method of error mitigation.

    Args:
        record: The record of the run.
        rows: Its energies by method.
    """
    units = units_of(record.problem.unit)
    table = plain_table("mitigation", *_energy_titles(units), "shots", "overhead")
    for row in rows:
        table.add_row(
            row.method,
            f"{row.energy:.6f}",
            units.bar(row.standard_error),
            _difference(record, row.energy),
            f"{row.shots:,}",
            f"{row.overhead:.1f}×",
        )
    return table


def _energy_titles(units: Units) -> tuple[str, str, str]:
    """Titles of the columns of energies, standard errors and errors."""
    return f"energy / {units.energy}", f"± {units.error}", f"error / {units.error}"


def _difference(record: RunRecord, value: float) -> str:
    """The error of an energy; empty without an exact energy."""
    if record.reference is None:
        return ""
    return signed(units_of(record.problem.unit).factor * (value - record.reference.energy))

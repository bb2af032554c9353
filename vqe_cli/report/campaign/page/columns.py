"""The columns of a campaign's table and their order."""

from __future__ import annotations

from vqe_cli.properties import Column
from vqe_cli.report.campaign.page.data import CampaignReport

CORE = (
    Column("candidate", "text", "Name of the candidate"),
    Column("status", "text", "Whether the requested results exist"),
    Column("failure_kind", "text", "Kind of the failure"),
    Column("verdict", "text", "Verdict of the checks"),
    Column("energy_hartree", "number", "Total energy, VQE"),
    Column("reference_hartree", "number", "Exact total energy in the same active space"),
    Column("error_mha", "number", "VQE minus reference"),
)
"""Columns that come first."""

OF_ENERGIES = frozenset({"energy_hartree", "reference_hartree", "error_mha"})
"""Columns of `CORE` that only campaigns with energies have."""

ELSEWHERE = frozenset(
    {"smiles", "notes", "failure_message", "failure_hint", "duplicate_of", "source"}
)
"""Columns that the text filter searches and the panel shows, but not the table."""


def table_columns(report: CampaignReport) -> list[Column]:
    """The columns of the table: common ones first, without empty ones and repeats.

    Args:
        report: The data of the campaign.
    """
    known = {column.name: column for column in report.columns}
    core = [known.get(column.name, column) for column in CORE if _belongs(report, column.name)]
    names = {column.name for column in CORE} | ELSEWHERE
    others = [column for column in report.columns if column.name not in names]
    return [*core, *(column for column in others if _is_known(report, column.name))]


def _belongs(report: CampaignReport, name: str) -> bool:
    """Whether one of the common columns has values."""
    if report.has_energies:
        return True
    return name not in OF_ENERGIES and (name != "verdict" or _is_known(report, name))


def _is_known(report: CampaignReport, name: str) -> bool:
    return any(row.get(name) is not None for row in report.rows)

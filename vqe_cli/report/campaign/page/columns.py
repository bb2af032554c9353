"""Which columns a campaign's table has, in which order."""

from __future__ import annotations

from vqe_cli.properties import Column
from vqe_cli.report.campaign.page.data import CampaignReport

CORE = (
    Column("candidate", "text", "Name of the candidate"),
    Column("status", "text", "Whether it got what was asked for"),
    Column("failure_kind", "text", "Why there is no result"),
    Column("verdict", "text", "What the checks say of its result"),
    Column("energy_hartree", "number", "Total energy, VQE"),
    Column("reference_hartree", "number", "Total energy, exact in the same space"),
    Column("error_mha", "number", "VQE minus reference"),
)
"""Columns that stand first."""

OF_ENERGIES = frozenset({"energy_hartree", "reference_hartree", "error_mha"})
"""Those among them that only campaigns with energies have."""

ELSEWHERE = frozenset(
    {"smiles", "notes", "failure_message", "failure_hint", "duplicate_of", "source"}
)
"""Columns that are found by the text filter and shown in the panel, not in the table."""


def table_columns(report: CampaignReport) -> list[Column]:
    """Those of the table: the common ones first, none twice, no empty ones.

    Args:
        report: The campaign.
    """
    known = {column.name: column for column in report.columns}
    core = [known.get(column.name, column) for column in CORE if _belongs(report, column.name)]
    names = {column.name for column in CORE} | ELSEWHERE
    others = [column for column in report.columns if column.name not in names]
    return [*core, *(column for column in others if _is_known(report, column.name))]


def _belongs(report: CampaignReport, name: str) -> bool:
    """Whether one of the common columns has anything to say."""
    if report.has_energies:
        return True
    return name not in OF_ENERGIES and (name != "verdict" or _is_known(report, name))


def _is_known(report: CampaignReport, name: str) -> bool:
    return any(row.get(name) is not None for row in report.rows)

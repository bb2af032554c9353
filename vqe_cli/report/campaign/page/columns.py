"""The columns of a campaign's table, in order."""

from __future__ import annotations

from vqe_cli.properties import Column
from vqe_cli.report.campaign.page.data import CampaignReport

CORE = (
    Column("candidate", "text", "Name of the candidate."),
    Column("status", "text", "Status: done, partial, failed, refused, duplicate or pending."),
    Column("failure_kind", "text", "Kind of failure."),
    Column("verdict", "text", "Overall verdict of the checks: pass, warn or fail."),
    Column("energy_hartree", "number", "Total VQE energy."),
    Column("reference_hartree", "number", "Exact total energy in the same active space."),
    Column("error_mha", "number", "VQE energy minus exact energy."),
)
"""The first columns of the table."""

OF_ENERGIES = frozenset({"energy_hartree", "reference_hartree", "error_mha"})
"""Columns of `CORE` that are shown only for campaigns with energies."""

ELSEWHERE = frozenset(
    {"smiles", "notes", "failure_message", "failure_hint", "duplicate_of", "source"}
)
"""Columns shown only in the panel of a molecule; the text filter searches them."""


def table_columns(report: CampaignReport) -> list[Column]:
    """The columns of the table: those of `CORE` first, without empty or repeated ones.

    Args:
        report: The data of the campaign.
    """
    known = {column.name: column for column in report.columns}
    core = [known.get(column.name, column) for column in CORE if _belongs(report, column.name)]
    names = {column.name for column in CORE} | ELSEWHERE
    others = [column for column in report.columns if column.name not in names]
    return [*core, *(column for column in others if _is_known(report, column.name))]


def _belongs(report: CampaignReport, name: str) -> bool:
    """Whether a column of `CORE` is shown."""
    if report.has_energies:
        return True
    return name not in OF_ENERGIES and (name != "verdict" or _is_known(report, name))


def _is_known(report: CampaignReport, name: str) -> bool:
    return any(row.get(name) is not None for row in report.rows)

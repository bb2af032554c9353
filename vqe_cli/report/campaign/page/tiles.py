"""The key figures at the top of a campaign's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vqe_cli.report.campaign.page.data import CampaignReport
from vqe_cli.report.format import thousands

VERDICTS = ("pass", "warn", "fail")


@dataclass(frozen=True)
class Tile:
    """One key figure.

    Args:
        value: The figure as text.
        label: Text below the figure.
        grade: ``"pass"``, ``"warn"`` or ``"fail"``, for the colour; or None.
    """

    value: str
    label: str
    grade: str | None = None


def tiles(report: CampaignReport) -> list[Tile]:
    """The number of candidates and of their outcomes.

    Args:
        report: The data of the campaign.
    """
    return [*_asked_for(report), *_found(report), *_lacking(report)]


def _asked_for(report: CampaignReport) -> Iterator[Tile]:
    yield Tile(thousands(report.candidates), "candidates")
    if len(report.rows) > report.candidates:
        yield Tile(thousands(len(report.rows)), "cases, with variants")


def _found(report: CampaignReport) -> Iterator[Tile]:
    if not report.has_energies:
        yield Tile(thousands(report.count("status")["done"]), "with all results")
        return
    yield Tile(thousands(report.with_energy), "with an energy")
    verdicts = report.count("verdict")
    for name in VERDICTS:  # none of a kind is no warning
        grade = name if verdicts[name] else None
        yield Tile(thousands(verdicts[name]), f"verdict {name}", grade)


def _lacking(report: CampaignReport) -> Iterator[Tile]:
    fates = report.count("status")
    failures = len(report.without_result)
    if fates["partial"]:
        yield Tile(thousands(fates["partial"]), "lacking a property", "warn")
    yield Tile(thousands(failures), "without a result", "fail" if failures else None)
    if fates["pending"]:
        yield Tile(thousands(fates["pending"]), "pending")

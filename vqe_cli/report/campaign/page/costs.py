"""The costs of a campaign as pairs of label and value."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli._core.resources import show_bytes
from vqe_cli.report.campaign.page.data import CampaignReport, Totals
from vqe_cli.report.format import seconds


def costs(report: CampaignReport) -> list[tuple[str, str]]:
    """Time, memory, shots and money, as pairs of label and value.

    Args:
        report: The data of the campaign.
    """
    totals = report.totals
    found = [("wall time", seconds(totals.wall_seconds)), *_computing_time(report)]
    if totals.peak_bytes is not None:
        found.append(("peak memory of a task", show_bytes(totals.peak_bytes)))
    return [*found, *_device_use(totals)]


def _computing_time(report: CampaignReport) -> Iterator[tuple[str, str]]:
    taken = report.totals.task_seconds
    if taken is None:
        return
    yield "total computing time", seconds(taken)
    if report.with_energy:
        yield "computing time per case with an energy", seconds(taken / report.with_energy)


def _device_use(totals: Totals) -> Iterator[tuple[str, str]]:
    yield "shots", f"{totals.shots:,}" if totals.shots else "none"
    yield "money", f"{totals.money:,.2f} {totals.currency}" if totals.money else "none"

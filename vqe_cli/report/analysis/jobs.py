"""Terminal output of `vqe jobs`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from vqe_cli.backends.ibm.ledger import Entry
from vqe_cli.report.layout import NO_BREAK
from vqe_cli.report.tables import PlainTable


def show_jobs(entries: Sequence[Entry], console: Console) -> None:
    """Print a table with one row per job.

    Args:
        entries: The jobs, oldest first.
        console: The console.
    """
    if not entries:
        console.print("no jobs were sent from this machine")
        return
    titles = ("id", "device", "state", "run", "sent (UTC)", "QPU s")
    table = PlainTable(titles, words=range(5))
    for entry in entries:
        table.add_row(
            entry.job_id or "not known yet",
            entry.device,
            entry.status,
            entry.title,
            entry.created[:16].replace("T", NO_BREAK),
            _seconds(entry),
        )
    console.print(table)


def _seconds(entry: Entry) -> str:
    """The billed QPU seconds, or their estimate."""
    if entry.billed_seconds is None:
        return f"~{entry.estimated_seconds:.1f}"
    return f"{entry.billed_seconds:.1f}"

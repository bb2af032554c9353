"""Terminal output of `vqe jobs`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from vqe_cli.backends.ibm.ledger import Entry


def show_jobs(entries: Sequence[Entry], console: Console) -> None:
    """Print a table with one row per job.

    Args:
        entries: The jobs, oldest first.
        console: The console.
    """
    if not entries:
        console.print("no jobs were sent from this machine")
        return
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("id", no_wrap=True)  # it is copied into the next command
    for title in ("device", "state", "run", "sent (UTC)"):
        table.add_column(title, overflow="fold")
    table.add_column("QPU s", justify="right")
    for entry in entries:
        table.add_row(
            entry.job_id or "not known yet",
            entry.device,
            entry.status,
            entry.title,
            entry.created[:16].replace("T", " "),
            _seconds(entry),
        )
    console.print(table)


def _seconds(entry: Entry) -> str:
    """The billed QPU seconds, or their estimate."""
    if entry.billed_seconds is None:
        return f"~{entry.estimated_seconds:.1f}"
    return f"{entry.billed_seconds:.1f}"

"""``vqe jobs``: what was sent to devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import json_option

if TYPE_CHECKING:
    from vqe_cli.backends.ibm_runtime.job import Results
    from vqe_cli.backends.ibm_runtime.ledger import Entry

SCHEMA = "vqe-jobs/1"


@click.group("jobs", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Jobs that were sent to IBM devices and fake ones: list, fetch, cancel.

    A job outlives the run that sent it. `vqe run FILE --resume` takes the
    results of those that are still out.

    \b
    Examples:
      vqe jobs
      vqe jobs --json
      vqe jobs fetch d2abc3 --json
      vqe jobs cancel d2abc3
    """
    if ctx.invoked_subcommand is None:
        _list(as_json)


@command.command("list")
@json_option
def list_jobs(as_json: bool) -> None:
    """All jobs, oldest first, and how far they are.

    \b
    Example:
      vqe jobs list --json
    """
    _list(as_json)


@command.command("fetch")
@click.argument("job_id", metavar="ID")
@json_option
def fetch(job_id: str, as_json: bool) -> None:
    """Wait for a job and keep what was read.

    \b
    Example:
      vqe jobs fetch d2abc3 --json
    """
    from vqe_cli.backends.ibm_runtime.overview import Overview

    entry, results = Overview().result(job_id)
    if as_json:
        _print_json([entry], results=_plain_results(results))
    else:
        rows = sum(len(pub) for pub in results)
        click.echo(f"{job_id}: {entry.executions:,} shots of {len(results)} circuits, {rows} rows")
        click.echo("kept; `vqe run FILE --resume` uses it")


@command.command("cancel")
@click.argument("job_id", metavar="ID")
@json_option
def cancel(job_id: str, as_json: bool) -> None:
    """Stop a job that has not ended.

    \b
    Example:
      vqe jobs cancel d2abc3
    """
    from vqe_cli.backends.ibm_runtime.overview import Overview

    entry = Overview().cancel(job_id)
    if as_json:
        _print_json([entry])
    else:
        click.echo(f"{job_id}: {entry.status}")


def _list(as_json: bool) -> None:
    from vqe_cli.backends.ibm_runtime.overview import Overview

    entries = Overview().entries(warn=lambda text: click.echo(f"warning: {text}", err=True))
    if as_json:
        _print_json(entries)
        return
    from vqe_cli.report.jobs import show_jobs
    from vqe_cli.report.terminal import console

    show_jobs(entries, console())


def _print_json(entries: Sequence[Entry], **more: Any) -> None:
    from vqe_cli.records import to_json

    rows = [_plain(entry) for entry in entries]
    click.echo(to_json({"schema": SCHEMA, "jobs": rows, **more}))


def _plain(entry: Entry) -> dict[str, Any]:
    keys = ("job_id", "status", "device", "service", "plan", "title", "fingerprint", "created",
            "executions", "estimated_seconds", "billed_seconds", "superseded")  # fmt: skip
    return {key: getattr(entry, key) for key in keys}


def _plain_results(results: Results) -> list[list[dict[str, list[int]]]]:
    """For every circuit and row the outcomes, qubit 0 the lowest bit, and how often they came."""
    return [
        [
            {"outcomes": row.outcomes.tolist(), "repetitions": row.repetitions.tolist()}
            for row in circuit
        ]
        for circuit in results
    ]

"""``vqe jobs``: jobs on devices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.wording import counted
from vqe_cli.cli.groups import ForgivingGroup
from vqe_cli.cli.options import json_option, verbose_option
from vqe_cli.cli.say import say
from vqe_cli.errors import ResourceLimitError

if TYPE_CHECKING:
    from vqe_cli.backends.ibm.job import Results
    from vqe_cli.backends.ibm.ledger import Entry
    from vqe_cli.schema.records import RunRecord

SCHEMA = "vqe-jobs/1"


@click.group("jobs", cls=ForgivingGroup, invoke_without_command=True)
@json_option
@verbose_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List, fetch or cancel jobs on IBM devices, real and fake.

    A job outlives the run that sent it; `vqe run FILE --resume` uses its
    results.

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
@verbose_option
def list_jobs(as_json: bool) -> None:
    """List all jobs, oldest first, with their states.

    \b
    Example:
      vqe jobs list --json
    """
    _list(as_json)


@command.command("fetch")
@click.argument("job_id", metavar="ID")
@click.option("-o", "--output", metavar="PATH", help="Also write the record as JSON.")
@json_option
@verbose_option
def fetch(job_id: str, output: str | None, as_json: bool) -> None:
    """Wait for a job, keep its results, and compute the energy from them.

    The energy needs neither the device nor its account: all that is needed to
    interpret the bitstrings is kept beside the job. Nothing is sent.

    \b
    Examples:
      vqe jobs fetch d2abc3
      vqe jobs fetch d2abc3 --json -o water.json
    """
    from vqe_cli.backends.ibm.overview import Overview
    from vqe_cli.cli.output import check_writable

    path = check_writable(output)
    overview = Overview(say)
    entry, results = overview.result(job_id)
    record, reason = _made_of(entry)
    if record is not None:
        result = record.result
        entry = overview.keep_energy(entry, result.energy, result.standard_error)
        _write(record, path)
    if as_json:
        plain = None if record is None else record.model_dump(mode="json", by_alias=True)
        _print_json([entry], results=_plain_results(results), run=plain, reason=reason)
        return
    rows = sum(len(pub) for pub in results)
    text = (
        f"{job_id}: kept {counted(entry.executions, 'shot')} of"
        f" {counted(len(results), 'circuit')}, {counted(rows, 'row')}"
    )
    say(text, err=False)
    if record is None:
        say(f"no energy: {reason}", err=False)
        return
    from vqe_cli.report.console import console
    from vqe_cli.report.run.terminal import show_run

    show_run(record, console())


def _made_of(entry: Entry) -> tuple[RunRecord | None, str | None]:
    """The record of the run that sent a job, or the reason why there is none yet."""
    import vqe_cli
    from vqe_cli.cli.approval import reading_context, spec_kept
    from vqe_cli.variational.checkpoints import FileJournal

    if entry.superseded:
        return None, "its run was started again since then, and uses the newer jobs"
    spec = spec_kept(entry.fingerprint)
    if spec is None:
        return None, "the run's input was not kept; `vqe run FILE --resume` uses the result"
    journal = FileJournal(entry.fingerprint, resume=True)
    try:
        context = reading_context(entry.fingerprint, entry.title)
        return _with_gaps(vqe_cli.run(spec, journal=journal, context=context)), None
    except ResourceLimitError as error:
        return None, f"{error.message}; {error.hint}"
    finally:
        journal.close(finished=False)


def _with_gaps(record: RunRecord) -> RunRecord:
    """The record with checks that say which conserved quantities were not measured."""
    from vqe_cli.schema.check_records import Check
    from vqe_cli.variational.checks import verdict_of

    known = {check.name for check in record.checks}
    missing = tuple(
        Check(
            name=name,
            status="warn",
            hard=False,
            detail="not measured: its job was not sent; `vqe run FILE --resume` sends it",
        )
        for name in ("particle-number", "sz")
        if record.problem.kind == "electronic" and name not in known
    )
    checks = (*record.checks, *missing)
    return record.model_copy(update={"checks": checks, "verdict": verdict_of(checks)})


def _write(record: RunRecord, path: Path | None) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.schema.records import to_json

    if path is not None:
        write_atomic(path, to_json(record) + "\n")


@command.command("cancel")
@click.argument("job_id", metavar="ID")
@json_option
@verbose_option
def cancel(job_id: str, as_json: bool) -> None:
    """Cancel a job that has not ended.

    \b
    Example:
      vqe jobs cancel d2abc3
    """
    from vqe_cli.backends.ibm.overview import Overview

    entry = Overview().cancel(job_id)
    if as_json:
        _print_json([entry])
    else:
        say(f"{job_id}: {entry.status}", err=False)


def _list(as_json: bool) -> None:
    from vqe_cli.backends.ibm.overview import Overview

    entries = Overview().entries(warn=lambda text: say(f"warning: {text}"))
    if as_json:
        _print_json(entries)
        return
    from vqe_cli.report.analysis.jobs import show_jobs
    from vqe_cli.report.console import console

    show_jobs(entries, console())


def _print_json(entries: Sequence[Entry], **more: Any) -> None:
    from vqe_cli.schema.records import to_json

    rows = [_plain(entry) for entry in entries]
    click.echo(to_json({"schema": SCHEMA, "jobs": rows, **more}))


def _plain(entry: Entry) -> dict[str, Any]:
    keys = ("job_id", "status", "device", "service", "plan", "title", "fingerprint", "created",
            "executions", "estimated_seconds", "limit_seconds", "billed_seconds", "energy",
            "standard_error", "superseded")  # fmt: skip
    return {key: getattr(entry, key) for key in keys}


def _plain_results(results: Results) -> list[list[dict[str, list[int]]]]:
    """Outcomes (qubit 0 is the lowest bit) and their counts, for every circuit and row."""
    return [
        [
            {"outcomes": row.outcomes.tolist(), "repetitions": row.repetitions.tolist()}
            for row in circuit
        ]
        for circuit in results
    ]

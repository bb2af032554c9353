"""``vqe screen``: campaigns over many molecules."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from vqe_cli.cli.flag_values import overrides
from vqe_cli.cli.groups import ForgivingGroup
from vqe_cli.cli.options import campaign_options, json_option, verbose_option
from vqe_cli.cli.parameter_types import WholeNumberRange
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.screening.model import FailureKind
    from vqe_cli.screening.preview import Preview
    from vqe_cli.screening.request import CampaignRequest
    from vqe_cli.screening.settings import ScreenConfig

KINDS = ("memory", "timeout", "crash", "lost", "internal", "not-converged", "input", "refused",
         "unavailable", "damaged")  # fmt: skip

AT_LEAST_ONE = WholeNumberRange(1, 100_000)

MANY_ROWS = 1000
"""Number of rows of a report above which drawing the structures takes seconds."""


@click.group("screen", cls=ForgivingGroup)
def command() -> None:
    """Screen many molecules: one calculation for each.

    A campaign is kept in one folder. Repeating `vqe screen run` resumes it;
    after a change of settings only what has changed is computed.

    \b
    Examples:
      vqe init screen --screen
      vqe screen run candidates.smi --config screen.yaml --out campaign
      vqe screen status campaign
      vqe screen export campaign -o results.csv
      vqe screen report campaign
    """


@command.command("run", short_help="Start or resume a campaign.")
@click.argument("candidates", metavar="CANDIDATES", type=click.Path())
@click.option(
    "--config", "config_file", metavar="FILE", help="Settings in YAML (default: all defaults)."
)
@click.option("--out", "folder", required=True, metavar="DIR", help="Campaign folder.")
@click.option(
    "--workers", type=AT_LEAST_ONE, metavar="N", help="Parallel workers (default: CPU cores)."
)
@click.option("--scheduler", metavar="URL", help="Running Dask scheduler: tls://host:8786.")
@click.option("--dashboard", is_flag=True, help="Serve Dask's dashboard (needs bokeh).")
@click.option("--dry-run", is_flag=True, help="Show the plan; compute nothing.")
@click.option("--yes", is_flag=True, help="Send jobs to real devices without asking.")
@click.option("--strict", is_flag=True, help="Exit with 5 unless every verdict is pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@campaign_options
@json_option
@verbose_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    candidates: str,
    config_file: str | None,
    folder: str,
    workers: int | None,
    scheduler: str | None,
    dashboard: bool,
    dry_run: bool,
    yes: bool,
    strict: bool,
    quiet: bool,
    assignments: Sequence[str],
    as_json: bool,
    **flags: Any,
) -> None:
    """Compute every candidate that has no result yet.

    CANDIDATES is a .smi, .csv or .sdf file (also .gz), a folder of .xyz, .sdf
    and YAML files, a YAML grid, or - for lines from standard input. Settings
    are an input file without a molecule, plus the sections candidates,
    properties, limits, grid and cluster.

    \b
    Examples:
      vqe screen run fragments.smi --config screen.yaml --out campaign
      vqe screen run hits.csv --set candidates.smiles_column=structure \\
          --basis 6-31g --out campaign --workers 8
      vqe screen run fragments.smi --config screen.yaml --out campaign --dry-run
    """
    from vqe_cli.report.campaign.live import CampaignView
    from vqe_cli.screening.campaign import run_campaign
    from vqe_cli.screening.preview import preview
    from vqe_cli.screening.request import CampaignRequest, Folder
    from vqe_cli.screening.settings import load_config

    config = load_config(config_file, overrides(flags, assignments))
    campaign = Folder(_campaign_folder(folder))
    title = "standard input" if candidates == "-" else Path(candidates).name
    with (
        _candidates_file(candidates, None if dry_run else campaign.path, config) as file,
        CampaignView(title, quiet=quiet) as view,
    ):
        request = CampaignRequest(file, config, campaign, workers, scheduler, dashboard, yes)
        if dry_run:
            plan = preview(request, view.say)
        else:
            run_campaign(request, view.update, view.say)
    if dry_run:
        _print_plan(plan, as_json)
        return
    _print_standing(Path(folder), as_json)
    ctx.exit(5 if strict and not _all_pass(Path(folder)) else 0)


@command.command("status", short_help="Show progress, failures and remaining time.")
@click.argument("folder", metavar="DIR", type=click.Path())
@json_option
@verbose_option
def status(folder: str, as_json: bool) -> None:
    """Show the progress of a campaign, its failures and the remaining time.

    \b
    Example:
      vqe screen status campaign
    """
    _print_standing(Path(folder), as_json)


@command.command("export", short_help="Export results as a table, or query them by SQL.")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="csv, jsonl or parquet (default: from the extension of PATH, else csv).",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="Output file (default: standard output; not for parquet).",
)
@click.option(
    "--timings", is_flag=True, help="Include what differs from run to run: times, memory."
)
@click.option("--sql", metavar="QUERY", help="SELECT statement over the table 'campaign'.")
@verbose_option
def export(
    folder: str, form: str | None, output: str | None, timings: bool, sql: str | None
) -> None:
    """Export one row per candidate, failures included; column names give units.

    \b
    Examples:
      vqe screen export campaign > results.csv
      vqe screen export campaign -o results.parquet
      vqe screen export campaign --sql "SELECT candidate, homo_lumo_gap_ev
          FROM campaign WHERE verdict = 'pass' ORDER BY 2 LIMIT 10"
    """
    from vqe_cli.cli.output import check_writable
    from vqe_cli.report.run.charges import mixed_charges
    from vqe_cli.screening.store import Store
    from vqe_cli.screening.tables import TABLES, columns_of, export_table

    path = check_writable(output)
    chosen = TABLES.create(form or _format_of(path), ("--format",))
    if path is None and chosen.binary:
        raise click.UsageError(f"{form} is a binary format; name a file with --output")
    with Store.open(Path(folder)) as store:
        if sql is None:
            columns = store.columns(timings=timings)
            export_table(chosen, columns, store.rows(timings=timings), path)
        else:
            answer = store.query(sql)
            rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
            export_table(chosen, columns_of(answer.columns, answer.rows), rows, path)
        for text in mixed_charges(store.charges()):
            say(f"note: {text}")
    if path is not None:
        say(f"wrote {path}")


@command.command("retry", short_help="Forget failures and compute them again.")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option(
    "--failed",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    metavar="KIND",
    help=f"Only failures of this kind (default: all): {', '.join(KINDS)}.",
)
@click.option("--later", is_flag=True, help="Only forget failures; the next run computes them.")
@click.option(
    "--workers", type=AT_LEAST_ONE, metavar="N", help="Parallel workers (default: CPU cores)."
)
@click.option("--scheduler", metavar="URL", help="Running Dask scheduler: tls://host:8786.")
@click.option("--yes", is_flag=True, help="Send jobs to real devices without asking.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@verbose_option
def retry(
    folder: str,
    kinds: Sequence[str],
    later: bool,
    workers: int | None,
    scheduler: str | None,
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Forget failures and compute them again, with the campaign's last settings.

    With other settings, such as more time: --later, then `vqe screen run`.

    \b
    Examples:
      vqe screen retry campaign --failed timeout --failed memory
      vqe screen retry campaign --later
    """
    from vqe_cli._core.wording import counted
    from vqe_cli.report.campaign.live import CampaignView
    from vqe_cli.schema.records import to_json
    from vqe_cli.screening.campaign import forget_failures, retry_campaign
    from vqe_cli.screening.request import CampaignRequest, Folder

    campaign, chosen = Folder(Path(folder)), cast("Sequence[FailureKind]", kinds) or None

    def request(config: ScreenConfig, candidates: Path) -> CampaignRequest:
        return CampaignRequest(candidates, config, campaign, workers, scheduler, approved=yes)

    title = campaign.path.resolve().name
    with CampaignView(title, quiet=quiet) as view:
        if later:
            forgotten = forget_failures(campaign, chosen, view.say)
        else:
            forgotten = retry_campaign(campaign, chosen, request, view.update, view.say)
    if as_json:
        click.echo(to_json({"schema": "vqe-screen-retry/1", "forgotten": forgotten}))
    elif not forgotten:
        kind = f" of kind {' or '.join(kinds)}" if kinds else ""
        click.echo(f"no failures{kind} to forget")
    elif later:
        failures = counted(forgotten, "failed result")
        click.echo(f"{failures} forgotten; the next `vqe screen run` computes them")
    else:
        _print_standing(campaign.path, as_json=False)


@command.command("report", short_help="Write one HTML page: table, structures, methods.")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("-o", "--output", metavar="PATH", help="Output file (default: report.html in DIR).")
@click.option(
    "--rank-by", metavar="COLUMN", help="Column of the export (default: absolute VQE error)."
)
@click.option("--descending", is_flag=True, help="Highest value first.")
@verbose_option
def report(folder: str, output: str | None, rank_by: str | None, descending: bool) -> None:
    """Write one HTML page: ranked table, structures, errors, failures, methods, costs.

    \b
    Examples:
      vqe screen report campaign -o report.html
      vqe screen report campaign --rank-by homo_lumo_gap_ev --descending
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable
    from vqe_cli.report.campaign.page import campaign_page
    from vqe_cli.report.campaign.source import campaign_report
    from vqe_cli.screening.store import Store

    with Store.open(Path(folder)) as store:
        path = check_writable(output or str(Path(folder) / "report.html"))
        title = Path(folder).resolve().name
        source = campaign_report(store, title, rank_by, descending)
    if len(source.rows) > MANY_ROWS:
        click.echo(f"drawing the structures of {len(source.rows):,} rows ...", err=True)
    page = campaign_page(source)
    assert path is not None
    write_atomic(path, page)
    say(f"wrote {path}")


def _campaign_folder(name: str) -> Path:
    from vqe_cli.errors import InputError
    from vqe_cli.screening.candidates.names import printable
    from vqe_cli.screening.request import Folder

    path = Path(name)
    if path.exists() and not path.is_dir():
        error = InputError(
            f"{name} is a file", hint="name a folder; it is created if it does not exist"
        )
        error.where = "--out"
        raise error
    if others := Folder(path).strangers():
        count = "another file" if len(others) == 1 else f"{len(others):,} other files"
        say(
            f"starting a campaign in {name}, which contains {count}, such as {printable(others[0])}"
        )
    return path


@contextmanager
def _candidates_file(name: str, folder: Path | None, config: ScreenConfig) -> Iterator[Path]:
    """The file of candidates; standard input is saved in the campaign folder first."""
    from tempfile import TemporaryDirectory

    from vqe_cli.screening.candidates.standard_input import STANDARD_INPUT, keep_standard_input
    from vqe_cli.screening.workers.disk_errors import storage

    if name != STANDARD_INPUT:
        yield Path(name)
        return
    with TemporaryDirectory() as scratch:
        place = folder or Path(scratch)
        with storage(place):
            place.mkdir(parents=True, exist_ok=True)
            column = config.sections.candidates.smiles_column
            piped = io.BytesIO() if sys.stdin is None else sys.stdin.buffer
            kept = keep_standard_input(piped, place, column)
        yield kept


def _format_of(path: Path | None) -> str:
    """The format of a table by its file extension; CSV where there is no file."""
    from vqe_cli.errors import InputError
    from vqe_cli.screening.tables import TABLES

    if path is None:
        return "csv"
    for name in TABLES.usable():
        if TABLES.get(name).suffix == path.suffix.lower():
            return name
    raise InputError(
        f"unknown file extension: {path}",
        path=("--output",),
        hint=f"choose a format with --format: {', '.join(TABLES.names())}",
    )


def _all_pass(folder: Path) -> bool:
    from vqe_cli.screening.store import Store

    with Store.open(folder) as store:
        return all(
            row.get("verdict") == "pass" and row.get("failure_kind") is None for row in store.rows()
        )


def _print_standing(folder: Path, as_json: bool) -> None:
    from vqe_cli.screening.progress import standing
    from vqe_cli.screening.request import Folder
    from vqe_cli.screening.store import Store

    with Store.open(folder) as store:
        summary = store.summary()
        revision = store.revision()
        verdicts = store.verdicts()
    snapshot = standing(summary, Folder(folder).running)
    if as_json:
        from dataclasses import asdict

        from vqe_cli.schema.records import to_json

        source = None if revision is None else revision.candidates_file
        running = [asdict(task) for task in snapshot.running]
        facts = {"schema": "vqe-screen-status/1", "candidates": source, **asdict(summary)}
        click.echo(to_json({**facts, "verdicts": verdicts, "running": running}))
        return
    from vqe_cli.report.campaign.live import show_status
    from vqe_cli.report.console import console

    show_status(str(folder), snapshot, summary.failures, verdicts, console())


def _print_plan(plan: Preview, as_json: bool) -> None:
    from vqe_cli.report.campaign.live import show_plan
    from vqe_cli.report.console import console
    from vqe_cli.schema.records import to_json

    if as_json:
        click.echo(to_json(plan.as_dict()))
    else:
        show_plan(plan, console())

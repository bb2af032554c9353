"""``vqe screen``: campaigns over many molecules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import input_options, json_option, overrides

if TYPE_CHECKING:
    pass

FORMATS = ("csv", "jsonl", "parquet")
KINDS = ("memory", "timeout", "crash", "lost", "internal", "not-converged", "input", "refused",
         "unavailable", "damaged")  # fmt: skip


@click.group("screen")
def command() -> None:
    """Campaigns: one calculation for each of many molecules, nothing lost.

    The folder of a campaign holds everything. The same `vqe screen run` again
    goes on where it stopped; changed settings compute only what changed.

    \b
    Examples:
      vqe screen run candidates.smi --config screen.yaml --out campaign
      vqe screen status campaign
      vqe screen export campaign --format csv -o results.csv
      vqe screen report campaign
    """


@command.command("run")
@click.argument("candidates", metavar="CANDIDATES", type=click.Path())
@click.option(
    "--config", "config_file", metavar="FILE", help="Settings: YAML. Default: all defaults."
)
@click.option("--out", "folder", required=True, metavar="DIR", help="The campaign's folder.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="At once. Default: cores.")
@click.option("--scheduler", metavar="URL", help="A running Dask scheduler: tls://host:8786.")
@click.option("--dashboard", is_flag=True, help="Serve Dask's dashboard (needs bokeh).")
@click.option("--dry-run", is_flag=True, help="Show the plan; compute nothing.")
@click.option("--yes", is_flag=True, help="Send jobs to real devices without asking.")
@click.option("--strict", is_flag=True, help="Exit with 5 unless every candidate got a pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@input_options
@json_option
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

    CANDIDATES is a .smi, .csv or .sdf file, a folder of .xyz, .sdf and YAML
    files, or a YAML grid. Settings are an input file without a molecule, plus
    the sections candidates, properties, limits, grid and cluster.

    \b
    Examples:
      vqe screen run fragments.smi --config screen.yaml --out campaign
      vqe screen run hits.csv --set candidates.smiles_column=structure \\
          --basis 6-31g --out campaign --workers 8
      vqe screen run fragments.smi --config screen.yaml --out campaign --dry-run
    """
    from vqe_cli.screening.campaign import Folder, Order, run_campaign
    from vqe_cli.screening.config import load_config

    config = load_config(config_file, overrides(flags, assignments))
    order = Order(
        candidates=Path(candidates),
        config=config,
        folder=Folder(Path(folder)),
        workers=workers,
        scheduler=scheduler,
        dashboard=dashboard,
        approved=yes,
    )
    if dry_run:
        _show_plan(order, as_json)
        return
    from vqe_cli.report.screening import CampaignView

    with CampaignView(Path(candidates).name, quiet=quiet) as view:
        summary = run_campaign(order, view.update, view.say)
    _print_summary(Path(folder), as_json)
    ctx.exit(5 if strict and summary.counts.get("done", 0) < summary.total else 0)


@command.command("status")
@click.argument("folder", metavar="DIR", type=click.Path())
@json_option
def status(folder: str, as_json: bool) -> None:
    """How far a campaign is, what failed, and how long the rest will take.

    \b
    Example:
      vqe screen status campaign
    """
    _print_summary(Path(folder), as_json)


@command.command("export")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "--output", metavar="PATH", help="Default: standard output (not parquet).")
@click.option("--timings", is_flag=True, help="Also what differs from run to run: times, memory.")
@click.option("--sql", metavar="QUERY", help="A SELECT over the table 'campaign' instead of all.")
def export(folder: str, form: str, output: str | None, timings: bool, sql: str | None) -> None:
    """One row for each candidate, failures included; units are in the names of columns.

    \b
    Examples:
      vqe screen export campaign > results.csv
      vqe screen export campaign --format parquet -o results.parquet
      vqe screen export campaign --sql "SELECT candidate, gap_ev FROM campaign
          WHERE verdict = 'pass' ORDER BY gap_ev LIMIT 10"
    """


@command.command("retry")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option(
    "--failed",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    metavar="KIND",
    help=f"Only failures of this kind: {', '.join(KINDS)}. Default: all.",
)
@json_option
def retry(folder: str, kinds: Sequence[str], as_json: bool) -> None:
    """Forget failures, so that the next `vqe screen run` computes them again.

    \b
    Examples:
      vqe screen retry campaign --failed timeout --failed memory
      vqe screen retry campaign
    """


@command.command("report")
@click.argument("folder", metavar="DIR", type=click.Path())
@click.option("-o", "--output", metavar="PATH", help="Default: report.html in DIR.")
def report(folder: str, output: str | None) -> None:
    """Write one HTML page: ranked table, structures, errors, failures, methods, costs.

    \b
    Example:
      vqe screen report campaign -o report.html
    """

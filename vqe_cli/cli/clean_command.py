"""``vqe clean``: removal of kept files."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.wording import counted
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import json_option, verbose_option
from vqe_cli.cli.parameter_types import NumberRange
from vqe_cli.cli.say import say
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from vqe_cli.cli.removable import Removable

SCHEMA = "vqe-clean/1"

DAY = 86_400.0
"""Seconds of a day."""

NAMES = {
    "checkpoints": "checkpoint",
    "comparisons": "comparison",
    "scans": "scan",
    "kernels": "kernel file",
}
"""The kinds, and one of each."""


@click.command("clean", cls=Command)
@click.argument(
    "kinds", nargs=-1, required=True, metavar="KIND...", type=click.Choice(tuple(NAMES))
)
@click.option(
    "--older-than", metavar="DAYS", type=NumberRange(min=0), default=0.0,
    help="Only what was last changed that many days ago.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Tell what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Remove without confirmation.")
@click.option("--force", is_flag=True, help="Also remove what running processes or jobs need.")
@json_option
@verbose_option
def command(
    kinds: Sequence[str],
    older_than: float,
    dry_run: bool,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Remove kept files of each KIND: checkpoints, comparisons, scans, kernels.

    Checkpoints, rows of comparisons and points of scans are those of commands
    that have not ended: what they hold is computed again. Kernels are compiled
    again when they are needed. Jobs on devices are never removed, nor, without
    --force, what a running process uses, and checkpoints of runs with jobs.
    `vqe doctor` tells folders and sizes.

    \b
    Examples:
      vqe clean checkpoints --dry-run
      vqe clean checkpoints scans comparisons --older-than 30
      vqe clean kernels --yes
    """
    from vqe_cli.cli.removable import KINDS as REMOVABLE

    # What a running process writes at this moment is newer than any time taken before.
    latest = time.time() - DAY * older_than if older_than else math.inf
    found = [
        one for kind in dict.fromkeys(kinds) for one in REMOVABLE[kind]() if one.changed <= latest
    ]
    kept = [] if force else [one for one in found if one.is_in_use]
    chosen = [one for one in found if one not in kept]
    if not as_json:
        _tell(chosen, kept, dry_run=dry_run)
    if chosen and not dry_run:
        if not yes:
            _confirm(chosen, as_json=as_json)
        kept += [one for one in chosen if not one.remove(force=force)]
        chosen = [one for one in chosen if one not in kept]
        if not as_json:
            say(f"removed {_summary(chosen)}", err=False)
    if as_json:
        _print_json(chosen, kept, dry_run=dry_run)


def _tell(chosen: Sequence[Removable], kept: Sequence[Removable], *, dry_run: bool) -> None:
    """Say what is to be removed, and what is left because a process or jobs need it."""
    from vqe_cli.cli.kept_folders import shown_size

    for one in chosen if dry_run else ():
        say(f"{one.path}  {shown_size(one.size)}", err=False)
    for one in kept:
        why = "of a run with jobs on devices" if one.has_jobs else "in use"
        say(f"{why}, stays: {one.path}", err=False)
    if dry_run or not chosen:
        say(f"{_summary(chosen)} to remove" if chosen else "nothing to remove", err=False)


def _summary(entries: Sequence[Removable]) -> str:
    """Numbers of entries by kind, and their size together."""
    from vqe_cli.cli.kept_folders import shown_size

    kinds = dict.fromkeys(one.kind for one in entries)
    numbers = [counted(sum(one.kind == kind for one in entries), NAMES[kind]) for kind in kinds]
    return f"{', '.join(numbers) or 'nothing'} ({shown_size(sum(one.size for one in entries))})"


def _confirm(chosen: Sequence[Removable], *, as_json: bool) -> None:
    """Ask at the terminal.

    Raises:
        InputError: There is no terminal.
        Abort: The answer is no.
    """
    if as_json or not sys.stdin.isatty():
        raise InputError(
            "confirmation needed, but there is no terminal" if not as_json
            else "confirmation needed, which --json does not ask for",
            hint="pass --yes, or --dry-run to see what would be removed",
        )  # fmt: skip
    click.confirm(f"Remove {_summary(chosen)}?", default=False, abort=True, err=True)


def _print_json(chosen: Sequence[Removable], kept: Sequence[Removable], *, dry_run: bool) -> None:
    from vqe_cli.schema.records import to_json

    def rows(entries: Sequence[Removable]) -> list[dict[str, Any]]:
        return [{"kind": e.kind, "path": str(e.path), "bytes": e.size} for e in entries]

    found = {"dry_run": dry_run, "removed": rows(chosen), "in_use": rows(kept)}
    click.echo(to_json({"schema": SCHEMA, **found}))

"""``vqe replay``: a recorded run or comparison computed again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.help import Command
from vqe_cli.cli.options import json_option, verbose_option
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.replay.records import ComparisonReplay, ReplayRecord, RowReplay
    from vqe_cli.schema.stored_records import StoredRun


@click.command("replay", cls=Command)
@click.argument("file", metavar="RECORD", type=click.Path())
@click.option("--name", metavar="NAME", help="The run, or the problem of a comparison.")
@json_option
@click.option("-o", "--output", metavar="PATH", help="Also write the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str,
    name: str | None,
    as_json: bool,
    output: str | None,
    quiet: bool,
) -> None:
    """Run RECORD again, and say what drifted, by how much and why.

    RECORD is a record (.json) or a bundle (.zip) of vqe run -o or vqe
    compare -o, of this version or an earlier one. With a bundle the drift of
    the mean field is told from that of the optimiser. A record that was edited
    by hand is noticed. Nothing is sent to a device.

    The exit code is 5 if the energy or a value beside it drifts beyond
    round-off or its error bar, or if the file contradicts itself.

    \b
    Examples:
      vqe run molecules/h2.yaml -o h2.zip
      vqe replay h2.zip
      vqe replay results.json --name Hydrogen --json
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable, deliver, refuse_inputs
    from vqe_cli.comparison.records import COMPARE_SCHEMA
    from vqe_cli.errors import interruptible
    from vqe_cli.report.console import console
    from vqe_cli.report.replay import show_replay
    from vqe_cli.scan.records import SCAN_SCHEMA
    from vqe_cli.schema.readers.content import about
    from vqe_cli.schema.records import to_json
    from vqe_cli.schema.stored_records import read_record_data, stored_run

    output_path, path = check_writable(output), Path(file)
    refuse_inputs((path,), (output_path,))
    data = read_record_data(path)
    record: ReplayRecord | ComparisonReplay
    with interruptible():
        if data["schema"] == SCAN_SCHEMA:
            hint = "`vqe scan PATH -o NAME.zip` holds command.txt, which computes it again"
            raise about(path, "is the record of a scan, which is not replayed", hint)
        if data["schema"] == COMPARE_SCHEMA:
            record = _comparison(path, data, name, quiet=quiet)
        else:
            record = _run(stored_run(path, data, name), quiet=quiet)
    outputs = [
        lambda: click.echo(to_json(record)) if as_json else show_replay(record, console()),
        lambda: None if output_path is None else write_atomic(output_path, to_json(record) + "\n"),
    ]
    lost, reader_gone = deliver(outputs, "repeat the command")
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next((code for code in lost if code), 0 if record.same else 5))


def _run(stored: StoredRun, *, quiet: bool) -> ReplayRecord | ComparisonReplay:
    """The replay of a run, with its progress."""
    from vqe_cli.replay.replaying import replay
    from vqe_cli.report.run.progress import ProgressReport

    if quiet:
        return replay(stored)
    with ProgressReport(stored.name) as progress:
        return replay(stored, progress)


def _comparison(
    path: Path, data: dict[str, Any], name: str | None, *, quiet: bool
) -> ComparisonReplay:
    """The replay of a comparison, with a line for each row."""
    from vqe_cli.replay.comparisons import replay_comparison

    def tell(row: RowReplay) -> None:
        if not quiet:
            say(f"{row.problem}: {row.method}: {row.status}")

    return replay_comparison(path, data, tell, name)

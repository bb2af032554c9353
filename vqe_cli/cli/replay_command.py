"""``vqe replay``: a recorded run computed again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from vqe_cli.cli.options import json_option, verbose_option


@click.command("replay")
@click.argument("file", metavar="RECORD", type=click.Path())
@click.option("--name", metavar="NAME", help="The run of a record that holds several.")
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

    RECORD is a record of vqe run -o (.json) or a bundle (.zip), of this
    version or an earlier one. With a bundle the drift of the mean field is
    told from that of the optimiser. A record that was edited by hand is
    noticed. Nothing is sent to a device.

    The exit code is 5 if the energy drifts beyond round-off or its error bar,
    or if the record contradicts itself.

    \b
    Examples:
      vqe run molecules/h2.yaml -o h2.zip
      vqe replay h2.zip
      vqe replay results.json --name Hydrogen --json
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable, deliver
    from vqe_cli.errors import interruptible
    from vqe_cli.replay.replaying import replay
    from vqe_cli.report.console import console
    from vqe_cli.report.replay import show_replay
    from vqe_cli.report.run.progress import ProgressReport
    from vqe_cli.schema.records import to_json
    from vqe_cli.schema.stored_records import read_stored_run
    from vqe_cli.variational.observers import Observer

    path = check_writable(output)
    stored = read_stored_run(Path(file), name)
    with interruptible(), ExitStack() as stack:
        progress = None if quiet else stack.enter_context(ProgressReport(stored.name))
        record = replay(stored, progress or Observer())
    outputs = [
        lambda: click.echo(to_json(record)) if as_json else show_replay(record, console()),
        lambda: None if path is None else write_atomic(path, to_json(record) + "\n"),
    ]
    lost, reader_gone = deliver(outputs, "repeat the command")
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next((code for code in lost if code), 0 if record.same else 5))

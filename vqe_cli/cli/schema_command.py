"""``vqe schema``: the input file's JSON Schema."""

from __future__ import annotations

import click

from vqe_cli.cli.help import Command
from vqe_cli.cli.options import verbose_option


@click.command("schema", cls=Command)
@click.option("-o", "--output", metavar="PATH", help="Output file (default: standard output).")
@verbose_option
def command(output: str | None) -> None:
    """Print the input file's JSON Schema, for completion and checks in editors.

    \b
    Examples:
      vqe schema -o vqe.schema.json
      # first line of an input file, for the YAML language server:
      # yaml-language-server: $schema=vqe.schema.json
    """
    import json

    from vqe_cli._core.files import write_atomic
    from vqe_cli._core.kinds import PARTS
    from vqe_cli.analysis.input_schema import input_schema
    from vqe_cli.cli.list_command import warn_of_broken
    from vqe_cli.cli.output import check_writable

    path = check_writable(output)
    text = json.dumps(input_schema(), indent=2, ensure_ascii=False)
    if path is None:
        click.echo(text)
    else:
        write_atomic(path, text + "\n")
    warn_of_broken(PARTS.values())

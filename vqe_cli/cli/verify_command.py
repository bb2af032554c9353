"""``vqe verify``: whether a claimed energy holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vqe_cli.cli.help import Command
from vqe_cli.cli.options import json_option, verbose_option
from vqe_cli.cli.parameter_types import NumberRange
from vqe_cli.errors import Path as KeyPath


@click.command("verify", cls=Command)
@click.argument("claim", metavar="CLAIM", type=click.Path())
@click.option("--energy", type=float, metavar="HARTREE", help="The claimed total energy.")
@click.option(
    "--tolerance",
    type=NumberRange(min=0, max=1, min_open=True),
    metavar="HARTREE",
    help="Difference that counts as agreement (default: 1e-6).",
)
@click.option(
    "--time-limit",
    type=NumberRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Time for the bounds; evidence is computed again whatever it takes.",
)
@click.option("--name", metavar="NAME", help="The run of a record that holds several.")
@json_option
@click.option("-o", "--output", metavar="PATH", help="Also write the record as JSON.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    claim: str,
    energy: float | None,
    tolerance: float | None,
    time_limit: float,
    name: str | None,
    as_json: bool,
    output: str | None,
) -> None:
    """Verify the energy that CLAIM states, with the evidence it gives.

    CLAIM is an input file with the key 'claim', or a record of 'vqe run -o'.
    Evidence is one of the keys record, circuit, parameters (of the ansatz),
    bitstrings, density and claim.method. Verdicts: confirmed and plausible (exit
    code 0), not-supported and impossible (5).

    \b
    Examples:
      vqe verify molecules/h2.yaml --energy -1.137306
      vqe verify claim.yaml --time-limit 600
      vqe run molecules/h2.yaml -o h2.json && vqe verify h2.json
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import check_writable, deliver, refuse_inputs
    from vqe_cli.report.analysis.verification import show_verification
    from vqe_cli.report.console import console
    from vqe_cli.schema.records import to_json
    from vqe_cli.verification.claim import read_claim
    from vqe_cli.verification.verification import verify

    path = check_writable(output)
    refuse_inputs((claim,), (path,))
    record = verify(read_claim(Path(claim), _overrides(energy, tolerance), name), time_limit)
    outputs = [
        lambda: click.echo(to_json(record)) if as_json else show_verification(record, console()),
        lambda: None if path is None else write_atomic(path, to_json(record) + "\n"),
    ]
    lost, reader_gone = deliver(outputs, "repeat the command")
    if reader_gone is not None:
        raise reader_gone
    holds = record.verdict in ("confirmed", "plausible")
    ctx.exit(next((code for code in lost if code), 0 if holds else 5))


def _overrides(energy: float | None, tolerance: float | None) -> list[tuple[KeyPath, Any, str]]:
    """The values that flags set, with the keys of the claim."""
    given = {"energy": energy, "tolerance": tolerance}
    return [
        (("claim", key), value, f"--{key}") for key, value in given.items() if value is not None
    ]

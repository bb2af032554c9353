"""``vqe inspect``: the problem before it is solved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import (
    WholeNumberRange,
    inspection_options,
    json_option,
    load_input,
    verbose_option,
)
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.analysis.inspection import Inspection
    from vqe_cli.cli.export_files import Target
    from vqe_cli.schema import RunSpec


@click.command("inspect")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option(
    "--export",
    "exports",
    nargs=2,
    multiple=True,
    metavar="FORMAT PATH",
    help="Write the problem as cube, fcidump, molden, qasm3, qcschema, qiskit, trexio ...",
)
@click.option(
    "--orbitals", is_flag=True, help="Show only the active orbitals and their neighbours."
)
@click.option(
    "--terms",
    type=WholeNumberRange(0, 100_000),
    default=8,
    show_default=True,
    metavar="N",
    help="Number of largest terms to show.",
)
@inspection_options
@json_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str | None,
    exports: Sequence[tuple[str, str]],
    orbitals: bool,
    terms: int,
    assignments: Sequence[str],
    as_json: bool,
    **flags: Any,
) -> None:
    """Show orbitals, active space, symmetries and qubit operator of FILE.

    \b
    Examples:
      vqe inspect molecules/h2o.yaml
      vqe inspect molecules/lih.yaml --active-space frozen-core --mapper parity
      vqe inspect molecules/h2o.yaml --active-space frozen-core --orbitals
      vqe inspect molecules/h2.yaml --export fcidump h2.fcidump
      vqe inspect molecules/h2.yaml --export qasm3 h2.qasm
      vqe inspect molecules/h2o.yaml --export '{name: cube, show: orbital,
          number: 5}' homo.cube
    """
    from vqe_cli.analysis.inspection import inspect_problem
    from vqe_cli.cli.export_files import export_targets, refuse_exports
    from vqe_cli.cli.output import deliver

    if orbitals and exports:
        raise click.UsageError("--orbitals builds no operator: there is nothing to export")
    spec = load_input(file, flags, assignments)
    if orbitals:
        _orbitals_only(spec, as_json)
        return
    targets = export_targets(exports)
    refuse_exports(targets, spec, solved=False)
    found = inspect_problem(spec, terms)
    outputs = [
        partial(_print, found, as_json),
        *(partial(_write, found, target, as_json) for target in targets),
    ]
    lost, reader_gone = deliver(outputs, "then repeat the command")
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next(iter(lost), 0))


def _orbitals_only(spec: RunSpec, as_json: bool) -> None:
    from vqe_cli.analysis.inspection import inspect_orbitals

    found = inspect_orbitals(spec)
    if as_json:
        from vqe_cli.schema.records import to_json

        click.echo(to_json(found.as_dict()))
        return
    from vqe_cli.report.analysis.inspection import show_orbitals
    from vqe_cli.report.console import console

    show_orbitals(found, console())


def _print(found: Inspection, as_json: bool) -> None:
    if as_json:
        from vqe_cli.schema.records import to_json

        click.echo(to_json(found.as_dict()))
        return
    from vqe_cli.report.analysis.inspection import show_inspection
    from vqe_cli.report.console import console

    show_inspection(found, console())


def _write(found: Inspection, target: Target, as_json: bool) -> None:
    """Write the problem in another program's format; silent with ``--json``."""
    from vqe_cli.analysis.exports import Exportable
    from vqe_cli.cli.export_files import described

    source = Exportable(found.spec, found.encoding, found.ansatz, found.selection)
    with described(target):
        if found.selection is not None:
            target.export.check(found.selection)
        content = target.export.content(source)
    target.write(content)
    if not as_json:
        say(f"wrote {target.path} ({target.export.name})", err=False)

"""``vqe reaction``: the energy of a reaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.flag_values import overrides
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import campaign_options, json_option, verbose_option
from vqe_cli.cli.parameter_types import NumberRange
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.chemistry.scf.mean_fields import MeanFields
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.records import RunRecord


@click.command("reaction", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path())
@campaign_options
@json_option
@click.option("-o", "--output", metavar="PATH", help="Also write the record as JSON.")
@click.option(
    "--max-operations",
    type=NumberRange(min=0, min_open=True),
    metavar="N",
    help="Largest cost of CCSD(T), floating-point operations (default: 1e12).",
)
@click.option("--strict", is_flag=True, help="Exit with 5 unless the verdict is pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str,
    assignments: Sequence[str],
    as_json: bool,
    output: str | None,
    max_operations: float | None,
    strict: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Compute the energy of the reaction in FILE by VQE and classical methods.

    FILE has reactants and products, each a SMILES, a file or a geometry, and
    the settings that hold for all of them. Atoms and charges must balance, and
    active electrons and orbitals too.

    \b
    Examples:
      vqe reaction proton_affinity.yaml
      vqe reaction proton_affinity.yaml --basis aug-cc-pvdz --json
    """
    import vqe_cli
    from vqe_cli._core.files import write_atomic
    from vqe_cli.analysis.reaction import compute_reaction
    from vqe_cli.analysis.reaction_input import read_reaction
    from vqe_cli.cli.output import check_writable, deliver, refuse_inputs
    from vqe_cli.context import Context
    from vqe_cli.properties.differences.levels import MAX_OPERATIONS
    from vqe_cli.report.analysis.reaction import show_reaction
    from vqe_cli.report.console import console
    from vqe_cli.schema.records import to_json

    path = check_writable(output)
    refuse_inputs((file,), (path,))
    reaction = read_reaction(file, overrides(flags, assignments))
    done = iter(range(1, 1 + len(reaction.species)))

    def run(spec: RunSpec, known: MeanFields) -> RunRecord:
        if not quiet:
            say(f"{next(done)}: {spec.title}")
        return vqe_cli.run(spec, context=Context(mean_fields=known))

    record = compute_reaction(reaction, run, max_operations or MAX_OPERATIONS)
    outputs = [
        lambda: click.echo(to_json(record)) if as_json else show_reaction(record, console()),
        lambda: None if path is None else write_atomic(path, to_json(record) + "\n"),
    ]
    lost, reader_gone = deliver(outputs, "nothing is kept; run it again")
    if reader_gone is not None:
        raise reader_gone
    failed = record.verdict == "fail" or (strict and record.verdict != "pass")
    ctx.exit(next((code for code in lost if code), 5 if failed else 0))

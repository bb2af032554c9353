"""``vqe estimate``: the cost of a run before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from vqe_cli.cli.flag_values import load_input
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import input_options, json_option, verbose_option
from vqe_cli.errors import InputError


@click.command("estimate", cls=Command)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option("--device", metavar="DEVICE", help="IBM device, real or fake (default: fake_fez).")
@click.option(
    "--error",
    metavar="ENERGY",
    help="Target standard error (default: 1.6mHa; of a model a number in its unit).",
)
@input_options(without_effect=("--initial", "--reference", "--restarts"))
@json_option
@verbose_option
def command(
    file: str | None,
    device: str | None,
    error: str | None,
    assignments: Sequence[str],
    as_json: bool,
    **flags: Any,
) -> None:
    """Estimate qubits, gates, shots, time, memory and money of FILE.

    Only Hartree-Fock is solved, and no job is sent. A device and shots given in
    FILE are the defaults.

    \b
    Examples:
      vqe estimate molecules/lih.yaml
      vqe estimate molecules/h2o.yaml --ansatz lucj --device fake_torino
      vqe estimate molecules/h2.yaml --measurement qubit-wise --error 0.5mHa
    """
    from vqe_cli.analysis.estimation import estimate
    from vqe_cli.report.run.advice import advice
    from vqe_cli.report.stages import StageView

    spec = load_input(file, flags, assignments)
    target = _target(error, own_unit=spec.has_own_unit)
    with StageView(spec.title, shown=not as_json) as view:
        found = estimate(spec, device=device, error=target, on_begin=view.begin)
    if as_json:
        from vqe_cli.schema.records import to_json

        click.echo(to_json({**found.as_dict(), "advice": advice(found)}))
        return
    from vqe_cli.report.analysis.estimate import show_estimation
    from vqe_cli.report.console import console

    show_estimation(found, console())


def _target(text: str | None, *, own_unit: bool) -> float | None:
    """An energy with a unit, in Hartree, or a number in the unit of a model."""
    from vqe_cli.backends._measured import precision_of
    from vqe_cli.schema.numbers import is_number

    if text is None:
        return None
    found = precision_of(text)
    if not found > 0 or is_number(text) != own_unit:
        what = "a number in the unit of the model" if own_unit else "an energy with a unit"
        hint = "write 0.01" if own_unit else "write 1.6mHa"
        fault = InputError(f"'{text}' is not {what}", hint=hint)
        fault.where = "--error"
        raise fault
    return found

"""``vqe inspect``: the problem before it is solved."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from vqe_cli._core.wording import counted
from vqe_cli.cli.flag_values import load_input
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    chosen_width,
    figure_width_option,
    inspection_options,
    json_option,
    verbose_option,
)
from vqe_cli.cli.parameter_types import WholeNumberRange
from vqe_cli.cli.repeated_words import input_words
from vqe_cli.cli.say import say
from vqe_cli.errors import InputError, VqeError

if TYPE_CHECKING:
    from pathlib import Path

    from vqe_cli.analysis.inspection import Inspection
    from vqe_cli.analysis.spaces import SpaceComparison
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
    from vqe_cli.cli.export_files import Target
    from vqe_cli.report.figures import FigureWidth
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.problem_records import OrbitalRecord


@click.command("inspect", cls=Command)
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
    "--spaces",
    is_flag=True,
    help="Compare active spaces by the entropies of their orbitals, and recommend one.",
)
@click.option(
    "--pictures",
    metavar="PATH",
    help="Draw the active orbitals, or those that are shown (.png, .svg or .pdf).",
)
@click.option(
    "--plot",
    metavar="PATH",
    help="Plot the energies of --spaces against their size (.png, .svg or .pdf).",
)
@figure_width_option
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
    spaces: bool,
    pictures: str | None,
    plot: str | None,
    figure_width: FigureWidth | None,
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
      vqe inspect molecules/n2.yaml --spaces --pictures n2.png
      vqe inspect molecules/n2.yaml --spaces --plot sizes.png
      vqe inspect molecules/h2.yaml --export fcidump h2.fcidump
      vqe inspect molecules/h2.yaml --export qasm3 h2.qasm
      vqe inspect molecules/h2o.yaml --export '{name: cube, show: orbital,
          number: 5}' homo.cube
    """
    from vqe_cli.cli.export_files import export_targets, refuse_exports
    from vqe_cli.cli.output import PLOT_FORMATS, check_writable, deliver, refuse_same

    if orbitals and exports:
        raise click.UsageError("--orbitals builds no operator: there is nothing to export")
    if spaces and (orbitals or exports):
        raise click.UsageError("--spaces compares problems: it goes with none of the others")
    if (spaces or orbitals) and ctx.get_parameter_source("terms") is not ParameterSource.DEFAULT:
        raise click.UsageError(
            "--terms counts those of the operator, which --orbitals and --spaces leave out"
        )
    if plot is not None and not spaces:
        raise click.UsageError("--plot draws active spaces of growing size: it needs --spaces")
    path, plot_path = check_writable(pictures, PLOT_FORMATS), check_writable(plot, PLOT_FORMATS)
    width = chosen_width(figure_width, (pictures, plot))
    refuse_same((path, plot_path))
    spec = load_input(file, flags, assignments)
    if path is not None:
        _refuse_pictures(spec)
    targets = export_targets(exports)
    refuse_exports(targets, spec, solved=False)
    shown: Inspected
    if spaces:
        words = input_words(file, flags, assignments, without=("active_space",))
        shown = _spaces(spec, f"vqe run {words}", plot_path, width, as_json=as_json)
    else:
        again = f"vqe run {input_words(file, flags, assignments)}"
        if orbitals:
            shown = _orbitals_only(spec, again, as_json)
        else:
            shown = _problem(spec, terms, targets, again, as_json)
    outputs = [shown.print_json if as_json else shown.print_text, *shown.files]
    if path is not None:
        outputs.append(partial(_draw, shown, path, width, as_json=as_json))
    lost, reader_gone = deliver(outputs, "then repeat the command")
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next(iter(lost), 0))


@dataclass(frozen=True, eq=False)
class Inspected:
    """What a form of the command shows.

    Args:
        title: The title of the input.
        data: Plain data for JSON.
        print_text: Function that prints it.
        selection: The active orbitals; None without orbitals.
        drawn: The orbitals that are drawn.
        files: Functions that write exports and plots.
    """

    title: str
    data: dict[str, Any]
    print_text: Callable[[], None]
    selection: OrbitalSelection | UnrestrictedSelection | None
    drawn: Sequence[OrbitalRecord]
    files: Sequence[Callable[[], None]] = ()

    def print_json(self) -> None:
        """Print the data as one JSON object."""
        from vqe_cli.schema.records import to_json

        click.echo(to_json(self.data))


def _refuse_pictures(spec: RunSpec) -> None:
    if spec.molecule is None:
        raise InputError("orbitals are drawn around atoms, and the input has no molecule")


def _draw(shown: Inspected, path: Path, width: FigureWidth, *, as_json: bool) -> None:
    """Draw the orbitals; silent with ``--json``."""
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.report.analysis.orbital_pictures import orbital_pictures

    assert shown.selection is not None
    content = orbital_pictures(shown.selection, shown.drawn, shown.title, plot_format(path), width)
    write_atomic(path, content)
    if not as_json:
        say(f"wrote {path} ({counted(len(shown.drawn), 'orbital')})", err=False)


def _plot(found: SpaceComparison, path: Path, width: FigureWidth, *, as_json: bool) -> None:
    """Plot active spaces against their size; silent with ``--json``."""
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.report.analysis.spaces_plot import spaces_plot

    write_atomic(path, spaces_plot(found, plot_format(path), width))
    if not as_json:
        say(f"wrote {path}", err=False)


def _spaces(
    spec: RunSpec, command: str, plot: Path | None, width: FigureWidth, *, as_json: bool
) -> Inspected:
    """Active spaces of growing size, and their plot if it is asked for."""
    from vqe_cli.analysis.spaces import compare_spaces
    from vqe_cli.report.analysis.spaces import show_spaces
    from vqe_cli.report.console import console
    from vqe_cli.report.stages import StageView

    with StageView(spec.title, shown=not as_json) as view:
        view.begin("entropies and spaces")
        found = compare_spaces(spec)
    text = partial(show_spaces, found, command, console())
    files = [] if plot is None else [partial(_plot, found, plot, width, as_json=as_json)]
    return Inspected(spec.title, found.as_dict(), text, found.selection, found.orbitals, files)


def _orbitals_only(spec: RunSpec, command: str, as_json: bool) -> Inspected:
    """The active orbitals and their neighbours."""
    from vqe_cli.analysis.inspection import inspect_orbitals
    from vqe_cli.report.analysis.inspection import show_orbitals
    from vqe_cli.report.console import console
    from vqe_cli.report.stages import StageView

    with StageView(spec.title, shown=not as_json) as view:
        view.begin("Hartree-Fock and orbitals")
        found = inspect_orbitals(spec)
    text = partial(show_orbitals, found, command, console(), _refusal(spec, command))
    return Inspected(spec.title, found.as_dict(), text, found.selection, found.orbitals)


def _refusal(spec: RunSpec, command: str) -> VqeError | None:
    """Why a run of the input would be refused, with the line to type instead."""
    from vqe_cli.cli.lines_to_type import with_line_to_type
    from vqe_cli.parts import look_up_parts
    from vqe_cli.variational.early_refusals import refuse_early

    try:
        refuse_early(spec, look_up_parts(spec))
    except VqeError as error:
        return with_line_to_type(error, shlex.split(command)[1:])
    return None


def _problem(
    spec: RunSpec, terms: int, targets: Sequence[Target], command: str, as_json: bool
) -> Inspected:
    """The whole problem."""
    from vqe_cli.analysis.inspection import inspect_problem
    from vqe_cli.report.analysis.inspection import show_inspection
    from vqe_cli.report.console import console
    from vqe_cli.report.stages import StageView

    with StageView(spec.title, shown=not as_json) as view:
        found = inspect_problem(spec, terms, view.begin)
    active = [orbital for orbital in found.orbitals if orbital.part == "active"]
    return Inspected(
        title=spec.title,
        data=found.as_dict(),
        print_text=partial(show_inspection, found, command, console()),
        selection=found.selection,
        drawn=active,
        files=[partial(_write, found, target, as_json) for target in targets],
    )


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

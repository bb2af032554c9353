"""``vqe optimize``: minima, transition states and vibrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from vqe_cli._core.wording import counted
from vqe_cli.cli.flag_values import load_input
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import input_options, json_option, verbose_option
from vqe_cli.cli.parameter_types import WholeNumberRange
from vqe_cli.cli.say import say, say_in_lines
from vqe_cli.errors import interruptible

if TYPE_CHECKING:
    from vqe_cli.analysis.geometries.constraints import Constraint
    from vqe_cli.analysis.geometries.record import Explorer, Progress
    from vqe_cli.analysis.geometries.surface import Surface
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.geometry_records import OptimizeRecord

RESUME = "repeat the command with --resume; no energy is computed again"


@click.command("optimize", cls=Command)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option("--transition-state", is_flag=True, help="Find a saddle point, not a minimum.")
@click.option(
    "--constraint",
    "constraints",
    multiple=True,
    metavar="CONSTRAINT",
    help="'distance 1 2 1.5', 'angle 1 2 3', 'freeze 4'; may be repeated.",
)
@click.option("--frequencies", is_flag=True, help="Also compute harmonic vibrations.")
@click.option(
    "--thresholds",
    type=click.Choice(("loose", "normal", "tight")),
    default="normal",
    show_default=True,
    help="Convergence thresholds of the geometry.",
)
@click.option(
    "--max-steps",
    type=WholeNumberRange(1, 10_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Maximum number of steps.",
)
@input_options()
@json_option
@click.option("-o", "--output", metavar="PATH", help="Also write the record as JSON.")
@click.option("--xyz", metavar="PATH", help="Write the optimised geometry (.xyz).")
@click.option("--trajectory", metavar="PATH", help="Write the geometry of every step (.xyz).")
@click.option("--resume", is_flag=True, help="Resume an interrupted optimisation.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str | None,
    transition_state: bool,
    constraints: Sequence[str],
    frequencies: bool,
    thresholds: Literal["loose", "normal", "tight"],
    max_steps: int,
    assignments: Sequence[str],
    as_json: bool,
    output: str | None,
    xyz: str | None,
    trajectory: str | None,
    resume: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Relax the geometry of FILE to a minimum or a transition state.

    Every step starts from the orbitals and parameters of the one before. The
    exit code is 4 if the geometry did not converge, else that of the verdict.

    \b
    Examples:
      vqe optimize molecules/h2o.yaml --orbitals optimised
      vqe optimize --smiles C=O --basis 6-31g --frequencies --xyz relaxed.xyz
          --active-space '{name: frontier, electrons: 4, orbitals: 4}'
      vqe optimize water.xyz --constraint 'angle 2 1 3 100' --thresholds tight
    """
    from vqe_cli.analysis.geometries.optimisation import Options
    from vqe_cli.analysis.geometries.record import optimised_geometry
    from vqe_cli.cli.output import check_writable, deliver, refuse_inputs, refuse_same
    from vqe_cli.parts import located

    places = (check_writable(output), check_writable(xyz, (".xyz",)),
              check_writable(trajectory, (".xyz",)))  # fmt: skip
    refuse_same(places)
    refuse_inputs(() if file is None else (file,), places)
    spec = load_input(file, flags, assignments)
    with located(spec), interruptible(hint=RESUME):
        explorer = _explorer(spec, resume=resume, quiet=quiet)
        options = Options(
            saddle_point=transition_state,
            constraints=_constraints(constraints, explorer.surface),
            thresholds=thresholds,
            max_steps=max_steps,
        )
        record = optimised_geometry(explorer, options, frequencies=frequencies)
    with interruptible(hint=RESUME):
        lost, reader_gone = deliver(_outputs(record, as_json, places), RESUME)
    if not lost:
        explorer.checkpoint.remove()
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next((code for code in [*lost, _exit_code(record)] if code), 0))


def _constraints(texts: Sequence[str], surface: Surface) -> tuple[Constraint, ...]:
    """The constraints, all of which some geometry meets."""
    from vqe_cli.analysis.geometries.constraints import read_constraints
    from vqe_cli.analysis.geometries.contradictions import refuse_contradictions
    from vqe_cli.analysis.geometries.optimisation import refuse_without_geometric

    found = read_constraints(texts, len(surface.symbols))
    if found:
        refuse_without_geometric()
        refuse_contradictions(found, surface.start)
    return found


def _explorer(spec: RunSpec, *, resume: bool, quiet: bool) -> Explorer:
    """The surface of the molecule, with its checkpoint and progress."""
    from vqe_cli.analysis.geometries.checkpoint import Checkpoint
    from vqe_cli.analysis.geometries.record import Explorer
    from vqe_cli.analysis.geometries.surface import Surface
    from vqe_cli.parts import fingerprint_of

    surface = Surface(spec)
    checkpoint = Checkpoint(
        fingerprint_of(surface.spec, surface.parts),
        resume=resume,
        warn=lambda text: say(f"warning: {text}"),
    )
    if resume and not quiet:
        say(f"{spec.title}: {counted(checkpoint.found, 'energy', 'energies')} in the checkpoint")
    return Explorer(surface, checkpoint, _nothing if quiet else _Told(spec.title))


def _nothing(_: Progress) -> None:
    """Do nothing."""


class _Told:
    """A line on standard error for every point.

    Args:
        title: Name of the molecule.
    """

    def __init__(self, title: str) -> None:
        self._title, self._last = title, None

    def __call__(self, progress: Progress) -> None:
        """Print the point."""
        from vqe_cli.analysis.geometries.record import largest

        point = progress.point
        text = f"{self._title}: {progress.purpose} {progress.number}"
        if progress.total is not None:
            text += f" of {progress.total}"
        text += f": {point.energy:.8f} Ha, largest gradient {largest(point):.1e} Ha/bohr"
        say_in_lines(text + (" (checkpoint)" if progress.replayed else ""))
        for remark in point.remarks:
            say(f"{self._title}: {remark}")


def _outputs(
    record: OptimizeRecord, as_json: bool, places: tuple[Path | None, ...]
) -> list[Callable[[], None]]:
    """Functions that print and write the results."""
    from vqe_cli._core.files import write_atomic
    from vqe_cli.report.analysis.optimisation import (
        geometry_xyz,
        show_optimisation,
        trajectory_xyz,
    )
    from vqe_cli.report.console import console
    from vqe_cli.schema.records import to_json

    def show() -> None:
        if as_json:
            click.echo(to_json(record))
        else:
            show_optimisation(record, console())

    texts = (lambda: to_json(record) + "\n", lambda: geometry_xyz(record),
             lambda: trajectory_xyz(record))  # fmt: skip

    def write(path: Path | None, text: Callable[[], str]) -> None:
        if path is not None:
            write_atomic(path, text())

    return [show, *(lambda p=p, t=t: write(p, t) for p, t in zip(places, texts, strict=True))]


def _exit_code(record: OptimizeRecord) -> int:
    """4 if the geometry did not converge; else 5 if the verdict of the energy is fail."""
    if not record.converged:
        return 4
    return 5 if record.run.verdict == "fail" else 0

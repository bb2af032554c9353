"""``vqe scan``: potential curves, and energies over any number of the input."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from vqe_cli.cli.compare_inputs import place_of
from vqe_cli.cli.flag_values import load_input, method_list
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    chosen_width,
    elsewhere_options,
    figure_width_option,
    json_option,
    run_options,
    verbose_option,
)
from vqe_cli.cli.parameter_types import NumberRange, WholeNumberRange
from vqe_cli.cli.say import say, say_in_lines
from vqe_cli.errors import InputError, ResourceLimitError

if TYPE_CHECKING:
    from vqe_cli.comparison.computation import Demand
    from vqe_cli.comparison.kept_rows import KeptRows
    from vqe_cli.errors import VqeError
    from vqe_cli.report.figures import FigureWidth
    from vqe_cli.scan.coordinates import Coordinate
    from vqe_cli.scan.plan import PlannedScan
    from vqe_cli.scan.records import Direction, Scan, ScanPoint
    from vqe_cli.schema import RunSpec

EXAMPLE = "for example --distance 1,2=0.5:3.0:26"
"""A coordinate as one would type it."""

OUTPUTS = (".json", ".csv", ".zip")

MORE_TIME = "repeat the command with --resume and a larger --max-time"

AGAIN = "repeat the command with --resume, and a larger limit where one was reached"

ANOTHER_TRY = ("refused", "timeout", "memory", "crash", "lost", "damaged")
"""Kinds of failures after which another attempt can help, with larger limits or at another time."""

NOTHING_KEPT = "no points of this scan are kept, perhaps of another input; all are computed"

RESUME = "repeat the command with --resume; no point is computed again"


@click.command("scan", cls=Command)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option("--distance", metavar="I,J=VALUES", help="Distance of two atoms, Å.")
@click.option("--angle", metavar="I,J,K=VALUES", help="Angle of three atoms, degrees.")
@click.option("--dihedral", metavar="I,J,K,L=VALUES", help="Dihedral of four atoms, degrees.")
@click.option("--variable", metavar="NAME=VALUES", help="Named value of the Z-matrix of FILE.")
@click.option("--geometries", metavar="PATH", help="Folder of .xyz files, or file with several.")
@click.option(
    "--over",
    metavar="KEY=VALUES",
    help="Any number of the input, e.g. ansatz.k=1,2,3; molecule.distance for two atoms.",
)
@click.option("--relaxed", is_flag=True, help="Relax all else at each value.")
@click.option("--methods", metavar="LIST", help="Also classical methods, e.g. mp2,ccsd,ccsd-t.")
@click.option(
    "--direction",
    type=click.Choice(("both", "up", "down", "alone")),
    default="both",
    show_default=True,
    help="Order in which each point starts from the one before; alone: from nothing.",
)
@click.option(
    "--refine",
    type=WholeNumberRange(0, 1000),
    default=0,
    metavar="N",
    help="Add at most N points where the curve is bent most.",
)
@click.option(
    "--workers",
    type=WholeNumberRange(1),
    metavar="N",
    help="Points computed at the same time (default: one per core).",
)
@click.option(
    "--time-limit",
    type=NumberRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit of one point.",
)
@click.option(
    "--max-time",
    type=NumberRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Core time of all points together; later points are refused.",
)
@elsewhere_options
@run_options
@json_option
@click.option(
    "-o", "--output", metavar="PATH", help="Write a record (.json), table (.csv) or bundle (.zip)."
)
@click.option("--plot", metavar="PATH", help="Write energies and errors (.png, .svg or .pdf).")
@figure_width_option
@click.option("--resume", is_flag=True, help="Keep the points of an interrupted scan.")
@click.option("--strict", is_flag=True, help="Exit with 5 unless all verdicts are pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str | None,
    distance: str | None,
    angle: str | None,
    dihedral: str | None,
    variable: str | None,
    geometries: str | None,
    over: str | None,
    relaxed: bool,
    methods: str | None,
    direction: Literal["both", "up", "down", "alone"],
    refine: int,
    workers: int | None,
    time_limit: float,
    max_time: float | None,
    scheduler: str | None,
    cluster: str | None,
    assignments: Sequence[str],
    as_json: bool,
    output: str | None,
    plot: str | None,
    figure_width: FigureWidth | None,
    resume: bool,
    strict: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Compute the energy of FILE along a coordinate, beside the exact one.

    VALUES are START:STOP:POINTS or numbers such as 0.5,0.7,1.0; atoms are
    numbered from 1, and the part of the molecule behind the bond moves as a
    whole. Each point starts from the solution at the one before, in both
    directions; the lower energy is kept. The exit code is 5 if a verdict is
    fail.

    \b
    Examples:
      vqe scan molecules/h2.yaml --distance 1,2=0.5:3.0:26 --plot h2.png
      vqe scan molecules/lih.yaml --over molecule.distance=1.0:4.0:16
          --methods mp2,ccsd,ccsd-t -o lih.csv
      vqe scan molecules/water.xyz --angle 2,1,3=90:180:10
      vqe scan molecules/h4.yaml --ansatz k-upccgsd --over ansatz.k=1,2,3
    """
    from vqe_cli.cli.output import (
        PLOT_FORMATS,
        check_writable,
        deliver,
        refuse_inputs,
        refuse_same,
    )
    from vqe_cli.comparison.budget import Budget
    from vqe_cli.comparison.computation import Demand
    from vqe_cli.comparison.kept_rows import KeptRows
    from vqe_cli.scan.plan import plan_scan
    from vqe_cli.scan.states import FOLDER

    path, plot_path = check_writable(output, OUTPUTS), check_writable(plot, PLOT_FORMATS)
    width = chosen_width(figure_width, (plot,))
    refuse_same((path, plot_path))
    refuse_inputs([one for one in (file, geometries) if one is not None], (path, plot_path))
    spec = load_input(file, flags, assignments)
    given = {"distance": distance, "angle": angle, "dihedral": dihedral, "variable": variable,
             "geometries": geometries, "over": over}  # fmt: skip
    coordinate = _coordinate(spec, given, relaxed=relaxed)
    _refuse_refinement(coordinate, refine)
    chosen = [] if methods is None else method_list(methods)
    ways: tuple[Direction, ...] = ("up", "down") if direction == "both" else (direction,)
    scan = plan_scan(spec, coordinate, chosen, ways)
    budget = Budget(max_time, what="scan", hint=MORE_TIME)
    demand = Demand(place_of(workers, scheduler, cluster), time_limit, budget)
    again = _command(given, methods, direction, refine, relaxed=relaxed)
    folder = _folder(scan)
    if resume and not folder.is_dir():
        say(f"note: {NOTHING_KEPT}")
    with closing(KeptRows(folder, resume=resume, what="scan", beside=FOLDER)) as kept:
        record = _computed(scan, kept, demand, refine, quiet=quiet)
        if (refusal := _refusal(record)) is not None:
            kept.discard()
            raise refusal
        outputs = [
            lambda: _print(record, as_json=as_json),
            lambda: _write(record, path, scan, again),
            lambda: None if plot_path is None else _plot(record, plot_path, width),
        ]
        lost, reader_gone = deliver(outputs, RESUME)
        unfinished = _is_unfinished(record)
        if unfinished:
            say(f"note: not all points are computed; those that are are kept: {AGAIN}")
        elif not lost:
            kept.discard()
    if reader_gone is not None:
        raise reader_gone
    stopped = [ResourceLimitError.exit_code] if unfinished and budget.is_spent else []
    codes = [*lost, *stopped, *_codes(record, strict)]
    ctx.exit(next((code for code in codes if code), 0))


def _coordinate(spec: RunSpec, given: dict[str, str | None], *, relaxed: bool) -> Coordinate:
    """The one coordinate that is given.

    Raises:
        UsageError: There is none, or several.
        InputError: It is impossible, or has nothing to relax.
    """
    from vqe_cli.parts import located
    from vqe_cli.scan.coordinates.geometries import read_geometries
    from vqe_cli.scan.coordinates.input_key import read_key
    from vqe_cli.scan.coordinates.internal import read_internal
    from vqe_cli.scan.coordinates.zmatrix_variable import read_variable

    found = {kind: text for kind, text in given.items() if text is not None}
    if len(found) != 1:
        flags = ", ".join(f"--{kind}" for kind in given)
        raise click.UsageError(f"a scan is along one coordinate: give one of {flags}; {EXAMPLE}")
    ((kind, text),) = found.items()
    readers: dict[str, Callable[[], Coordinate]] = {
        "distance": lambda: read_internal("distance", text, spec, relaxed=relaxed),
        "angle": lambda: read_internal("angle", text, spec, relaxed=relaxed),
        "dihedral": lambda: read_internal("dihedral", text, spec, relaxed=relaxed),
        "variable": lambda: read_variable(text, spec),
        "geometries": lambda: read_geometries(Path(text), spec),
        "over": lambda: read_key(text, spec, relaxed=relaxed),
    }
    with located(spec):
        coordinate = readers[kind]()
    if relaxed and not coordinate.record.relaxed:
        raise click.UsageError("--relaxed needs --distance, --angle or --dihedral")
    return coordinate


def _refuse_refinement(coordinate: Coordinate, refine: int) -> None:
    """Refuse to add points between whole numbers, or geometries.

    Raises:
        InputError: Points are to be added between them.
    """
    if refine and coordinate.record.kind in ("key", "geometries"):
        error = InputError("points are only added along a geometry", hint="give more values")
        error.where = "--refine"
        raise error


def _computed(
    scan: PlannedScan, kept: KeptRows, demand: Demand, refine: int, *, quiet: bool
) -> Scan:
    """The record of all points."""
    from vqe_cli.scan.computation import compute_points
    from vqe_cli.scan.curve import scan_record
    from vqe_cli.scan.refinement import refinement
    from vqe_cli.screening.model import PropertyResult, Task

    done, count = iter(range(1, 10**9)), sum(map(len, scan.chains))

    def tell(task: Task, result: PropertyResult) -> None:
        failure = result.failure
        end = failure.kind if failure is not None else _energy(result.record)
        number = next(done)
        of = f" of {count}" if number <= count else ""
        say_in_lines(f"{number}{of}: {task.title}: {end}")

    found = compute_points(
        scan,
        kept,
        demand,
        refine=refinement(scan, refine),
        say=(lambda _: None) if quiet else say,
        on_result=(lambda *_: None) if quiet else tell,
    )
    return scan_record(scan, found)


def _energy(found: Mapping[str, Any]) -> str:
    """The energy of a point with its unit."""
    from vqe_cli._core.energy_units import units_of

    return f"{found['energy']:.8f} {units_of(found['unit']).energy}"


def _folder(scan: PlannedScan) -> Path:
    """The folder of finished points: one for each set of points."""
    from vqe_cli._core.provenance import fingerprint
    from vqe_cli._core.resources import state_folder

    keys = [point.key for chain in scan.chains for point in chain]
    return state_folder() / "scans" / fingerprint({"points": keys})[:16]


def _refusal(record: Scan) -> VqeError | None:
    """The error of the first point, if no point has an energy; else None."""
    from vqe_cli.errors import error_of_kind

    failures = [point.failure for point in record.points]
    first = failures[0]
    if first is None or any(failure is None for failure in failures):
        return None
    value = f"{record.points[0].value:g}"
    message = f"{record.coordinate.name} at {value}: {first.message}"
    return error_of_kind(first.kind, message, first.hint)


def _is_unfinished(record: Scan) -> bool:
    """Whether points, or directions of points, failed that can be tried again."""
    failures = [
        failure
        for point in record.points
        for failure in (point.failure, *point.failed_directions.values())
    ]
    return any(failure is not None and failure.kind in ANOTHER_TRY for failure in failures)


def _codes(record: Scan, strict: bool) -> list[int]:
    """The exit codes of the points: those of failures before those of verdicts."""
    from vqe_cli.errors import exit_code_of

    failures = [exit_code_of(one.failure.kind) for one in record.points if one.failure is not None]
    return [*failures, *(_code(point, strict) for point in record.points)]


def _code(point: ScanPoint, strict: bool) -> int:
    """The exit code of the verdict of one point."""
    if point.verdict == "fail":
        return 4 if point.only_unconverged else 5
    return 5 if strict and point.verdict == "warn" else 0


def _print(record: Scan, *, as_json: bool) -> None:
    from vqe_cli.report.console import console
    from vqe_cli.report.scan.terminal import show_scan
    from vqe_cli.schema.records import to_json

    if as_json:
        click.echo(to_json(record))
    else:
        show_scan(record, console())


def _command(
    given: dict[str, str | None],
    methods: str | None,
    direction: str,
    refine: int,
    *,
    relaxed: bool,
) -> str:
    """The command that computes the scan again from the files of its bundle."""
    from vqe_cli.scan.bundle import GEOMETRIES

    ((kind, text),) = ((kind, text) for kind, text in given.items() if text is not None)
    words = ["vqe", "scan", "input.json", f"--{kind}"]
    words.append(GEOMETRIES if kind == "geometries" else text)
    words += ["--methods", methods] if methods is not None else []
    words += ["--direction", direction, "--refine", str(refine)]
    return shlex.join([*words, *(["--relaxed"] if relaxed else [])])


def _write(record: Scan, path: Path | None, scan: PlannedScan, command: str) -> None:
    """Write the record as JSON, its points as a table, or a bundle of all that belongs to it."""
    from vqe_cli._core.bundles import names_bundle
    from vqe_cli._core.files import write_atomic
    from vqe_cli.report.scan.table import scan_csv
    from vqe_cli.scan.bundle import write_scan_bundle
    from vqe_cli.schema.records import to_json

    if path is None:
        return
    if names_bundle(path):
        write_scan_bundle(path, record, scan, command)
    else:
        is_table = path.suffix.lower() == ".csv"
        write_atomic(path, scan_csv(record) if is_table else to_json(record) + "\n")


def _plot(record: Scan, path: Path, width: FigureWidth) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.report.scan.plots import scan_plot

    write_atomic(path, scan_plot(record, plot_format(path), width))

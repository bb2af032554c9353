"""``vqe compare``: classical methods and variants of VQE for the same problem."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.compare_inputs import grid_of, grown_problems, place_of
from vqe_cli.cli.flag_values import method_list, overrides, require_input
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    chosen_width,
    elsewhere_options,
    figure_width_option,
    json_option,
    run_options,
    verbose_option,
)
from vqe_cli.cli.parameter_types import AssignmentType, NumberRange
from vqe_cli.cli.say import say, say_in_lines

if TYPE_CHECKING:
    from vqe_cli.comparison.computation import Demand, Progress
    from vqe_cli.comparison.families import Family
    from vqe_cli.comparison.kept_rows import KeptRows
    from vqe_cli.comparison.plan import PlannedProblem
    from vqe_cli.comparison.records import Comparison
    from vqe_cli.errors import VqeError
    from vqe_cli.report.figures import FigureWidth
    from vqe_cli.screening.model import PropertyResult, Task


@click.command("compare", cls=Command)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "--methods",
    metavar="LIST",
    help="Methods, separated by commas (default: hf,mp2,cisd,ccsd,ccsd-t,fci,vqe); "
    "{name: dmrg, bond_dimension: 500} sets options.",
)
@click.option(
    "--grid",
    "axes",
    type=AssignmentType(),
    multiple=True,
    metavar="KEY=A,B",
    help="Values of an input field for VQE, e.g. ansatz=uccsd,adapt. Can be repeated.",
)
@click.option(
    "--scale",
    metavar="FAMILY=SIZES",
    help="Problems that grow: hydrogen-chain=2:10:2, polyene=2,4,6, or FILE's active-space=2:8:2.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    metavar="N",
    help="Number of seeds of each variant of VQE.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Rows computed at the same time; more than one disturbs their times.",
)
@click.option(
    "--time-limit",
    type=NumberRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit of one row.",
)
@click.option(
    "--max-time",
    type=NumberRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Core time of all rows together; later rows are refused.",
)
@click.option(
    "--max-cost",
    type=NumberRange(min=0, min_open=True),
    metavar="USD",
    help="Price of the core time of all rows together; later rows are refused.",
)
@elsewhere_options
@run_options
@json_option
@click.option("-o", "--output", metavar="PATH", help="Write a record (.json) or a bundle (.zip).")
@click.option("--chart", is_flag=True, help="Also draw errors as bars on the terminal.")
@click.option("--plot", metavar="PATH", help="Write errors against costs (.png, .svg or .pdf).")
@figure_width_option
@click.option("--page", metavar="PATH", help="Write an HTML page that needs no network.")
@click.option("--resume", is_flag=True, help="Keep the rows of an interrupted comparison.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: Sequence[str],
    methods: str | None,
    axes: Sequence[str],
    scale: str | None,
    seeds: int,
    workers: int,
    time_limit: float,
    max_time: float | None,
    max_cost: float | None,
    scheduler: str | None,
    cluster: str | None,
    assignments: Sequence[str],
    as_json: bool,
    output: str | None,
    chart: bool,
    plot: str | None,
    figure_width: FigureWidth | None,
    page: str | None,
    resume: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Compare classical methods and variants of VQE on each FILE.

    All methods get the same active space, and the same orbitals unless those of
    VQE are optimised. Each row is computed in a process of its own, and says
    what it cost.

    \b
    Examples:
      vqe compare molecules/n2.yaml
      vqe compare molecules/h4.yaml --grid ansatz=uccsd,adapt,puccd
      vqe compare molecules/h4.yaml --grid optimizer=spsa,cobyla --shots 1000
          --backend aer --seeds 10 --workers 2
      vqe compare --scale hydrogen-chain=2:10:2 --methods hf,ccsd,fci,vqe
    """
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import (
        PLOT_FORMATS,
        check_writable,
        deliver,
        refuse_inputs,
        refuse_same,
    )
    from vqe_cli.comparison.budget import Budget
    from vqe_cli.comparison.computation import Demand
    from vqe_cli.comparison.families import family_of
    from vqe_cli.comparison.kept_rows import KeptRows
    from vqe_cli.comparison.plan import left_out, plan_problem
    from vqe_cli.report.comparison.page import comparison_page
    from vqe_cli.schema import load

    path = check_writable(output)
    plot_path = check_writable(plot, PLOT_FORMATS)
    width = chosen_width(figure_width, (plot,))
    page_path = check_writable(page, (".html", ".htm"))
    refuse_same((path, plot_path, page_path))
    refuse_inputs(files, (path, plot_path, page_path))
    budget = Budget.of(max_time, max_cost)
    demand = Demand(place_of(workers, scheduler, cluster), time_limit, budget)
    changes = overrides(flags, assignments)
    grid, grown = grid_of(axes), None if scale is None else family_of(scale)
    chosen = None if methods is None else method_list(methods)
    if grown is None:
        require_input(files, flags)
        specs = [load(file, changes) for file in files or (None,)]
        named = [(spec.title, spec) for spec in specs]
    else:
        named = grown_problems(grown, files, flags, changes)
    problems = [plan_problem(name, spec, chosen, grid, seeds) for name, spec in named]
    unused = dict.fromkeys(key for _, spec in named for key in left_out(spec))
    if unused:
        say(f"note: no row has what these keys ask for: {', '.join(unused)}")
    with closing(KeptRows(_folder(problems), resume=resume)) as kept:
        record = _computed(problems, grown, kept, demand, quiet=quiet)
        if (refusal := _refusal(record)) is not None:
            kept.discard()
            raise refusal
        outputs = [
            lambda: _print(record, as_json=as_json, chart=chart),
            lambda: _write(record, problems, path, kept.path),
            lambda: None if plot_path is None else _plot(record, plot_path, width),
            lambda: None if page_path is None else write_atomic(page_path, comparison_page(record)),
        ]
        lost, reader_gone = deliver(outputs, "repeat the command with --resume")
        if not lost and not budget.is_spent:
            kept.discard()
    if reader_gone is not None:
        raise reader_gone
    ctx.exit(next((code for code in lost if code), _exit_code(record)))


def _exit_code(record: Comparison) -> int:
    """That of the first problem that was refused; 4 if no row has an energy."""
    from vqe_cli.errors import exit_code_of

    refused = [problem.refusal for problem in record.problems if problem.refusal is not None]
    if refused:
        return exit_code_of(refused[0].kind)
    return 0 if any(row.energy is not None for one in record.problems for row in one.rows) else 4


def _refusal(record: Comparison) -> VqeError | None:
    """The error of the first problem, if no row of any problem can be computed; else None."""
    from vqe_cli.errors import error_of_kind

    found = [(problem.name, problem.refusal) for problem in record.problems]
    name, first = found[0]
    if first is None or any(refusal is None for _, refusal in found):
        return None
    message = first.message if len(found) == 1 else f"{name}: {first.message}"
    return error_of_kind(first.kind, message, first.hint)


def _write(
    record: Comparison, problems: Sequence[PlannedProblem], path: Path | None, folder: Path
) -> None:
    """Write the record as JSON, or as a bundle with what belongs to it."""
    from vqe_cli._core.bundles import names_bundle
    from vqe_cli._core.files import write_atomic
    from vqe_cli.comparison.bundle import write_comparison_bundle
    from vqe_cli.schema.records import to_json

    if path is not None and names_bundle(path):
        write_comparison_bundle(path, record, problems, folder)
    elif path is not None:
        write_atomic(path, to_json(record) + "\n")


def _print(record: Comparison, *, as_json: bool, chart: bool) -> None:
    from vqe_cli.report.comparison.terminal import show_comparison
    from vqe_cli.report.console import console
    from vqe_cli.schema.records import to_json

    if as_json:
        click.echo(to_json(record))
    else:
        show_comparison(record, console(), chart=chart)


def _plot(record: Comparison, path: Path, width: FigureWidth) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.report.comparison.plots import comparison_plot

    write_atomic(path, comparison_plot(record.problems, plot_format(path), width))


def _computed(
    problems: Sequence[PlannedProblem],
    grown: tuple[Family, tuple[int, ...]] | None,
    kept: KeptRows,
    demand: Demand,
    *,
    quiet: bool,
) -> Comparison:
    """The record of all rows."""
    from vqe_cli.comparison.comparison import compare
    from vqe_cli.comparison.computation import compute_rows

    def tell(task: Task, result: PropertyResult, progress: Progress) -> None:
        end = "done" if result.failure is None else result.failure.kind
        say_in_lines(f"{progress.ended} of {progress.count}: {task.title}: {end}")

    found = compute_rows(
        problems,
        kept,
        demand,
        say=(lambda _: None) if quiet else say,
        on_result=(lambda *_: None) if quiet else tell,
    )
    return compare(problems, found.results, found.at_once, grown)


def _folder(problems: Sequence[PlannedProblem]) -> Path:
    """The folder of finished rows: one for each set of problems and rows."""
    from vqe_cli._core.provenance import fingerprint
    from vqe_cli._core.resources import state_folder

    rows = [row.key for problem in problems for row in (*problem.rows, *problem.circuits)]
    mark = fingerprint({"problems": [problem.resolved for problem in problems], "rows": rows})
    return state_folder() / "comparisons" / mark[:16]

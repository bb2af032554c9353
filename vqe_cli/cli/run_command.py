"""``vqe run``: the main job."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import input_options, json_option, overrides, require_input
from vqe_cli.cli.say import say
from vqe_cli.errors import InterruptedRunError, VqeError
from vqe_cli.errors import Path as KeyPath

if TYPE_CHECKING:
    from vqe_cli.records import FailedRun, RunRecord
    from vqe_cli.watch import Watcher


@dataclass(frozen=True)
class How:
    """What holds for every file.

    Args:
        resume: Go on where an interrupted run stopped.
        quiet: No progress.
        yes: Send jobs to real devices without asking.
    """

    resume: bool
    quiet: bool
    yes: bool


@click.command("run")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@input_options
@json_option
@click.option("-o", "--output", metavar="PATH", help="Write the record as JSON, too.")
@click.option("--plot", metavar="PATH", help="Plot the convergence: .png, .svg or .pdf.")
@click.option("--rdm", metavar="PATH", help="Write density matrices of one FILE: .npz.")
@click.option("--yes", is_flag=True, help="Send jobs to a real device without asking.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option("--strict", is_flag=True, help="Exit with 5 unless the verdict is pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: Sequence[str],
    assignments: Sequence[str],
    as_json: bool,
    output: str | None,
    plot: str | None,
    rdm: str | None,
    yes: bool,
    resume: bool,
    strict: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Run VQE on each FILE, compare with the exact energy, judge, print.

    FILE is a YAML input file, an .xyz, .mol or .sdf geometry or an FCIDUMP
    file; --smiles can stand in its place. A flag wins over the file, the file
    over the default.

    \b
    Examples:
      vqe run molecules/h2.yaml
      vqe run --smiles O --active-space frozen-core
      vqe run molecules/*.yaml --json -o results.json
      vqe run molecules/lih.yaml --ansatz efficient-su2 --optimizer slsqp
      vqe run water.xyz --basis 6-31g --active-space '{name: frontier,
          electrons: 4, orbitals: 4}'
    """
    from vqe_cli.cli.output import PLOT_FORMATS, check_writable

    output_path = check_writable(output)
    plot_path = check_writable(plot, PLOT_FORMATS)
    rdm_path = check_writable(rdm, (".npz",))
    require_input(files, flags)
    changes = overrides(flags, assignments)
    if rdm_path is not None and len(files) > 1:
        raise click.UsageError("--rdm writes the density matrices of one FILE, not of several")
    how = How(resume=resume, quiet=quiet, yes=yes)
    if len(files) <= 1:
        file = files[0] if files else None
        records: list[RunRecord | FailedRun] = [_run_one(file, changes, how, rdm_path)]
        codes: list[int] = []
    else:
        records, codes = _run_all(files, changes, how)
    codes += [_exit_code(record, strict) for record in records]
    _write(records, output_path, plot_path)
    _print(records, as_json)
    ctx.exit(next((code for code in codes if code), 0))


def _run_one(
    file: str | None,
    changes: Sequence[tuple[KeyPath, Any, str]],
    how: How,
    rdm: Path | None = None,
) -> RunRecord:
    """Run one file with progress and a checkpoint."""
    import vqe_cli
    from vqe_cli.backends.ibm_runtime.submitter import submitting
    from vqe_cli.checkpoints import FileJournal
    from vqe_cli.cli.approval import submitter_for
    from vqe_cli.pipeline import fingerprint_of
    from vqe_cli.watch import Watchers

    spec = vqe_cli.load(file, changes)
    fingerprint = fingerprint_of(spec)
    journal = FileJournal(
        fingerprint,
        resume=how.resume,
        warn=lambda text: say(f"warning: {text}"),
    )
    if how.resume and not how.quiet:
        say(f"{spec.title}: {journal.found} evaluations in the checkpoint")
    finished = False
    try:
        with ExitStack() as stack:
            watchers = _watchers(spec.title, how.quiet, rdm, stack)
            submitter = submitter_for(fingerprint, spec, resume=how.resume, yes=how.yes)
            stack.enter_context(submitting(submitter))
            record = vqe_cli.run(spec, watcher=Watchers(watchers), journal=journal)
        finished = True
        return record
    except KeyboardInterrupt as found:
        raise _as_vqe_error(found) from None
    finally:
        journal.close(finished=finished)


def _watchers(title: str, quiet: bool, rdm: Path | None, stack: ExitStack) -> list[Watcher]:
    """Who is told of a run: the progress report, the writer of density matrices, or nobody."""
    from vqe_cli.report.progress import LongRunNotice, ProgressReport

    found: list[Watcher] = [LongRunNotice(title, lambda text: click.echo(text, err=True))]
    if not quiet:
        found.append(stack.enter_context(ProgressReport(title)))
    if rdm is not None:
        from vqe_cli.cli.densities import DensityFile

        found.append(DensityFile(rdm))
    return found


def _run_all(
    files: Sequence[str], changes: Sequence[tuple[KeyPath, Any, str]], how: How
) -> tuple[list[RunRecord | FailedRun], list[int]]:
    """Run every file; one that fails does not stop the others, an interrupt does."""
    from vqe_cli.cli.output import failed_run
    from vqe_cli.report.failures import error_lines

    records: list[RunRecord | FailedRun] = []
    codes = []
    for file in files:
        try:
            records.append(_run_one(file, changes, how))
        except (Exception, KeyboardInterrupt) as found:
            error = _as_vqe_error(found)
            click.echo("\n".join(error_lines(error)), err=True)
            error.known.setdefault("name", Path(file).stem)
            records.append(failed_run(error))
            codes.append(error.exit_code)
            if isinstance(error, InterruptedRunError):
                break
    return records, codes


def _as_vqe_error(found: BaseException) -> VqeError:
    """One file's failure, whatever it is, so that the others' results are kept."""
    if isinstance(found, VqeError):
        return found
    if isinstance(found, KeyboardInterrupt):
        return InterruptedRunError("interrupted", hint="the same command with --resume goes on")
    return VqeError(
        f"{type(found).__name__}: {found}",
        hint="this is an error of the program; `vqe --debug run` on this file shows where",
    )


def _exit_code(record: RunRecord | FailedRun, strict: bool) -> int:
    from vqe_cli.judge import only_convergence_failed
    from vqe_cli.records import FailedRun

    if isinstance(record, FailedRun):
        return 0
    if record.verdict == "fail":
        return 4 if only_convergence_failed(record.checks) else 5
    return 5 if strict and record.verdict == "warn" else 0


def _as_json(records: Sequence[RunRecord | FailedRun]) -> str:
    from vqe_cli.records import RUNS_SCHEMA, to_json

    if len(records) == 1:
        return to_json(records[0])
    runs = [record.model_dump(mode="json", by_alias=True) for record in records]
    return to_json({"schema": RUNS_SCHEMA, "runs": runs})


def _write(
    records: Sequence[RunRecord | FailedRun], output: Path | None, plot: Path | None
) -> None:
    from vqe_cli.files import write_atomic
    from vqe_cli.records import RunRecord

    if output is not None:
        write_atomic(output, _as_json(records) + "\n")
    finished = [record for record in records if isinstance(record, RunRecord)]
    if plot is not None and finished:
        from vqe_cli.report.plots import convergence_plot

        write_atomic(plot, convergence_plot(finished, plot.suffix.lower().lstrip(".")))


def _print(records: Sequence[RunRecord | FailedRun], as_json: bool) -> None:
    from vqe_cli.records import RunRecord

    if as_json:
        click.echo(_as_json(records))
        return
    from vqe_cli.report.terminal import console, show_run, show_runs

    if len(records) == 1 and isinstance(records[0], RunRecord):
        show_run(records[0], console())
    else:
        show_runs(records, console())

"""``vqe run``: VQE on one or several inputs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import json_option, overrides, require_input, run_options, verbose_option
from vqe_cli.cli.say import say
from vqe_cli.errors import GOES_ON, InterruptedRunError, as_vqe_error, interruptible
from vqe_cli.errors import Path as KeyPath

if TYPE_CHECKING:
    from vqe_cli.cli.densities import DensityFile
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.records import FailedRun, RunRecord
    from vqe_cli.variational.checkpoints import FileJournal
    from vqe_cli.variational.observers import Observer


@dataclass(frozen=True)
class How:
    """Options that apply to every file.

    Args:
        resume: Whether to resume from checkpoints.
        quiet: Whether to hide progress.
        yes: Whether to send jobs to real devices without confirmation.
    """

    resume: bool
    quiet: bool
    yes: bool


@dataclass(frozen=True)
class Ended:
    """The finished run of one file, kept until its result has been printed and written.

    Args:
        record: The record of the result or the failure.
        code: The exit code of the failure; 0 for a result.
        journal: The checkpoint of the run.
        density: The file of density matrices.
    """

    record: RunRecord | FailedRun
    code: int = 0
    journal: FileJournal | None = None
    density: DensityFile | None = None

    def write_density(self) -> None:
        """Write the density matrices if requested."""
        if self.density is not None:
            self.density.write()

    def close(self, *, delivered: bool) -> None:
        """Close the checkpoint; remove it once the result has been delivered."""
        if self.journal is not None:
            self.journal.close(finished=delivered)


@click.command("run")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@run_options
@json_option
@click.option("-o", "--output", metavar="PATH", help="Also write the record as JSON.")
@click.option("--plot", metavar="PATH", help="Write a convergence plot (.png, .svg or .pdf).")
@click.option("--rdm", metavar="PATH", help="Write the density matrices of one FILE (.npz).")
@click.option("--yes", is_flag=True, help="Send jobs to real devices without asking.")
@click.option("--resume", is_flag=True, help="Resume an interrupted run from its checkpoint.")
@click.option("--strict", is_flag=True, help="Exit with 5 unless the verdict is pass.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@verbose_option
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
    """Run VQE on each FILE, compare with the exact energy, report a verdict.

    FILE is a YAML input file, an .xyz, .mol or .sdf geometry or an FCIDUMP
    file; --smiles can replace it. Flags override the file, and the file
    overrides the defaults.

    \b
    Examples:
      vqe run molecules/h2.yaml
      vqe run --smiles O --active-space frozen-core
      vqe run molecules/*.yaml --json -o results.json
      vqe run molecules/lih.yaml --ansatz efficient-su2 --optimizer slsqp
      vqe run water.xyz --basis 6-31g --active-space '{name: frontier,
          electrons: 4, orbitals: 4}'
    """
    from vqe_cli.cli.output import PLOT_FORMATS, check_writable, deliver

    output_path = check_writable(output)
    plot_path = check_writable(plot, PLOT_FORMATS)
    rdm_path = check_writable(rdm, (".npz",))
    require_input(files, flags)
    changes = overrides(flags, assignments)
    if rdm_path is not None and len(files) > 1:
        raise click.UsageError("--rdm writes the density matrices of one FILE, not of several")
    how = How(resume=resume, quiet=quiet, yes=yes)
    if len(files) <= 1:
        ended = [_run_one(files[0] if files else None, changes, how, rdm_path)]
    else:
        ended = _run_all(files, changes, how)
    records = [one.record for one in ended]
    outputs = [
        lambda: _print(records, as_json),
        lambda: _write(records, output_path),
        lambda: _plot(records, plot_path),
        *(one.write_density for one in ended),
    ]
    delivered = False
    try:
        with interruptible():
            lost, reader_gone = deliver(outputs, f"{GOES_ON}; nothing is computed again")
        delivered = not lost
    finally:
        for one in ended:
            one.close(delivered=delivered)
    if reader_gone is not None:
        raise reader_gone
    codes = [*lost, *(one.code for one in ended), *(_exit_code(one, strict) for one in records)]
    ctx.exit(next((code for code in codes if code), 0))


def _run_one(
    file: str | None,
    changes: Sequence[tuple[KeyPath, Any, str]],
    how: How,
    rdm: Path | None = None,
) -> Ended:
    """Run one file with progress and a checkpoint.

    Raises:
        VqeError: The run failed; its checkpoint is kept.
    """
    import vqe_cli
    from vqe_cli._core.provenance import fingerprint
    from vqe_cli.cli.approval import running_context
    from vqe_cli.cli.densities import DensityFile
    from vqe_cli.parts import located, look_up_parts, settings_of
    from vqe_cli.variational.observers import Observers

    spec = vqe_cli.load(file, changes)
    with located(spec):
        parts = look_up_parts(spec)
    settings = settings_of(spec, parts)
    mark = fingerprint(settings)
    journal = _journal(spec, settings, how)
    density = None if rdm is None else DensityFile(rdm)
    try:
        with interruptible(), ExitStack() as stack:
            observers = _observers(spec.title, how.quiet, density, stack)
            context = running_context(mark, spec, resume=how.resume, yes=how.yes)
            observer = Observers(observers)
            record = vqe_cli.run(
                spec, parts=parts, observer=observer, journal=journal, context=context
            )
    except BaseException:
        journal.close(finished=False)
        raise
    return Ended(record, journal=journal, density=density)


def _journal(spec: RunSpec, settings: dict[str, Any], how: How) -> FileJournal:
    """The checkpoint of a run; with ``--resume``, prints what it contains."""
    import json
    import time

    from vqe_cli._core.provenance import fingerprint
    from vqe_cli.variational.checkpoints import FileJournal

    source = spec.source.file
    journal = FileJournal(
        fingerprint(settings),
        resume=how.resume,
        about={
            "title": spec.title,
            "file": None if source is None else os.path.realpath(source),
            "settings": json.loads(json.dumps(settings)),
        },
        warn=lambda text: say(f"warning: {text}"),
    )
    if not how.resume:
        return journal
    other = journal.unlike()
    if other is not None:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(other.written))
        changed = "; ".join(other.changed) or "another version wrote it"
        fate = "replaced" if other.path == journal.path else "kept"
        text = f"the checkpoint of {when} does not fit and is {fate}: {changed}"
        say(f"warning: {spec.title}: starting from the beginning; {text}")
    elif not how.quiet:
        say(f"{spec.title}: {journal.found} evaluations in the checkpoint")
    return journal


def _observers(
    title: str, quiet: bool, density: DensityFile | None, stack: ExitStack
) -> list[Observer]:
    """The observers of a run."""
    from vqe_cli.report.run.progress import LongRunNotice, ProgressReport

    found: list[Observer] = [LongRunNotice(title, say)]
    if not quiet:
        found.append(stack.enter_context(ProgressReport(title)))
    if density is not None:
        found.append(density)
    return found


def _run_all(
    files: Sequence[str], changes: Sequence[tuple[KeyPath, Any, str]], how: How
) -> list[Ended]:
    """Run every file; a failure does not stop the others, an interrupt does."""
    from vqe_cli.cli.output import failed_run
    from vqe_cli.report.failures import error_lines

    ended = []
    for file in files:
        try:
            ended.append(_run_one(file, changes, how))
        except (Exception, KeyboardInterrupt) as found:
            error = as_vqe_error(found)
            click.echo("\n".join(error_lines(error)), err=True)
            error.known.setdefault("name", Path(file).stem)
            ended.append(Ended(failed_run(error), error.exit_code))
            if isinstance(error, InterruptedRunError):
                break
    return ended


def _exit_code(record: RunRecord | FailedRun, strict: bool) -> int:
    from vqe_cli.schema.records import FailedRun
    from vqe_cli.variational.checks import only_convergence_failed

    if isinstance(record, FailedRun):
        return 0
    if record.verdict == "fail":
        return 4 if only_convergence_failed(record.checks) else 5
    return 5 if strict and record.verdict == "warn" else 0


def _as_json(records: Sequence[RunRecord | FailedRun]) -> str:
    from vqe_cli.schema.records import RUNS_SCHEMA, to_json

    if len(records) == 1:
        return to_json(records[0])
    runs = [record.model_dump(mode="json", by_alias=True) for record in records]
    return to_json({"schema": RUNS_SCHEMA, "runs": runs})


def _write(records: Sequence[RunRecord | FailedRun], path: Path | None) -> None:
    from vqe_cli._core.files import write_atomic

    if path is not None:
        write_atomic(path, _as_json(records) + "\n")


def _plot(records: Sequence[RunRecord | FailedRun], path: Path | None) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.schema.records import RunRecord

    finished = [record for record in records if isinstance(record, RunRecord)]
    if path is not None and finished:
        from vqe_cli.report.run.plots import convergence_plot

        write_atomic(path, convergence_plot(finished, plot_format(path)))


def _print(records: Sequence[RunRecord | FailedRun], as_json: bool) -> None:
    from vqe_cli.schema.records import RunRecord

    if as_json:
        click.echo(_as_json(records))
        return
    from vqe_cli.report.console import console
    from vqe_cli.report.run.terminal import show_run, show_runs

    if len(records) == 1 and isinstance(records[0], RunRecord):
        show_run(records[0], console())
    else:
        show_runs(records, console())

"""``vqe run``: VQE on one or several inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.flag_values import overrides, parsed, require_input
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    chosen_width,
    figure_width_option,
    is_verbose,
    json_option,
    run_options,
    verbose_option,
)
from vqe_cli.cli.parameter_types import SelectionType
from vqe_cli.cli.say import say_error
from vqe_cli.errors import (
    GOES_ON,
    InputError,
    InterruptedRunError,
    as_vqe_error,
    exit_code_of,
    interruptible,
)
from vqe_cli.errors import Path as KeyPath

if TYPE_CHECKING:
    from vqe_cli.analysis.bundles.of_run import RunFiles
    from vqe_cli.cli.densities import DensityFile
    from vqe_cli.cli.export_files import ExportFiles, Target
    from vqe_cli.cli.runner import RunOptions
    from vqe_cli.report.figures import FigureWidth
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.records import FailedRun, RunRecord
    from vqe_cli.variational.checkpoints import FileJournal


@dataclass(frozen=True)
class Ended:
    """The finished run of one file, kept until its result has been printed and written.

    Args:
        record: The record of the result or the failure.
        code: The exit code of the failure; 0 for a result.
        journals: The checkpoints of the run, and of other molecules that its properties need.
        files: Further files of the run: density matrices, exports.
        bundled: The files of the run for a bundle; None without one.
    """

    record: RunRecord | FailedRun
    code: int = 0
    journals: Sequence[FileJournal] = ()
    files: Sequence[DensityFile | ExportFiles] = ()
    bundled: RunFiles | None = None

    def close(self, *, delivered: bool) -> None:
        """Close the checkpoints; remove them once the result has been delivered."""
        for journal in self.journals:
            journal.close(finished=delivered)


@dataclass(frozen=True)
class Shown:
    """What is printed of a single result.

    Args:
        populations: Whether charges, spins and bond orders of all atoms are.
        detailed: Whether every check is explained, and passed ones are named.
    """

    populations: bool
    detailed: bool


@click.command("run", cls=Command)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "--from",
    "recorded",
    metavar="PATH",
    help="Repeat the run of a record or bundle, which flags can change.",
)
@click.option("--name", metavar="NAME", help="The run of a record that holds several.")
@run_options
@click.option(
    "--property",
    "properties",
    type=SelectionType("property"),
    multiple=True,
    metavar="NAME",
    help="Also compute a property, e.g. ionization-energy. Can be repeated.",
)
@json_option
@click.option("-o", "--output", metavar="PATH", help="Write a record (.json) or a bundle (.zip).")
@click.option("--plot", metavar="PATH", help="Write a convergence plot (.png, .svg or .pdf).")
@click.option("--spectrum", metavar="PATH", help="Write a plot of one FILE's --states.")
@figure_width_option
@click.option("--rdm", metavar="PATH", help="Write the density matrices of one FILE (.npz).")
@click.option(
    "--export",
    "exports",
    nargs=2,
    multiple=True,
    metavar="FORMAT PATH",
    help="Write one FILE's solution or problem as cube, molden, trexio, qcschema, ...",
)
@click.option("--populations", is_flag=True, help="Show charges, spins and bond orders of FILE.")
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
    recorded: str | None,
    name: str | None,
    assignments: Sequence[str],
    properties: Sequence[str],
    as_json: bool,
    output: str | None,
    plot: str | None,
    spectrum: str | None,
    figure_width: FigureWidth | None,
    rdm: str | None,
    exports: Sequence[tuple[str, str]],
    populations: bool,
    yes: bool,
    resume: bool,
    strict: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Run VQE on each FILE, compare with the exact energy, report a verdict.

    FILE is a YAML input file, an .xyz, .mol or .sdf geometry, QCSchema, an
    FCIDUMP or a TREXIO file; --smiles can replace it, and --from the record of
    a run. Flags override the file, and the file overrides the defaults.

    \b
    Examples:
      vqe run molecules/h2.yaml
      vqe run --smiles O --active-space frozen-core
      vqe run molecules/*.yaml --json -o results.json
      vqe run molecules/lih.yaml --ansatz efficient-su2 --optimizer slsqp
      vqe run water.xyz --basis 6-31g --active-space '{name: frontier,
          electrons: 4, orbitals: 4}'
      vqe run molecules/h2o.yaml --property ionization-energy --property gap
      vqe run molecules/h2o.yaml --export molden h2o.molden
      vqe run molecules/h2.yaml -o h2.zip
      vqe run --from h2.zip --ansatz puccd
    """
    from vqe_cli._core.bundles import names_bundle
    from vqe_cli.cli.export_files import export_targets, failures_in
    from vqe_cli.cli.output import (
        PLOT_FORMATS,
        check_writable,
        deliver,
        refuse_inputs,
        refuse_same,
    )
    from vqe_cli.cli.runner import RunOptions

    output_path = check_writable(output)
    plot_path, spectrum_path = (check_writable(one, PLOT_FORMATS) for one in (plot, spectrum))
    width = chosen_width(figure_width, (plot, spectrum))
    rdm_path = check_writable(rdm, (".npz",))
    targets = export_targets(exports)
    written = (output_path, plot_path, spectrum_path, rdm_path)
    results = (*written, *(target.path for target in targets))
    refuse_same(results)
    files = _inputs(files, recorded, name)
    refuse_inputs(files, results)
    require_input(files, flags)
    changes = [*overrides(flags, assignments), *_requested(properties)]
    if rdm_path is not None and len(files) > 1:
        raise click.UsageError("--rdm writes the density matrices of one FILE, not of several")
    if targets and len(files) > 1:
        raise click.UsageError("--export writes files of one FILE, not of several")
    if populations and len(files) > 1:
        raise click.UsageError("--populations shows the atoms of one FILE; --json has those of all")
    if spectrum_path is not None and len(files) > 1:
        raise click.UsageError("--spectrum plots the states of one FILE, not of several")
    bundle = output_path is not None and names_bundle(output_path)
    how = RunOptions(resume=resume, quiet=quiet, yes=yes, bundle=bundle)
    if len(files) <= 1:
        file = files[0] if files else None
        if spectrum_path is not None:
            _refuse_without_spectrum(file, changes, name)
        with failures_in(targets, file):
            ended = [_run_one(file, changes, how, rdm_path, targets, name)]
    else:
        ended = _run_all(files, changes, how)
    records = [one.record for one in ended]
    outputs = [
        lambda: _print(records, as_json, Shown(populations, is_verbose(ctx))),
        lambda: _write(ended, output_path),
        lambda: _plot(records, plot_path, width),
        lambda: _plot_spectrum(records, spectrum_path, width),
        *(file.write for one in ended for file in one.files),
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
    codes = [*lost, *(one.code for one in ended)]
    codes += [code for record in records for code in _exit_codes(record, strict)]
    ctx.exit(next((code for code in codes if code), 0))


def _inputs(files: Sequence[str], recorded: str | None, name: str | None) -> Sequence[str]:
    """The input files, or the record in their place.

    Raises:
        UsageError: There are both, or a run is chosen in several files.
        InputError: The file is not the record of a run.
    """
    from vqe_cli.schema.readers.missing import DASHES, hint_for_missing_input

    for file in files:
        if file[:1] in DASHES:
            raise click.UsageError(f"{file}: {hint_for_missing_input(Path(file))}")
    if recorded is None:
        if name is not None and len(files) != 1:
            raise click.UsageError("--name chooses a run of one record")
        return files
    if files:
        raise click.UsageError("--from stands in the place of FILE")
    from vqe_cli.schema.stored_records import read_stored_run

    read_stored_run(Path(recorded), name)
    return (recorded,)


def _requested(properties: Sequence[str]) -> list[tuple[KeyPath, Any, str]]:
    """The change of the input by ``--property``, which replaces the properties of the file."""
    if not properties:
        return []
    return [(("properties",), [parsed("--property", one) for one in properties], "--property")]


def _run_one(
    file: str | None,
    changes: Sequence[tuple[KeyPath, Any, str]],
    how: RunOptions,
    rdm: Path | None = None,
    targets: Sequence[Target] = (),
    name: str | None = None,
) -> Ended:
    """Run one file, or the named run of a record, with progress and a checkpoint.

    Raises:
        VqeError: The run failed; its checkpoint is kept.
    """
    from vqe_cli.cli.runner import Runner
    from vqe_cli.schema import load

    spec = load(file, changes, name)
    further = _files_of(spec, rdm, targets)
    bundled = _bundled(spec) if how.bundle else None
    runner = Runner(how)
    try:
        record = runner.run(spec, [*further, *([bundled] if bundled else [])])
    except BaseException:
        runner.close()
        raise
    return Ended(record, journals=runner.journals, files=further, bundled=bundled)


def _bundled(spec: RunSpec) -> RunFiles:
    """The files of a run for a bundle, which observe it."""
    from vqe_cli.analysis.bundles.of_run import RunFiles
    from vqe_cli.parts import located, look_up_parts

    with located(spec):
        return RunFiles(spec, look_up_parts(spec))


def _refuse_two_body_density(spec: RunSpec) -> None:
    """Refuse a file that holds restricted orbitals where alpha and beta orbitals differ."""
    from vqe_cli.chemistry.problem import is_unrestricted

    if is_unrestricted(spec):
        raise InputError(
            "the two-body density matrix of --rdm is that of restricted orbitals, and alpha and"
            " beta orbitals differ",
            hint="leave out --rdm",
        )


def _files_of(
    spec: RunSpec, rdm: Path | None, targets: Sequence[Target]
) -> list[DensityFile | ExportFiles]:
    """The further files of a run, which observe it."""
    from vqe_cli.cli.densities import DensityFile
    from vqe_cli.cli.export_files import ExportFiles
    from vqe_cli.parts import located, look_up_parts

    found: list[DensityFile | ExportFiles] = []
    if rdm is not None:
        with located(spec):
            _refuse_two_body_density(spec)
        found.append(DensityFile(rdm))
    if targets:
        with located(spec):
            parts = look_up_parts(spec)
        found.append(ExportFiles(targets, spec, parts))
    return found


def _run_all(
    files: Sequence[str], changes: Sequence[tuple[KeyPath, Any, str]], how: RunOptions
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
            say_error(error_lines(error))
            error.known.setdefault("name", Path(file).stem)
            ended.append(Ended(failed_run(error), error.exit_code))
            if isinstance(error, InterruptedRunError):
                break
    return ended


def _exit_codes(record: RunRecord | FailedRun, strict: bool) -> list[int]:
    """The exit codes of failed properties, and that of the verdict."""
    from vqe_cli.schema.records import FailedRun
    from vqe_cli.variational.checks import only_convergence_failed

    if isinstance(record, FailedRun):
        return []
    failed = [exit_code_of(one.error["kind"]) for one in record.properties if one.error]
    if record.verdict == "fail":
        return [4 if only_convergence_failed(record.checks) else 5]
    return [*failed, 5 if strict and record.verdict == "warn" else 0]


def _as_json(records: Sequence[RunRecord | FailedRun]) -> str:
    from vqe_cli.schema.records import runs_record, to_json

    return to_json(runs_record(records))


def _write(ended: Sequence[Ended], path: Path | None) -> None:
    """Write the records as JSON, or as a bundle with what belongs to them."""
    from vqe_cli._core.bundles import names_bundle
    from vqe_cli._core.files import write_atomic

    if path is None:
        return
    records = [one.record for one in ended]
    if not names_bundle(path):
        write_atomic(path, _as_json(records) + "\n")
        return
    from vqe_cli.analysis.bundles.of_run import write_run_bundle

    write_run_bundle(path, records, [one.bundled for one in ended])


def _plot(records: Sequence[RunRecord | FailedRun], path: Path | None, width: FigureWidth) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.schema.records import RunRecord

    finished = [record for record in records if isinstance(record, RunRecord)]
    if path is not None and finished:
        from vqe_cli.report.run.plots import convergence_plot

        write_atomic(path, convergence_plot(finished, plot_format(path), width))


def _refuse_without_spectrum(
    file: str | None, changes: Sequence[tuple[KeyPath, Any, str]], name: str | None
) -> None:
    """Refuse the plot of a spectrum that is not asked for."""
    from vqe_cli.schema import load

    states = load(file, changes, name).states
    if states is None or states.number == 1:
        raise click.UsageError("--spectrum needs excited states: give --states 2 or more")


def _plot_spectrum(
    records: Sequence[RunRecord | FailedRun], path: Path | None, width: FigureWidth
) -> None:
    from vqe_cli._core.files import write_atomic
    from vqe_cli.cli.output import plot_format
    from vqe_cli.schema.records import RunRecord

    finished = [record for record in records if isinstance(record, RunRecord)]
    if path is not None and finished:
        from vqe_cli.report.run.spectrum import spectrum_plot

        write_atomic(path, spectrum_plot(finished[0], plot_format(path), width))


def _print(records: Sequence[RunRecord | FailedRun], as_json: bool, how: Shown) -> None:
    from vqe_cli.schema.records import RunRecord

    if as_json:
        click.echo(_as_json(records))
        return
    from vqe_cli.report.console import console
    from vqe_cli.report.run.several import show_runs
    from vqe_cli.report.run.terminal import show_run

    if len(records) == 1 and isinstance(records[0], RunRecord):
        show_run(records[0], console(), populations=how.populations, detailed=how.detailed)
    else:
        show_runs(records, console())

"""Bundles of runs, whose files are made while they run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vqe_cli._core.bundles import BundledFile, write_bundle
from vqe_cli.analysis.bundles.circuits import circuit_files
from vqe_cli.analysis.bundles.environment import input_file, record_file, requirements_file
from vqe_cli.analysis.bundles.problem import input_files, integral_files, with_bundled_inputs
from vqe_cli.backends.objective import Objective
from vqe_cli.errors import VqeError
from vqe_cli.parts import Parts
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import FailedRun, RunRecord, runs_record
from vqe_cli.schema.stored_records import input_of, run_folder
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution


class RunFiles(Observer):
    """Makes the files of a run when it is solved.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
    """

    def __init__(self, spec: RunSpec, parts: Parts) -> None:
        self._spec, self._parts = spec, parts
        self.files: tuple[BundledFile, ...] = ()
        """The files; none before the run is solved."""

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Make the files.

        Raises:
            VqeError: A file cannot be made; the checkpoint is kept.
        """
        spec, state = self._spec, solution.state
        try:
            self.files = (
                *input_files(spec),
                *integral_files(spec, self._parts.ansatz, state.encoding),
                _parameters(solution),
                *circuit_files(state, solution.x, spec.seed),
            )
        except VqeError as error:
            error.hint = error.hint or "repeat the command with --resume and -o NAME.json"
            raise


def write_run_bundle(
    path: Path, records: Sequence[RunRecord | FailedRun], files: Sequence[RunFiles | None]
) -> None:
    """Write the bundle of one or several runs.

    Args:
        path: Path of the bundle.
        records: The records of the runs, failed ones included.
        files: The files of each run; None for a failed one.

    Raises:
        OSError: The bundle cannot be written.
    """
    finished = [record for record in records if isinstance(record, RunRecord)]
    found = [record_file(runs_record(records))]
    if finished:
        found.append(requirements_file(finished[0].provenance))
    for number, (record, of_run) in enumerate(zip(records, files, strict=True)):
        if isinstance(record, RunRecord) and of_run is not None:
            folder = run_folder(number) if len(records) > 1 else ""
            found += _in_folder(folder, record, of_run)
    names = ", ".join(record.name or "a failed run" for record in records[:10])
    write_bundle(path, f"Bundle of `vqe run`: {names}", found)


def _in_folder(folder: str, record: RunRecord, of_run: RunFiles) -> Iterator[BundledFile]:
    """The files of a run in its folder."""
    data = with_bundled_inputs(input_of(record.model_dump(mode="json", by_alias=True)))
    for file in (input_file(data), *of_run.files):
        yield replace(file, name=f"{folder}{file.name}")


def _parameters(solution: Solution) -> BundledFile:
    text = json.dumps([float(value) for value in solution.x]) + "\n"
    return BundledFile(
        "parameters.json", text.encode(), "the final parameters, for `initial: {file: ...}`"
    )

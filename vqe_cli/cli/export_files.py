"""The files that ``--export`` writes of a problem or of a solved run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqe_cli._core.files import write_atomic
from vqe_cli.analysis.exports import EXPORTS, Export, Exportable, RecordExport, refuse_export
from vqe_cli.backends.objective import Objective
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.cli.flag_values import parsed
from vqe_cli.cli.output import check_writable
from vqe_cli.errors import InputError, InterruptedRunError, VqeError
from vqe_cli.fermions.densities import Density
from vqe_cli.parts import Parts, located
from vqe_cli.schema import RunSpec
from vqe_cli.schema.readers.content import read_text
from vqe_cli.schema.readers.qcschema import is_qcschema
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.density_properties import density_of, with_density
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution

FLAG = "--export"


@dataclass(frozen=True)
class Target:
    """A file to write.

    Args:
        export: The format with its options.
        path: Path of the file.
    """

    export: Export
    path: Path

    def write(self, content: str | bytes) -> None:
        """Write the file.

        Raises:
            OSError: The file cannot be written.
        """
        write_atomic(self.path, content)


def export_targets(exports: Sequence[tuple[str, str]]) -> tuple[Target, ...]:
    """The files that are requested.

    Args:
        exports: Format, as a name or a mapping with options, and path of each.

    Raises:
        InputError: A format or option is unknown, or a path cannot be written.
    """
    found = []
    for name, path in exports:
        file = check_writable(path)
        assert file is not None
        with _located():
            found.append(Target(EXPORTS.create(_selected(name)), file))
    return tuple(found)


def _selected(text: str) -> str | dict[str, Any]:
    """The name of a format, or the mapping with its options."""
    chosen = parsed(FLAG, text)
    if isinstance(chosen, str) or (isinstance(chosen, dict) and "name" in chosen):
        return chosen
    raise InputError(f"'{text}' is no format", hint="as in '{name: cube, show: spin-density}'")


def refuse_exports(targets: Sequence[Target], spec: RunSpec, *, solved: bool) -> None:
    """Refuse what cannot be exported before anything is computed.

    Args:
        targets: The files.
        spec: The run's spec.
        solved: Whether a run is exported, rather than a problem.

    Raises:
        InputError: A format does not support this kind of input, or needs a solved run.
    """
    for target in targets:
        with located(spec), described(target):
            refuse_export(target.export, spec, solved=solved)


@contextmanager
def described(target: Target) -> Iterator[None]:
    """Name the flag and the format in errors that concern no key of the input.

    Args:
        target: The file.
    """
    try:
        yield
    except InputError as error:
        if not error.path:
            error.where = error.where or f"{FLAG} {target.export.name}"
        raise


@contextmanager
def _located() -> Iterator[None]:
    try:
        yield
    except InputError as error:
        error.where = error.where or FLAG
        raise


class ExportFiles(Observer):
    """Makes the files of a run when it is solved; refuses early what cannot be made.

    Args:
        targets: The files.
        spec: The run's spec.
        parts: The parts of the run.
    """

    def __init__(self, targets: Sequence[Target], spec: RunSpec, parts: Parts) -> None:
        refuse_exports(targets, spec, solved=True)
        self._targets, self._spec, self._parts = targets, spec, parts
        self._selection: OrbitalSelection | UnrestrictedSelection | None = None
        self._of_state = [one for one in targets if one.export.uses_state(solved=True)]
        self._source: Exportable | None = None
        self._contents: list[tuple[Target, str | bytes]] = []

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Refuse orbitals that do not exist, and files that are too large."""
        self._selection = selection
        for target in self._targets:
            with described(target):
                target.export.check(selection)

    def on_objective(self, objective: Objective) -> None:
        """Refuse a backend without a density, where one is exported; samples have their own."""
        if self._parts.solver.draws:
            return
        for target in self._of_state:
            with described(target):
                with_density(objective)

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Make the content of the files.

        Raises:
            VqeError: A format does not support this kind of problem; the checkpoint is kept.
        """
        self._source = source = Exportable(
            spec=self._spec,
            encoding=solution.state.encoding,
            ansatz=self._parts.ansatz,
            selection=self._selection,
            density=self._density(solution),
            energy=solution.energy.value,
        )
        try:
            for target in self._targets:
                if not isinstance(target.export, RecordExport):
                    with described(target):
                        self._contents.append((target, target.export.content(source)))
        except VqeError as error:
            error.hint = error.hint or "repeat the command with --resume and without --export"
            raise

    def _density(self, solution: Solution) -> Density | None:
        """The density that the files need; that of samples is one-body."""
        if not self._of_state:
            return None
        if solution.density is None and any(one.export.uses_two_body for one in self._of_state):
            return with_density(solution.objective).density(solution.x, two_body=True)
        return density_of(solution)

    def on_record(self, record: RunRecord) -> None:
        """Make the content of the files that need the record."""
        assert self._source is not None
        source = replace(self._source, record=record)
        for target in self._targets:
            if isinstance(target.export, RecordExport):
                with described(target):
                    self._contents.append((target, target.export.text_of_run(source)))

    def write(self) -> None:
        """Write the files if the run has finished.

        Raises:
            OSError: A file cannot be written.
        """
        for target, content in self._contents:
            target.write(content)


@contextmanager
def failures_in(targets: Sequence[Target], file: str | None) -> Iterator[None]:
    """Write the files of a run that fails, in formats that describe failures.

    Args:
        targets: The files.
        file: The input file, which stands in the failure if it is of the same format.

    Raises:
        VqeError: The run failed.
        OSError: A file cannot be written.
    """
    try:
        yield
    except InterruptedRunError:
        raise
    except VqeError as error:
        for target in targets:
            if isinstance(target.export, RecordExport):
                target.write(target.export.text_of_failure(error, _document(file)))
        raise


def _document(file: str | None) -> dict[str, Any]:
    """The QCSchema document in a file; empty for other files."""
    try:
        data = None if file is None else json.loads(read_text(Path(file)))
    except (InputError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) and is_qcschema(data) else {}

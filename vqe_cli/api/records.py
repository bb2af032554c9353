"""Several records of runs, as a table or in one figure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from vqe_cli.api.record import RunRecord, saved, saved_json
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.schema import records as schema
from vqe_cli.schema.stored_records import StoredRun, read_record_data, stored_runs

if TYPE_CHECKING:
    from vqe_cli.report.notebook_figure import NotebookFigure

Row = dict[str, Any]
"""A row of a table: a value for each column."""


class Records(Sequence[RunRecord]):
    """Records of several runs.

    Examples:
        >>> records = vqe_cli.Records(vqe_cli.run("lih.yaml", ansatz=name) for name in names)
        >>> pandas.DataFrame(records.table())

    Args:
        records: The records, or any of failed runs as `vqe run` writes them.

    Attributes:
        failed: The records of failed runs.
    """

    def __init__(self, records: Iterable[schema.RunRecord | schema.FailedRun]) -> None:
        if isinstance(records, (schema.RunRecord, str)):
            raise InputError("Records takes several records", hint="Records([record])")
        found = list(records)
        for one in found:
            if not isinstance(one, (schema.RunRecord, schema.FailedRun)):
                raise InputError(
                    f"{type(one).__name__} is no record of a run", hint="vqe_cli.run returns one"
                )
        self._records = [RunRecord.of(one) for one in found if isinstance(one, schema.RunRecord)]
        self.failed = tuple(one for one in found if isinstance(one, schema.FailedRun))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Records:
        """All records in a file, those of failed runs as `failed`.

        Args:
            path: A record of ``records.save(...)`` or ``vqe run FILE... -o``, or a bundle.

        Raises:
            InputError: The file is no record of runs.
        """
        return cls(records_in(path))

    @overload
    def __getitem__(self, place: int | str) -> RunRecord: ...

    @overload
    def __getitem__(self, place: slice) -> Records: ...

    def __getitem__(self, place: int | str | slice) -> RunRecord | Records:
        """The record at a place or of a name; of a slice several.

        Raises:
            IndexError: There is no such place.
            KeyError: There is no run, or more than one, of that name.
        """
        if isinstance(place, slice):
            return Records(self._records[place])
        if not isinstance(place, str):
            return self._records[place]
        found = [one for one in self._records if one.name == place]
        if len(found) != 1:
            names = [one.name for one in self._records]
            count = len(found) or "no"
            raise KeyError(f"{count} runs are called '{place}'; {did_you_mean(place, names)}")
        return found[0]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[RunRecord]:
        return iter(self._records)

    def table(self, *fields: str) -> list[Row]:
        """A row for each run, for `pandas.DataFrame` or the csv module.

        Energies are in the unit of the problem: total energies in Hartree for molecules. Failed
        runs stand last, with the message of their error.

        Args:
            fields: Further fields of the records as columns, by their keys joined by dots:
                ``"spec.molecule.basis"``, ``"result.properties.dipole.magnitude.value"``.

        Raises:
            InputError: No record has such a field.
        """
        for field in fields:
            if not isinstance(field, str):
                hint = "table('spec.molecule.basis', 'problem.point_group') has two"
                raise InputError(f"a column is text, not {field!r}", hint=hint)
        rows = [_row(one) for one in self._records]
        for field in fields:
            values = [_value(one, field) for one in self._records]
            if self._records and all(value is _ABSENT for value in values):
                raise InputError(f"no record has '{field}'", hint=_near(self._records[0], field))
            for row, value in zip(rows, values, strict=True):
                row[field] = None if value is _ABSENT else value
        columns = list(rows[0]) if rows else ["name", "error"]
        lost = [{"name": one.name, "error": one.error.get("message")} for one in self.failed]
        return [*rows, *({**dict.fromkeys(columns), **row} for row in lost)]

    def plot(self, path: str | os.PathLike[str] | None = None) -> NotebookFigure:
        """The errors of all runs against their evaluations, which notebooks show.

        Args:
            path: File to write as well, .png, .svg or .pdf.

        Raises:
            InputError: There are no records, or the file is of another kind.
        """
        if not self._records:
            raise InputError("there are no records to plot")
        from vqe_cli.report.run.plots import convergence_figure

        return saved(convergence_figure(self._records), path)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write all records as one JSON file, which `vqe_cli.read` reads.

        Args:
            path: Path of the file, .json; an existing one is replaced.

        Returns:
            The path.

        Raises:
            InputError: The file name has another extension, or there are no records.
        """
        found: list[schema.RunRecord | schema.FailedRun] = [*self._records, *self.failed]
        if not found:
            raise InputError("there are no records to save")
        return saved_json(schema.runs_record(found), path)

    def __str__(self) -> str:
        failed = (f"{one.name}: failed" for one in self.failed)
        return "\n".join([*map(str, self._records), *failed])

    def __repr__(self) -> str:
        return f"<Records of {len(self)} runs{f', {len(self.failed)} failed' * bool(self.failed)}>"

    def _repr_html_(self) -> str:
        from vqe_cli.report.run.cards import table_of

        return table_of(self._records, self.failed)


def records_in(
    path: str | os.PathLike[str], run: str | None = None
) -> list[RunRecord | schema.FailedRun]:
    """The records in a file.

    Args:
        path: Path of a record of one or several runs, or of a bundle.
        run: The run in a record of several: its name, or its number from 1; None for all.

    Raises:
        InputError: The file is no record of runs, or the choice does not fit.
    """
    if not isinstance(path, (str, os.PathLike)):
        message = f"{type(path).__name__} is not the path of a record"
        raise InputError(message, hint="give the path of a file; load(...) takes other inputs")
    place = Path(path).expanduser()
    found = stored_runs(place.absolute(), read_record_data(place), run)
    return [
        RunRecord.of(one.record(), origin=one) if isinstance(one, StoredRun) else one
        for one in found
    ]


def _row(record: RunRecord) -> Row:
    """The columns that every record has."""
    problem, result, reference = record.problem, record.result, record.reference
    failed = [one.name for one in record.checks if one.status in ("fail", "warn")]
    return {
        "name": record.name,
        "energy": result.energy,
        "standard_error": result.standard_error,
        "reference_energy": None if reference is None else reference.energy,
        "error_mha": record.error_mha,
        "verdict": record.verdict,
        "failed_checks": ", ".join(failed),
        "hartree_fock_energy": problem.hartree_fock_energy,
        "qubits": problem.qubits,
        "ansatz": record.spec["ansatz"]["name"],
        "mapper": record.spec["mapper"]["name"],
        "optimizer": result.optimizer,
        "backend": record.spec["backend"]["name"],
        "parameters": len(result.parameters),
        "evaluations": result.evaluations.energy,
        "gradients": result.evaluations.gradient,
        "shots": result.evaluations.shots,
        "wall_s": result.wall_s,
        "error": None,
    }


_ABSENT = object()
"""The value of a field that a record does not have."""


def _value(record: RunRecord, field: str) -> Any:
    """The value of a field; `_ABSENT` if the record does not have it."""
    found: Any = record.model_dump(mode="json")
    for key in field.split("."):
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return _ABSENT
    return found


def _near(record: RunRecord, field: str) -> str:
    """A hint that names the nearest key where the field leaves the record."""
    found: Any = record.model_dump(mode="json")
    for key in field.split("."):
        if not isinstance(found, Mapping):
            break
        if key not in found:
            return did_you_mean(key, list(found))
        found = found[key]
    return "write the keys of the record joined by dots, as in 'spec.molecule.basis'"

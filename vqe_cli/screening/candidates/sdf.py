"""`.sdf` and `.mol` files: records with a molfile and properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vqe_cli.schema.readers.molfile import MOLFILE_END, SDF_SEPARATOR, data_fields
from vqe_cli.screening.candidates.inputs import with_electrons
from vqe_cli.screening.candidates.names import place, printable
from vqe_cli.screening.candidates.text import Line, lines, title_of
from vqe_cli.screening.model import Candidate, Failure

MAX_RECORD = 1_000_000
"""Largest number of characters in one record."""

NAME_PROPERTIES = ("name", "id", "candidate")


def read_sdf(path: Path, name_property: str | None = None) -> Iterator[Candidate]:
    """Iterate over the candidates of an `.sdf` or `.mol` file.

    Args:
        path: Path of the file.
        name_property: Property with the name; default: the title line, then ``name``, ``id`` or
            ``candidate``.

    Yields:
        The candidates, in the order of the file.
    """
    for number, record in enumerate(_records(path), start=1):
        yield _candidate(path, record, f"{title_of(path)} {number}", name_property)


def _records(path: Path) -> Iterator[list[Line]]:
    record: list[Line] = []
    size = 0
    for line in lines(path):
        if line.text.startswith(SDF_SEPARATOR):
            yield record
            record, size = [], 0
            continue
        size += len(line.text)
        # Of a record that is too long, only one line beyond the limit is kept, marked as cut.
        if size <= MAX_RECORD or not record or not record[-1].cut:
            record.append(line._replace(cut=line.cut or size > MAX_RECORD))
    if any(line.text.strip() for line in record):
        yield record


def _candidate(
    path: Path, record: Sequence[Line], fallback: str, name_property: str | None
) -> Candidate:
    source = place(path, record[0].number if record else None)
    if any(line.cut for line in record):
        failure = Failure(kind="refused", message="the record is too long for any molecule")
        return Candidate(name=fallback, source=source, failure=failure)
    texts = [line.text for line in record]
    ends = [line.number for line in record if line.text.startswith(MOLFILE_END)]
    if len(ends) > 1:
        failure = Failure(
            kind="input",
            message=f"{len(ends)} molfiles end in this record, on lines {_listed(ends)}",
            hint=f"put a line {SDF_SEPARATOR} after each",
        )
        return Candidate(name=fallback, source=source, failure=failure)
    end = next((i + 1 for i, text in enumerate(texts) if text.startswith(MOLFILE_END)), len(texts))
    if not any(text.strip() for text in texts):
        failure = Failure(kind="input", message="the record is empty")
        return Candidate(name=fallback, source=source, failure=failure)
    fields = {field.title: field.value for field in reversed(data_fields(texts[end:]))}
    name = printable(_name(texts[0], fields, name_property), fallback)
    molfile = "\n".join(texts[:end]) + "\n"
    return with_electrons(Candidate(name=name, source=source, molfile=molfile), fields)


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:5]))
    return shown if len(numbers) <= 5 else f"{shown}, ..."


def _name(title: str, fields: Mapping[str, str], name_property: str | None) -> str:
    wanted = NAME_PROPERTIES if name_property is None else (name_property.lower(),)
    if name_property is None and title.strip():
        return title
    return next((fields[key] for key in wanted if fields.get(key)), "")

"""`.csv` and `.tsv` files: one candidate in a row, columns by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.schema.readers.electrons import TITLES
from vqe_cli.screening.candidates.inputs import with_electrons
from vqe_cli.screening.candidates.names import place, printable
from vqe_cli.screening.candidates.smiles_lines import too_long
from vqe_cli.screening.candidates.text import Line, about, kind_of, lines
from vqe_cli.screening.model import Candidate, Failure

SMILES_COLUMN, INCHI_COLUMN = "smiles", "inchi"
NAME_COLUMNS = ("name", "id", "candidate")
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}


@dataclass(frozen=True)
class _Layout:
    """Where things stand in a row.

    Args:
        delimiter: Between cells.
        columns: How many have a title.
        smiles: Its column, from 0.
        name: Its column, if there is one.
        electrons: Columns of charge and spin, by their titles.
    """

    delimiter: str
    columns: int
    smiles: int
    name: int | None
    electrons: dict[str, int]


def _cell(cells: Sequence[str], column: int | None) -> str:
    """Empty where the row or the table has none."""
    return "" if column is None or column >= len(cells) else cells[column].strip()


def read_table(
    path: Path, smiles_column: str | None = None, name_column: str | None = None
) -> Iterator[Candidate]:
    """Candidates of a table whose first row names its columns.

    Every row is read by itself, so that a quotation mark without its partner costs one row and
    not all that follow. A column ``multiplicity`` says what a structure does not tell, a column
    ``charge`` what it must tell, too; their cells may be empty.

    Args:
        path: The file; ``.csv`` may be separated by commas, semicolons or tabs.
        smiles_column: Default: ``smiles``, in any case; else ``inchi``. Its cells may hold either.
        name_column: Default: ``name``, ``id`` or ``candidate``, if there is one.

    Raises:
        InputError: There is no such column.
    """
    rows = (line for line in lines(path) if line.text.strip())
    title = next(rows, None)
    if title is None:
        raise about(path, "is empty")
    delimiter, titles, wanted = _titles(path, title.text, smiles_column)
    smiles = _column(path, titles, wanted)
    name = None if name_column is None else _column(path, titles, name_column)
    if name is None:
        found = [titles.index(known) for known in NAME_COLUMNS if known in titles]
        name = found[0] if found else None
    electrons = {title: _column(path, titles, title) for title in TITLES if title in titles}
    layout = _Layout(delimiter, len(titles), smiles, name, electrons)
    for line in rows:
        yield _candidate(path, line, layout)


def _titles(path: Path, text: str, wanted: str | None) -> tuple[str, list[str], str]:
    """The delimiter by which a column of structures is found, all titles, and that column's.

    Titles are in lower case.
    """
    split = {
        choice: [cell.strip().lower() for cell in split_row(text, choice) or []]
        for choice in _DELIMITERS[kind_of(path)]
    }
    names = (SMILES_COLUMN, INCHI_COLUMN) if wanted is None else (wanted.strip().lower(),)
    for name in names:
        for choice, titles in split.items():
            if name in titles:
                return choice, titles, name
    most = max(split, key=lambda choice: len(split[choice]))
    return most, split[most], names[0]


def _column(path: Path, titles: Sequence[str], wanted: str) -> int:
    count = titles.count(wanted.strip().lower())
    if count > 1:
        raise about(path, f"has {count} columns '{wanted}'", "give each a title of its own")
    if count:
        return titles.index(wanted.strip().lower())
    columns = ", ".join(printable(title)[:40] for title in titles[:30])
    raise _no_column(path, wanted, columns, titles)


def _no_column(path: Path, wanted: str, columns: str, titles: Sequence[str]) -> InputError:
    near = did_you_mean(wanted, [title[:40] for title in titles[:30]])
    hint = near if near.startswith("did") else "name it by --set candidates.smiles_column=..."
    return about(path, f"has no column '{wanted}'; its columns are: {columns}", hint)


def split_row(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row, None where its quotation marks do not pair or it is no row at all.

    Args:
        text: The row.
        delimiter: Between cells.
    """
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _candidate(path: Path, line: Line, layout: _Layout) -> Candidate:
    source, fallback = place(path, line.number), f"line {line.number}"
    if line.cut:
        return Candidate(name=fallback, source=source, failure=too_long())
    cells = split_row(line.text, layout.delimiter)
    if cells is None:
        hint = "double those inside a cell; a cell is one line long"
        return _failed(fallback, source, "the row's quotation marks do not pair", hint)
    if any(cell.strip() for cell in cells[layout.columns :]):
        # Which of its cells is the SMILES cannot be told any more.
        message = f"the row has {len(cells)} cells, the table {layout.columns} columns"
        hint = f"put cells that hold a '{layout.delimiter}' in quotation marks"
        return _failed(fallback, source, message, hint)
    return _of_cells(cells, layout, source, fallback)


def _of_cells(cells: Sequence[str], layout: _Layout, source: str, fallback: str) -> Candidate:
    text = _cell(cells, layout.smiles)
    called = printable(_cell(cells, layout.name) or text, fallback)
    if not text:
        return _failed(called, source, "the row has no SMILES", "fill it in, or leave the row out")
    fields = {title: _cell(cells, column) for title, column in layout.electrons.items()}
    return with_electrons(Candidate(name=called, source=source, smiles=text), fields)


def _failed(name: str, source: str, message: str, hint: str) -> Candidate:
    failure = Failure(kind="input", message=message, hint=hint)
    return Candidate(name=name, source=source, failure=failure)

"""`.csv` and `.tsv` files: one candidate in each row, columns found by their titles."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.wording import counted
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
    """The layout of a row.

    Args:
        delimiter: Delimiter of cells.
        columns: Number of columns with a title.
        smiles: Column of the SMILES, from 0.
        name: Column of the name, from 0; None if there is none.
        electrons: Columns of charge and spin by title, from 0.
    """

    delimiter: str
    columns: int
    smiles: int
    name: int | None
    electrons: dict[str, int]


def _cell(cells: Sequence[str], column: int | None) -> str:
    """The text of a cell; empty where the row or the table has no such cell."""
    return "" if column is None or column >= len(cells) else cells[column].strip()


def read_table(
    path: Path, smiles_column: str | None = None, name_column: str | None = None
) -> Iterator[Candidate]:
    """Iterate over the candidates of a table whose first row names its columns.

    Rows are parsed one by one, so that an unpaired quotation mark spoils only its own row. An
    optional column ``multiplicity`` adds to the structure, an optional column ``charge`` must
    agree with it; their cells may be empty.

    Args:
        path: Path of the file; ``.csv`` may be delimited by commas, semicolons or tabs.
        smiles_column: Column with SMILES or InChI. Default: ``smiles``, in any case; else
            ``inchi``.
        name_column: Column with names. Default: ``name``, ``id`` or ``candidate``, if present.

    Yields:
        The candidates, in the order of the file.

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
    """The delimiter, all titles, and the title of the structure column, in lower case.

    The delimiter is the one with which a structure column is found.
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
    """The cells of a row; None if the row cannot be parsed, for example for unpaired quotes.

    Args:
        text: Text of the row.
        delimiter: Delimiter of cells.
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
        # It is then unclear which cell holds the SMILES.
        message = (
            f"the row has {counted(len(cells), 'cell')}, the"
            f" table {counted(layout.columns, 'column')}"
        )
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

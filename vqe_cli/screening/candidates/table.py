"""`.csv` and `.tsv` files: one candidate in a row, columns by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.screening.candidates.names import printable
from vqe_cli.screening.candidates.smiles_lines import too_long
from vqe_cli.screening.candidates.text import Line, about, lines
from vqe_cli.screening.model import Candidate, Failure

SMILES_COLUMN = "smiles"
NAME_COLUMNS = ("name", "id", "candidate")
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}


def read_table(
    path: Path, smiles_column: str | None = None, name_column: str | None = None
) -> Iterator[Candidate]:
    """Candidates of a table whose first row names its columns.

    Every row is read by itself, so that a quotation mark without its partner costs one row and
    not all that follow.

    Args:
        path: The file; ``.csv`` may be separated by commas, semicolons or tabs.
        smiles_column: Default: ``smiles``, in any case.
        name_column: Default: ``name``, ``id`` or ``candidate``, if there is one.

    Raises:
        InputError: There is no such column.
    """
    rows = (line for line in lines(path) if line.text.strip())
    title = next(rows, None)
    if title is None:
        raise about(path, "is empty")
    delimiter, titles = _titles(path, title.text, smiles_column or SMILES_COLUMN)
    smiles = _column(path, titles, smiles_column or SMILES_COLUMN)
    name = None if name_column is None else _column(path, titles, name_column)
    if name is None:
        found = [titles.index(known) for known in NAME_COLUMNS if known in titles]
        name = found[0] if found else None
    for line in rows:
        yield _candidate(path, line, delimiter, smiles, name)


def _titles(path: Path, text: str, wanted: str) -> tuple[str, list[str]]:
    """The delimiter by which the wanted column is found, and the titles in lower case."""
    choices = _DELIMITERS[path.suffix.lower()]
    split = {choice: _split(text, choice) or [] for choice in choices}
    for choice, cells in split.items():
        titles = [cell.strip().lower() for cell in cells]
        if wanted.strip().lower() in titles:
            return choice, titles
    most = max(split, key=lambda choice: len(split[choice]))
    return most, [cell.strip().lower() for cell in split[most]]


def _column(path: Path, titles: Sequence[str], wanted: str) -> int:
    if wanted.strip().lower() in titles:
        return titles.index(wanted.strip().lower())
    columns = ", ".join(printable(title)[:40] for title in titles[:30])
    raise _no_column(path, wanted, columns, titles)


def _no_column(path: Path, wanted: str, columns: str, titles: Sequence[str]) -> InputError:
    near = did_you_mean(wanted, [title[:40] for title in titles[:30]])
    hint = near if near.startswith("did") else "name it by --set candidates.smiles_column=..."
    return about(path, f"has no column '{wanted}'; its columns are: {columns}", hint)


def _split(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row, None where its quotation marks do not pair."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _candidate(path: Path, line: Line, delimiter: str, smiles: int, name: int | None) -> Candidate:
    source, fallback = f"{path.name}:{line.number}", f"line {line.number}"
    if line.cut:
        return Candidate(name=fallback, source=source, failure=too_long())
    cells = _split(line.text, delimiter)
    if cells is None:
        return _failed(fallback, source, "the row's quotation marks do not pair")
    text = cells[smiles].strip() if smiles < len(cells) else ""
    given = cells[name] if name is not None and name < len(cells) else text
    called = printable(given, fallback)
    if not text:
        return _failed(called, source, "the row has no SMILES")
    return Candidate(name=called, source=source, smiles=text)


def _failed(name: str, source: str, message: str) -> Candidate:
    return Candidate(name=name, source=source, failure=Failure(kind="input", message=message))

"""A campaign's table in formats for other programs: a registry."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar, Literal

from vqe_cli.files import open_atomic
from vqe_cli.registry import Entry, Registry
from vqe_cli.screening.disk import storage
from vqe_cli.screening.properties import Column, Value

Row = Mapping[str, Value]


class TableFormat(Entry):
    """One format."""

    suffix: ClassVar[str]
    """The usual ending of such files."""

    @abstractmethod
    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the whole table, row by row.

        Args:
            columns: In order.
            rows: Each with a value or None for every column.
            stream: Where to.

        Raises:
            UnavailableError: A package that it needs is not installed.
        """


TABLES = Registry("table", TableFormat, __name__)


def export_table(
    form: TableFormat, columns: Sequence[Column], rows: Iterable[Row], path: Path | None
) -> None:
    """Write a table to a file, whole or not at all, or to standard output.

    Args:
        form: The format.
        columns: In order.
        rows: Each with a value or None for every column.
        path: The file; None for standard output.
    """
    if path is None:
        form.write(columns, rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with storage(path.parent), open_atomic(path) as stream:
        form.write(columns, rows, stream)


def table_of(
    names: Sequence[str], rows: Sequence[Sequence[Value]]
) -> tuple[tuple[Column, ...], list[Row]]:
    """A query's answer as a table, the kinds of its columns told from their values.

    Args:
        names: Of the columns, in order.
        rows: The values.
    """
    kinds = [_kind({type(row[place]) for row in rows}) for place in range(len(names))]
    columns = tuple(Column(name, kind, "") for name, kind in zip(names, kinds, strict=True))
    return columns, [
        {
            column.name: str(value) if column.kind == "text" and value is not None else value
            for column, value in zip(columns, row, strict=True)
        }
        for row in rows
    ]


def _kind(seen: set[type]) -> Literal["number", "integer", "text", "flag"]:
    """Text takes whatever is of several kinds."""
    kinds = seen - {type(None)}
    if kinds and kinds <= {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "text"

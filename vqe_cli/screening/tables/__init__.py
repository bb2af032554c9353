"""The registry of table formats in which a campaign is exported."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar, Literal

from vqe_cli._core.files import open_atomic
from vqe_cli._core.registry import Entry, Registry
from vqe_cli.properties import Column, Value
from vqe_cli.screening.workers.disk_errors import storage

Row = Mapping[str, Value]


class TableFormat(Entry):
    """A format of exported tables."""

    suffix: ClassVar[str]
    """The usual suffix of such files."""

    binary: ClassVar[bool] = False
    """Whether the format is binary, and so unsuitable for a terminal."""

    @abstractmethod
    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the whole table, row by row.

        Args:
            columns: Columns, in order.
            rows: Rows with a value or None for every column.
            stream: Binary stream to write to.

        Raises:
            UnavailableError: A package that the format needs is not installed.
        """


TABLES = Registry("table", TableFormat, __name__)


def export_table(
    form: TableFormat, columns: Sequence[Column], rows: Iterable[Row], path: Path | None
) -> None:
    """Write a table to a file, whole or not at all, or to standard output.

    Args:
        form: Format of the table.
        columns: Columns, in order.
        rows: Rows with a value or None for every column.
        path: Path of the file; None for standard output.
    """
    if path is None:
        form.write(columns, rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with storage(path.parent), open_atomic(path) as stream:
        form.write(columns, rows, stream)


def columns_of(names: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[Column, ...]:
    """Columns of a query's answer, with kinds inferred from the values.

    Args:
        names: Names of the columns, in order.
        rows: Rows of values.
    """
    kinds: list[set[type]] = [set() for _ in names]
    for row in rows:
        for seen, value in zip(kinds, row, strict=True):
            seen.add(type(value))
    return tuple(Column(name, _kind(seen), "") for name, seen in zip(names, kinds, strict=True))


def _kind(seen: set[type]) -> Literal["number", "integer", "text", "flag"]:
    """The kind of a column with values of some types; text if they are mixed."""
    kinds = seen - {type(None)}
    if kinds and kinds <= {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "text"

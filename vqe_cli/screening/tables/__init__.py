"""A campaign's table in formats for other programs: a registry."""

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
    """One format."""

    suffix: ClassVar[str]
    """The usual ending of such files."""

    binary: ClassVar[bool] = False
    """Whether it is no text that could go to a terminal."""

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


def columns_of(names: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[Column, ...]:
    """Columns of a query's answer, their kinds told from the values.

    Args:
        names: In order.
        rows: The values.
    """
    kinds: list[set[type]] = [set() for _ in names]
    for row in rows:
        for seen, value in zip(kinds, row, strict=True):
            seen.add(type(value))
    return tuple(Column(name, _kind(seen), "") for name, seen in zip(names, kinds, strict=True))


def _kind(seen: set[type]) -> Literal["number", "integer", "text", "flag"]:
    """Text takes whatever is of several kinds."""
    kinds = seen - {type(None)}
    if kinds and kinds <= {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "text"

"""Comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, ClassVar

from vqe_cli.screening.properties import Column, Value
from vqe_cli.screening.tables import Row, TableFormat

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


class Csv(TableFormat):
    """Comma-separated values, one header line, UTF-8.

    Floats have all their digits, nothing stands for a missing value. Text that a spreadsheet
    would run as a formula gets an apostrophe in front, unless it is a number; other formats leave
    it as it is.

    Reference:
        Shafranovich, RFC 4180 (2005).
    """

    suffix: ClassVar[str] = ".csv"

    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the table."""
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        try:
            lines = csv.writer(text)
            lines.writerow(column.name for column in columns)
            names = [column.name for column in columns]
            lines.writerows([_cell(row[name]) for name in names] for row in rows)
        finally:
            text.detach()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    return f"'{value}" if value.startswith(_FORMULA) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

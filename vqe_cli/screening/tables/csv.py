"""Comma-separated values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, ClassVar

from vqe_cli.properties import Column, Value
from vqe_cli.screening.tables import Row, TableFormat

_FORMULA = re.compile(r"(?:^|[,;|\t\r\n\uff0c\uff1b])[\s'\"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the beginning of a formula, full-width signs among them; after a
separator as well, by which it may split cells again."""


class Csv(TableFormat):
    """Comma-separated values, one header line, UTF-8.

    Floats have all their digits, nothing stands for a missing value. Text that a spreadsheet
    would run as a formula, at its beginning or behind a separator, gets an apostrophe before its
    sign, unless it is a number; other formats leave it as it is.

    Reference:
        Shafranovich, RFC 4180 (2005).
    """

    suffix: ClassVar[str] = ".csv"

    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the table."""
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        try:
            lines = csv.writer(text)
            lines.writerow(_harmless(column.name) for column in columns)
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
    return _harmless(value)


def _harmless(text: str) -> str:
    """Text that no spreadsheet runs: what looks like a formula gets an apostrophe before its sign.

    Args:
        text: Of one cell.
    """
    if not _FORMULA.search(text) or _is_number(text):
        return text
    guarded = _FORMULA.sub(lambda found: f"{found[0][:-1]}'{found[0][-1]}", text)
    return f"'{guarded}" if guarded.startswith(("\t", "\r")) else guarded


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

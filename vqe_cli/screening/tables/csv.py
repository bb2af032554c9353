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
"""Beginnings of text that a spreadsheet may take for a formula, also after a separator at which it
may split the cell; full-width signs included."""


class Csv(TableFormat):
    """Comma-separated values, one header line, UTF-8.

    Floats have all digits, and missing values are empty. Text that a spreadsheet could run as a
    formula, at its beginning or after a separator, gets an apostrophe before the sign, unless it
    is a number; other formats do not change it.

    Reference:
        Shafranovich, RFC 4180 (2005).
    """

    suffix: ClassVar[str] = ".csv"

    @staticmethod
    def line_end(stream: IO[bytes]) -> str:
        """The end of lines; a terminal adds the carriage return itself.

        Args:
            stream: The stream to write to.
        """
        return "\n" if stream.isatty() else "\r\n"

    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the table."""
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        try:
            lines = csv.writer(text, lineterminator=self.line_end(stream))
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
    """The text with an apostrophe before the sign of everything that looks like a formula.

    Args:
        text: Text of one cell.
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

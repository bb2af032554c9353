"""JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import IO, ClassVar

from vqe_cli.properties import Column
from vqe_cli.screening.tables import Row, TableFormat


class JsonLines(TableFormat):
    """JSON lines: one object a row, all columns in each.

    Reference:
        Bray, RFC 8259 (2017); jsonlines.org.
    """

    suffix: ClassVar[str] = ".jsonl"

    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the table."""
        names = [column.name for column in columns]
        for row in rows:
            content = {name: row[name] for name in names}
            line = json.dumps(content, ensure_ascii=False, allow_nan=False)
            stream.write(line.encode() + b"\n")

"""Apache Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import IO, Any, ClassVar

from vqe_cli.errors import UnavailableError
from vqe_cli.properties import Column
from vqe_cli.screening.tables import Row, TableFormat

_GROUP = 50_000
"""Number of rows in one group of the file, which are held in memory."""


class Parquet(TableFormat):
    """Apache Parquet: typed columns for pandas, Polars, R and databases.

    Columns carry their descriptions as metadata. Needs pyarrow: pip install 'vqe-cli[parquet]'.

    Reference:
        parquet.apache.org, file format 2.
    """

    suffix: ClassVar[str] = ".parquet"
    binary: ClassVar[bool] = True

    def write(self, columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes]) -> None:
        """Write the table."""
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            hint = "pip install 'vqe-cli[parquet]'"
            raise UnavailableError("Parquet needs pyarrow", hint=hint) from None
        schema = _schema(columns, pyarrow)
        remaining = iter(rows)
        with parquet.ParquetWriter(stream, schema) as writer:
            while group := [_typed(row, columns) for row in islice(remaining, _GROUP)]:
                writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))


def _typed(row: Row, columns: Sequence[Column]) -> Row:
    """The row with all values of text columns as text; columns of queries may be mixed."""
    texts = {column.name for column in columns if column.kind == "text"}
    return {
        name: str(value) if name in texts and value is not None else value
        for name, value in row.items()
    }


def _schema(columns: Sequence[Column], pyarrow: Any) -> Any:
    types = {
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "text": pyarrow.string(),
        "flag": pyarrow.bool_(),
    }
    return pyarrow.schema(
        pyarrow.field(column.name, types[column.kind], metadata={"description": column.description})
        for column in columns
    )

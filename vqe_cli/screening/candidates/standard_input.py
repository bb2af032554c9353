"""Candidates that are piped in: kept in a file, since they are read more than once."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import IO

from vqe_cli.errors import InputError
from vqe_cli.files import write_atomic
from vqe_cli.screening.candidates.table import INCHI_COLUMN, SMILES_COLUMN
from vqe_cli.spec.readers.molfile import MOLFILE_END, SDF_SEPARATOR

STANDARD_INPUT = "-"
NAME = "stdin"
_RECORD_ENDS = re.compile(rf"^({re.escape(SDF_SEPARATOR)}|{MOLFILE_END})".encode(), re.MULTILINE)


def keep_standard_input(stream: IO[bytes], folder: Path, smiles_column: str | None = None) -> Path:
    """Write what is piped in to a file whose ending tells what it is.

    Args:
        stream: Standard input.
        folder: Where to.
        smiles_column: Of a table, if it is called otherwise than usual.

    Returns:
        ``stdin.smi``, ``stdin.csv`` or ``stdin.sdf`` in the folder.

    Raises:
        InputError: Nothing is piped in.
    """
    if stream.isatty():
        raise _nothing("standard input is a terminal")
    content = stream.read()
    if not content.strip():
        raise _nothing("nothing came from standard input")
    path = folder / f"{NAME}{_kind(content, smiles_column)}"
    write_atomic(path, content)
    return path


def _nothing(message: str) -> InputError:
    return InputError(message, hint="pipe candidates in: cat hits.smi | vqe screen run - ...")


def _kind(content: bytes, smiles_column: str | None) -> str:
    """By the lines that only one kind has; SMILES else."""
    if _RECORD_ENDS.search(content):
        return ".sdf"
    first = content.lstrip().split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").strip()
    wanted = {SMILES_COLUMN, INCHI_COLUMN, (smiles_column or SMILES_COLUMN).strip().lower()}
    for delimiter in ",;\t":
        cells = next(csv.reader([first], delimiter=delimiter), [])
        if len(cells) > 1 and wanted & {cell.strip().lower() for cell in cells}:
            return ".csv"
    return ".smi"

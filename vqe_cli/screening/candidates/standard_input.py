"""Candidates from standard input, kept in a file since they are read more than once."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import IO

from vqe_cli._core.files import write_atomic
from vqe_cli.errors import InputError
from vqe_cli.schema.readers.molfile import MOLFILE_END, SDF_SEPARATOR
from vqe_cli.screening.candidates.table import INCHI_COLUMN, SMILES_COLUMN, split_row

GZIP = b"\x1f\x8b"
HEAD = 2_000_000
"""Number of bytes in which the first record of an .sdf file must end."""

STANDARD_INPUT = "-"
NAME = "stdin"
_RECORD_ENDS = re.compile(rf"^({re.escape(SDF_SEPARATOR)}|{MOLFILE_END})".encode(), re.MULTILINE)


def keep_standard_input(stream: IO[bytes], folder: Path, smiles_column: str | None = None) -> Path:
    """Write standard input to a file with the suffix of its format.

    Args:
        stream: Standard input.
        folder: Folder for the file.
        smiles_column: Table column with SMILES, if its name is not a usual one.

    Returns:
        The path: ``stdin.smi``, ``stdin.csv`` or ``stdin.sdf`` in the folder, with ``.gz`` if
        compressed.

    Raises:
        InputError: Standard input is empty or a terminal.
    """
    if stream.isatty():
        raise _nothing("standard input is a terminal")
    content = stream.read()
    if not content.strip():
        raise _nothing("standard input is empty")
    packed = content.startswith(GZIP)
    kind = _kind(_unpacked_head(content) if packed else content, smiles_column)
    path = folder / f"{NAME}{kind}{'.gz' if packed else ''}"
    write_atomic(path, content)
    return path


def _unpacked_head(content: bytes) -> bytes:
    """The first bytes, unpacked; empty where they are damaged, which the reader will report."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content, HEAD)
    except zlib.error:
        return b""


def _nothing(message: str) -> InputError:
    return InputError(message, hint="pipe candidates in: cat hits.smi | vqe screen run - ...")


def _kind(content: bytes, smiles_column: str | None) -> str:
    """The suffix, from lines that occur in one format only; SMILES by default."""
    if _RECORD_ENDS.search(content):
        return ".sdf"
    first = content.lstrip().split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").strip()
    wanted = {SMILES_COLUMN, INCHI_COLUMN, (smiles_column or SMILES_COLUMN).strip().lower()}
    for delimiter in ",;\t":
        cells = split_row(first, delimiter) or []
        if len(cells) > 1 and wanted & {cell.strip().lower() for cell in cells}:
            return ".csv"
    return ".smi"

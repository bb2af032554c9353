"""The lines of an FCIDUMP file, numbered from 1, without comments, plain or compressed."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vqe_cli.errors import InputError
from vqe_cli.schema.readers.content import opened
from vqe_cli.schema.readers.shown_paths import shown

Lines = Iterator[tuple[int, str]]
"""Numbers and texts of the nonempty lines."""

LONGEST_LINE = 100_000
"""Maximum number of characters in a line, which ORBSYM of many orbitals makes long."""

MAX_BYTES = 20_000_000_000
"""Maximum size of the decompressed text, bytes."""

_COMMENT = re.compile(r"[!#]")


def fault(path: Path, message: str, line: int, hint: str | None = None) -> InputError:
    """The error for a fault in a line of a file.

    Args:
        path: The file.
        message: What is wrong.
        line: Number of the line, from 1.
        hint: Advice on how to correct the line.
    """
    error = InputError(message, hint=hint)
    error.where = f"{shown(path)}:{line}"
    return error


@contextmanager
def lines_of(path: Path) -> Iterator[Lines]:
    """Open a file and iterate over its lines; comments begin with ``!`` or ``#``.

    Args:
        path: A text file, possibly compressed by gzip; ``-`` is standard input.

    Yields:
        An iterator over pairs of line number, from 1, and nonempty text.

    Raises:
        InputError: A line is too long, or the compressed data are incomplete.
    """
    with opened(path) as stream:
        yield _numbered(path, stream)


def _numbered(path: Path, stream: IO[bytes]) -> Lines:
    number, size = 0, 0
    while True:
        number += 1
        try:
            raw = stream.readline(LONGEST_LINE + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise fault(path, "the compressed data end early or are damaged", number) from None
        if not raw:
            return
        size += len(raw)
        if size > MAX_BYTES:
            raise fault(path, f"there are more than {MAX_BYTES // 10**9} GB of text", number)
        if len(raw) > LONGEST_LINE:
            raise fault(path, f"the line is longer than {LONGEST_LINE} characters", number)
        encoding = "utf-8-sig" if number == 1 else "utf-8"
        text = _COMMENT.split(raw.decode(encoding, errors="replace"), maxsplit=1)[0].strip()
        if text:
            yield number, text

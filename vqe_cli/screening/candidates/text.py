"""Robust reading of the lines of text files of any size and encoding."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from vqe_cli.errors import InputError

MAX_LINE = 100_000
"""Largest number of bytes of one line; longer lines are cut."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """One line without its line end, its number from 1, and whether it was cut."""

    number: int
    text: str
    cut: bool


def lines(path: Path) -> Iterator[Line]:
    """Iterate over the lines of a text file, also one compressed by gzip (``.gz``).

    Lines that are not UTF-8 are read as Latin-1, in which every byte is a character: a name with
    an accent must not make the file unreadable.

    Args:
        path: Path of the file.

    Yields:
        The lines with their numbers, from 1.

    Raises:
        InputError: The file cannot be read, is UTF-16, or has carriage returns as line ends.
    """
    try:
        with _opened(path) as stream:
            number = 0
            while raw := stream.readline(MAX_LINE):
                number += 1
                if number == 1 and (raw.startswith(_UTF16) or b"\0" in raw):
                    raise about(path, "is UTF-16, or no text", "save it as UTF-8")
                if number == 1 and b"\r" in raw.rstrip(b"\r\n"):
                    hint = "save it with the line ends of Unix or Windows"
                    raise about(path, "ends its lines by carriage returns alone", hint)
                cut = len(raw) == MAX_LINE and not raw.endswith(b"\n")
                rest = raw
                while cut and rest and not rest.endswith(b"\n"):
                    rest = stream.readline(MAX_LINE)
                yield Line(number, _decoded(raw, number), cut)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise about(path, f"cannot be unpacked: {error}", "pack it anew with gzip") from None
    except OSError as error:
        raise about(path, f"cannot be read: {error.strerror}") from None


def kind_of(path: Path) -> str:
    """The suffix of a file in lower case, without that of gzip.

    Args:
        path: Path of the file.
    """
    return (Path(path.stem) if _is_packed(path) else path).suffix.lower()


def title_of(path: Path) -> str:
    """A file's name without its suffixes.

    Args:
        path: Path of the file.
    """
    return Path(path.stem).stem if _is_packed(path) else path.stem


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _opened(path: Path) -> IO[bytes]:
    if _is_packed(path):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def about(path: Path, message: str, hint: str | None = None) -> InputError:
    """An error about a file.

    Args:
        path: Path of the file.
        message: Description of the fault.
        hint: Advice on how to correct the file.
    """
    error = InputError(message, hint=hint)
    error.where = str(path)
    return error


def _decoded(raw: bytes, number: int) -> str:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.rstrip("\r\n")

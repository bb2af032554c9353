"""Content of input files: on disk, compressed, or in a pipe."""

from __future__ import annotations

import gzip
import io
import re
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, BinaryIO, cast

from vqe_cli._core.bundles import Bundle, bundle_around
from vqe_cli.errors import InputError
from vqe_cli.schema.readers.missing import hint_for_missing
from vqe_cli.schema.readers.shown_paths import STANDARD_INPUT, shown
from vqe_cli.schema.yaml_source import MAX_BYTES

MAX_FCIDUMP_BYTES = 2_000_000_000
MAX_STREAM_BYTES = 100_000_000
"""Largest size of standard input or a pipe, which is kept since it can be read only once."""

START_FROM = "`vqe init NAME` writes a file to start from"

COMPRESSED = ".gz"
_GZIP = b"\x1f\x8b"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_MOLDEN = re.compile(rb"\s*\[Molden Format\]", re.IGNORECASE)


def about(path: Path, message: str, hint: str | None = None, line: int | None = None) -> InputError:
    """An error in a file.

    Args:
        path: Path of the file.
        message: What is wrong.
        hint: What would be right.
        line: Number of the line, from 1.
    """
    error = InputError(message, hint=hint)
    error.where = shown(path) if line is None else f"{shown(path)}:{line}"
    return error


def suffix_of(path: Path) -> str:
    """The file extension in lower case, ``.gz`` removed."""
    return inner_name(path).suffix.lower()


def inner_name(path: Path) -> Path:
    """The file's name without ``.gz``."""
    return path.with_suffix("") if path.suffix.lower() == COMPRESSED else path


def read_head(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file, decompressed; empty if it cannot be read."""
    try:
        with opened(path) as stream:
            return stream.read(size)
    except (InputError, OSError, EOFError, zlib.error):
        return b""


def is_hdf5(path: Path) -> bool:
    """Whether a file is in HDF5, by its content.

    Args:
        path: Path of the file.
    """
    return read_head(path, len(_HDF5)) == _HDF5


def is_molden(path: Path) -> bool:
    """Whether a file is in the Molden format, by its first line.

    Args:
        path: Path of the file.
    """
    return _MOLDEN.match(read_head(path)) is not None


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The content of a file, decompressed up to the limit.

    Args:
        path: Path of the file, plain or gzip; ``-`` is standard input; ``result.zip/record.json``
            is a file in a bundle.
        limit: Largest size in bytes.

    Raises:
        InputError: The file is missing, a directory, damaged or too large.
    """
    try:
        with opened(path) as stream:
            raw = stream.read(limit + 1)
    except FileNotFoundError:
        raise about(path, "no such file", hint_for_missing(path)) from None
    except IsADirectoryError:
        raise about(path, "is a directory, not a file", _hint_for_folder(path)) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise about(path, f"cannot be decompressed: {error}") from None
    except OSError as error:
        raise about(path, f"cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise about(path, f"cannot be read: {error}") from None
    limit = min(limit, MAX_STREAM_BYTES) if is_stream(path) else limit
    if len(raw) > limit:
        raise about(path, f"is larger than {_size(limit)}")
    return raw


def read_text(
    path: Path, limit: int = MAX_BYTES, *, latin: bool = False, hint: str = START_FROM
) -> str:
    """The content of a text file.

    Args:
        path: Path of the file, as for `read_bytes`.
        limit: Largest size in bytes.
        latin: Whether a file that is not UTF-8 is read as Latin-1, which old programs write.
        hint: What an empty file should contain.

    Raises:
        InputError: The file cannot be read, is empty, or is not text.
    """
    raw = read_bytes(path, limit)
    if not raw.strip():
        raise about(path, "is empty", hint)
    if b"\0" in raw:
        marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        utf16 = marked or not any(raw[1::2]) or not any(raw[::2])
        message = f"is not a text file (byte {raw.index(0)} is NUL)"
        raise about(path, message, "save it as UTF-8" if utf16 else None)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if latin:
            return raw.decode("latin-1")
        message = f"is not a text file (byte {error.start} is not UTF-8)"
        raise about(path, message, "save it as UTF-8") from None


def _hint_for_folder(path: Path) -> str:
    """The files of a folder as one types them."""
    ending = next((one for one in (".yaml", ".xyz", ".sdf") if any(path.glob(f"*{one}"))), None)
    return "name the files in it" if ending is None else f"name the files in it: {path}/*{ending}"


def is_stream(path: Path) -> bool:
    """Whether a file can be read only once and is therefore kept in memory.

    Args:
        path: Path of the file; ``-`` is standard input.
    """
    if str(path) == STANDARD_INPUT:
        return True
    if not path.exists():
        return False
    return not (path.is_file() or path.is_dir() or bundle_around(path) is not None)


def _size(limit: int) -> str:
    return f"{limit // 10**9} GB" if limit >= 10**9 else f"{limit // 1000} kB"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A stream of the file, decompressed while it is read.

    Args:
        path: Path of the file, as for `read_bytes`.
    """
    with _stored(path) as stored:
        if stored.peek(len(_GZIP)).startswith(_GZIP):
            with gzip.GzipFile(fileobj=stored) as inner:
                yield cast(IO[bytes], inner)
        else:
            yield stored


def _stored(path: Path) -> io.BufferedReader:
    if str(path) == STANDARD_INPUT:
        if sys.stdin is None:
            raise about(path, "is closed")
        return _in_memory(_drained(sys.stdin.buffer))
    bundle = None if path.exists() else bundle_around(path)
    if bundle is not None:
        return _in_memory(Bundle(bundle).read(path.relative_to(bundle).as_posix()))
    mode = path.stat().st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return path.open("rb")
    return _in_memory(_piped(str(path)))


def _in_memory(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(cast(io.RawIOBase, io.BytesIO(content)))


@lru_cache(maxsize=1)
def _drained(stream: BinaryIO) -> bytes:
    return stream.read(MAX_STREAM_BYTES + 1)


@lru_cache(maxsize=8)
def _piped(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(MAX_STREAM_BYTES + 1)

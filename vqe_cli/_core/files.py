"""Atomic writing of files, and writing into devices, FIFOs and descriptors."""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from vqe_cli._core.log import package_logger

LOG = package_logger(__name__)

LONGEST_HINT = 40
"""Maximum number of characters of a file's name in that of its temporary file."""


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file atomically: complete or not at all, even after a power failure.

    Args:
        path: The file, as for `open_atomic`.
        content: Content of the file, text or bytes.

    Raises:
        OSError: The file cannot be written; the error names it.
    """
    with open_atomic(path) as stream:
        # The text may contain a file name that is not UTF-8.
        stream.write(content.encode(errors="replace") if isinstance(content, str) else content)


@contextmanager
def open_atomic(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content becomes the file at the end, unless an error was raised.

    If the path is a symbolic link, its target is written. Devices, FIFOs and open descriptors, such
    as ``/dev/null`` and ``/dev/stdout``, are written into directly.

    Args:
        path: The file.

    Raises:
        OSError: The file cannot be written; the error names it.
    """
    with _naming(path), _replaced(path) if is_replaceable(path) else _written_into(path) as stream:
        yield stream
    LOG.info("written: %s", path)


def is_replaceable(path: Path) -> bool:
    """Whether a path is, or can become, a regular file.

    Args:
        path: The path to write to.

    Raises:
        OSError: The path cannot be examined, for example because a name is too long.
    """
    if _descriptor(path) is not None:
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return True


def sync_folder(folder: Path) -> None:
    """Flush a folder's created, renamed and removed entries to disk.

    Args:
        folder: The folder.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _replaced(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a temporary file beside the target, which replaces the target at the end."""
    target = Path(os.path.realpath(path))
    prefix = f".{target.name[:LONGEST_HINT]}."
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=prefix)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    sync_folder(target.parent)


@contextmanager
def _written_into(path: Path) -> Iterator[IO[bytes]]:
    """A stream directly into something other than a regular file, or into an open descriptor."""
    descriptor = _descriptor(path)
    if descriptor is None:
        with path.open("wb") as stream:
            yield stream
        return
    for standard in (sys.stdout, sys.stderr):
        standard.flush()
    # Reopening would truncate a file behind the descriptor, and write from its beginning.
    with os.fdopen(os.dup(descriptor), "wb") as stream:
        yield stream


def _descriptor(path: Path) -> int | None:
    """The descriptor of this process that a path such as ``/dev/stdout`` refers to, or None."""
    found = os.path.abspath(path)
    for _ in range(40):  # the kernel's limit of symbolic links
        folder, name = os.path.split(found)
        folder = os.path.realpath(folder)
        if re.fullmatch(r"/proc/(self|\d+)/fd|/dev/fd", folder) and name.isdigit():
            ours = folder in ("/dev/fd", "/proc/self/fd", f"/proc/{os.getpid()}/fd")
            return int(name) if ours else None
        found = os.path.join(folder, name)
        if not os.path.islink(found):
            return None
        found = os.path.join(folder, os.readlink(found))
    return None


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Make errors of writing name the requested file, not the temporary one or none."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _mode(target: Path) -> int:
    """Permissions of the replaced file, or else those of a new file."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

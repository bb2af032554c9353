"""Writing files whole or not at all, and into what is no file."""

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

LONGEST_HINT = 40
"""Characters of a file's name that its temporary file bears, so that the latter is not too long."""


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut.

    Args:
        path: The file, as for `open_atomic`.
        content: Text or bytes.

    Raises:
        OSError: It cannot be written; the error names it.
    """
    with open_atomic(path) as stream:
        # A file name that is no UTF-8 may stand in a text.
        stream.write(content.encode(errors="replace") if isinstance(content, str) else content)


@contextmanager
def open_atomic(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content becomes the file at the end, if nothing was raised until then.

    Where the path is a symbolic link, the file that it leads to is written. Devices, FIFOs and
    open descriptors, such as ``/dev/null`` and ``/dev/stdout``, are written into as they are.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be written; the error names it.
    """
    with _naming(path), _replaced(path) if is_replaceable(path) else _written_into(path) as stream:
        yield stream


def is_replaceable(path: Path) -> bool:
    """Whether a path is, or may become, a regular file of its own.

    Args:
        path: Where to write.

    Raises:
        OSError: The path cannot be looked at, for example because a name is too long.
    """
    if _descriptor(path) is not None:
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return True


def sync_folder(folder: Path) -> None:
    """Make the disk keep what was created, renamed or removed in a folder.

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
    """A temporary file beside the target, which takes its place at the end."""
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
    """What is no regular file, or a descriptor that is open already."""
    descriptor = _descriptor(path)
    if descriptor is None:
        with path.open("wb") as stream:
            yield stream
        return
    for standard in (sys.stdout, sys.stderr):
        standard.flush()
    # Opened anew, a file behind the descriptor would be cut off and written from its beginning.
    with os.fdopen(os.dup(descriptor), "wb") as stream:
        yield stream


def _descriptor(path: Path) -> int | None:
    """The descriptor of this process that a path such as ``/dev/stdout`` leads to."""
    found = os.path.abspath(path)
    for _ in range(40):  # links that the kernel follows at most
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
    """Errors of writing name the file that was asked for, not the temporary one or none."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _mode(target: Path) -> int:
    """Permissions of the file that is replaced, or those that a new one gets."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

"""Errors of the disk and of SQLite as errors for users, with hints."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vqe_cli.errors import UnavailableError, VqeError

RESUME = "finished results are kept; repeat the command to resume"

_FULL = (errno.ENOSPC, errno.EDQUOT)
_OTHERS = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOTDIR, errno.ENOENT)


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turn errors of the disk or of SQLite within a block into errors for users.

    Args:
        path: The file or folder that is being used.

    Raises:
        UnavailableError: The disk is full or not writable, or the database is damaged or was
            locked for too long.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except OSError as error:
        if error.errno in _FULL:
            raise _full(path) from error
        if error.errno in _OTHERS:
            message = f"cannot use {error.filename or path}: {error.strerror}"
            hint = f"check the folder and its permissions; {RESUME}"
            raise UnavailableError(message, hint=hint) from error
        raise


def refuse_full_disk(error: BaseException, path: Path) -> None:
    """Raise an error of its own for a full disk, which is no failure of the calculation.

    Args:
        error: Exception of any library; HDF5 states the cause only in the message.
        path: Folder of temporary files.

    Raises:
        UnavailableError: A disk is full.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and (
            seen.errno in _FULL or os.strerror(errno.ENOSPC) in str(seen)
        ):
            raise _full(Path(seen.filename or path)) from error
        seen = seen.__cause__ or seen.__context__


def _full(path: Path) -> VqeError:
    return UnavailableError(f"no space left on device: {path}", hint=f"free some space; {RESUME}")


def _of_sqlite(error: sqlite3.Error, path: Path) -> VqeError:
    """The error for an extended result code of SQLite, such as ``SQLITE_IOERR_WRITE``."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return _full(path)
    if name.startswith("SQLITE_BUSY"):
        message = f"{path} is locked by another program"
        return UnavailableError(message, hint=f"close it, then: {RESUME}")
    if name.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        hint = f"check the disk and its permissions; {RESUME}"
        return UnavailableError(f"cannot use {path}: {error}", hint=hint)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        hint = "restore a copy, or recover what is left with 'sqlite3 campaign.sqlite .recover'"
        return UnavailableError(f"{path} is damaged: {error}", hint=hint)
    if "user-defined function raised" in str(error):
        hint = "run the campaign again: damaged results are set aside and computed again"
        return UnavailableError(f"a result in {path} is damaged", hint=hint)
    return VqeError(f"SQLite failed on {path}: {error}")

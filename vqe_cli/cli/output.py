"""Writing files whole or not at all, and errors as JSON."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from vqe_cli.errors import InputError, VqeError
from vqe_cli.records import FailedRun, to_json

PLOT_FORMATS = (".png", ".svg", ".pdf")


def check_writable(path: str | None, suffixes: tuple[str, ...] = ()) -> Path | None:
    """Find out before a long run whether its result can be written.

    Args:
        path: The file, or None.
        suffixes: Endings it may have; empty for any.

    Raises:
        InputError: The folder is missing or not writable, or the ending is another.
    """
    if path is None:
        return None
    file = Path(path)
    if suffixes and file.suffix.lower() not in suffixes:
        raise InputError(f"{path}: the ending must be one of {', '.join(suffixes)}")
    if file.is_dir():
        raise InputError(f"{path} is a directory", hint="give the name of a file in it")
    if not file.parent.is_dir():
        raise InputError(f"there is no folder {file.parent}", hint=f"mkdir -p {file.parent}")
    if not os.access(file.parent, os.W_OK):
        raise InputError(f"the folder {file.parent} is not writable")
    return file


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        path: The file.
        content: Text or bytes.
    """
    data = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def failed_run(error: VqeError) -> FailedRun:
    """An error as a record."""
    known = {key: value for key, value in error.known.items() if key != "name"}
    return FailedRun(
        schema="vqe-error/1",
        name=error.known.get("name"),
        error={"kind": error.kind, "message": str(error), "hint": error.hint},
        known=known,
    )


def error_json(error: VqeError) -> str:
    """An error as one JSON object."""
    return to_json(failed_run(error))

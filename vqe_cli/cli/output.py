"""Where results may be written, and errors as JSON."""

from __future__ import annotations

import os
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

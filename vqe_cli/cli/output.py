"""Where results may be written, handing them over, and errors as JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from vqe_cli._core.files import is_replaceable
from vqe_cli.cli.surroundings import ReaderGone
from vqe_cli.errors import InputError, UnavailableError, VqeError, as_vqe_error
from vqe_cli.schema.records import FailedRun, to_json

PLOT_FORMATS = (".png", ".svg", ".pdf")

LONGEST_SHOWN = 60
"""Characters of a path that is too long to be a path."""


def check_writable(path: str | None, suffixes: tuple[str, ...] = ()) -> Path | None:
    """Find out before a long run whether its result can be written.

    Args:
        path: The file, or None. Devices and FIFOs are written into, and may have any ending.
        suffixes: Endings that a file may have; empty for any.

    Raises:
        InputError: The folder is missing or not writable, or the ending is another.
    """
    if path is None:
        return None
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path} is a directory", hint="give the name of a file in it")
        replaceable = is_replaceable(file)
        folder = Path(os.path.realpath(file)).parent if file.is_symlink() else file.parent
        if replaceable and not folder.is_dir():
            raise InputError(f"there is no folder {folder}", hint=f"mkdir -p {folder}")
    except OSError as error:
        shown = path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}..."
        raise InputError(f"cannot write to {shown}: {error.strerror}") from None
    if not replaceable:
        return file
    if suffixes and file.suffix.lower() not in suffixes:
        raise InputError(f"{path}: the ending must be one of {', '.join(suffixes)}")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the folder {folder} is not writable")
    return file


def plot_format(path: Path) -> str:
    """The format of a plot by the ending of its file; PNG for devices without one.

    Args:
        path: Of the plot, as `check_writable` has accepted it.
    """
    suffix = path.suffix.lower()
    return suffix.lstrip(".") if suffix in PLOT_FORMATS else "png"


def deliver(
    outputs: Sequence[Callable[[], None]], hint: str
) -> tuple[list[int], BaseException | None]:
    """Print and write; what fails is told on standard error and costs none of the others.

    Args:
        outputs: Each prints or writes something; what is printed comes first.
        hint: What to do when there is room again.

    Returns:
        The exit code of each failure, and what was raised if nobody reads standard output.
    """
    from vqe_cli.report.failures import error_lines

    codes: list[int] = []
    gone: BaseException | None = None
    for output in outputs:
        try:
            output()
        except ReaderGone as found:
            gone = found
        except Exception as found:
            error = as_vqe_error(found)
            if isinstance(error, UnavailableError):
                error.hint = f"{error.hint}; {hint}" if error.hint else hint
            click.echo("\n".join(error_lines(error)), err=True)
            codes.append(error.exit_code)
    return codes, gone


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

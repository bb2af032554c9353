"""Checks of output files, delivery of results, and errors as JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vqe_cli._core.files import is_replaceable
from vqe_cli._core.redaction import redact
from vqe_cli.cli.process_environment import ReaderGone
from vqe_cli.cli.say import say_error
from vqe_cli.errors import InputError, UnavailableError, VqeError, as_vqe_error
from vqe_cli.schema.records import FailedRun, to_json

PLOT_FORMATS = (".png", ".svg", ".pdf")

LONGEST_SHOWN = 60
"""Number of characters shown of an overlong path."""


def check_writable(path: str | None, suffixes: tuple[str, ...] = ()) -> Path | None:
    """Check before a long run that its result can be written.

    Args:
        path: The output file, or None. Devices and FIFOs may have any extension.
        suffixes: The allowed file extensions; empty for any.

    Returns:
        The path, or None.

    Raises:
        InputError: The folder is missing or not writable, or the extension is not allowed.
    """
    if path is None:
        return None
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path} is a directory", hint="give a file name")
        replaceable = is_replaceable(file)
        folder = Path(os.path.realpath(file)).parent if file.is_symlink() else file.parent
        if replaceable and not folder.is_dir():
            raise InputError(f"the folder {folder} does not exist", hint=f"mkdir -p {folder}")
    except OSError as error:
        shown = path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}..."
        raise InputError(f"cannot write to {shown}: {error.strerror}") from None
    if not replaceable:
        return file
    if suffixes and file.suffix.lower() not in suffixes:
        raise InputError(f"{path}: file extension must be one of {', '.join(suffixes)}")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the folder {folder} is not writable")
    return file


def refuse_same(paths: Iterable[Path | None]) -> None:
    """Refuse two results in one file, of which the second would replace the first.

    Args:
        paths: Output files, accepted by `check_writable`. Devices may be repeated.

    Raises:
        InputError: Two of them are the same file.
    """
    seen: set[str] = set()
    for path in paths:
        if path is None or not is_replaceable(path):
            continue
        real = os.path.realpath(path)
        if real in seen:
            raise InputError(f"{path} is to hold two results", hint="give each a file name")
        seen.add(real)


def refuse_inputs(inputs: Iterable[str | Path], outputs: Iterable[Path | None]) -> None:
    """Refuse a result in the place of an input, which it would replace.

    Args:
        inputs: Input files.
        outputs: Output files, accepted by `check_writable`.

    Raises:
        InputError: One of them is an input.
    """
    results = {
        os.path.realpath(target): target
        for target in outputs
        if target is not None and is_replaceable(target)
    }
    for name in inputs:  # which need not exist: that is told when they are read
        target = results.get(os.path.realpath(name))
        if target is not None:
            raise InputError(
                f"{target} is to hold an input and a result", hint="give each a file name"
            )


def plot_format(path: Path) -> str:
    """The format of a plot by its file extension; PNG for devices without one.

    Args:
        path: Path of the plot, accepted by `check_writable`.
    """
    suffix = path.suffix.lower()
    return suffix.lstrip(".") if suffix in PLOT_FORMATS else "png"


def deliver(
    outputs: Sequence[Callable[[], None]], hint: str
) -> tuple[list[int], BaseException | None]:
    """Print and write results; a failure is reported on standard error and stops no other.

    Args:
        outputs: Functions that print or write a result; those that print come first.
        hint: What to do once there is space again.

    Returns:
        The exit code of each failure, and the exception if the reader of standard output is gone.
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
            say_error(error_lines(error))
            codes.append(error.exit_code)
    return codes, gone


def failed_run(error: VqeError) -> FailedRun:
    """The record of a failed run, without access tokens."""
    hint = None if error.hint is None else redact(error.hint)
    known = {key: value for key, value in error.known.items() if key != "name"}
    return FailedRun(
        schema="vqe-error/1",
        name=error.known.get("name"),
        error={"kind": error.kind, "message": redact(str(error)), "hint": hint},
        known=known,
    )


def error_json(error: VqeError) -> str:
    """An error as one JSON object."""
    return to_json(failed_run(error))

"""Messages on the terminal that contain foreign text: names of files, molecules, jobs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from textwrap import TextWrapper

import click

from vqe_cli._core.text import printable


def say(text: str, *, err: bool = True) -> None:
    """Print a message with its escape sequences made visible.

    Args:
        text: The message.
        err: Whether it goes to standard error rather than standard output.
    """
    click.echo(printable(text), err=err)


def say_in_lines(text: str) -> None:
    """Print a message on standard error, in a terminal in lines that end between words.

    Numbers stay beside their units.

    Args:
        text: The message, without a line to type, which no line break may spoil.
    """
    if sys.stderr.isatty():
        from vqe_cli.report.layout import NO_BREAK, with_units

        width = shutil.get_terminal_size().columns
        fitting = TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        text = "\n".join(fitting.fill(with_units(line)) for line in text.split("\n"))
        text = text.replace(NO_BREAK, " ")
    say(text)


def say_error(lines: Iterable[str]) -> None:
    """Print an error on standard error; its hint, which may be a line to type, as it is.

    Args:
        lines: The lines of the error.
    """
    for line in lines:
        if line.startswith("hint: "):
            say(line)
        else:
            say_in_lines(line)

"""Sentences on the terminal that hold somebody else's text: names of files, molecules, jobs."""

from __future__ import annotations

import click

from vqe_cli._core.text import printable


def say(text: str, *, err: bool = True) -> None:
    """Print it, escape sequences shown and not obeyed.

    Args:
        text: For people.
        err: To standard error, or to standard output.
    """
    click.echo(printable(text), err=err)

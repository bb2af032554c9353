"""Messages on the terminal that contain foreign text: names of files, molecules, jobs."""

from __future__ import annotations

import click

from vqe_cli._core.text import printable


def say(text: str, *, err: bool = True) -> None:
    """Print a message with its escape sequences made visible.

    Args:
        text: The message.
        err: Whether it goes to standard error rather than standard output.
    """
    click.echo(printable(text), err=err)

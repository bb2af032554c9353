"""Consoles that nothing but their own styles controls."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from vqe_cli._core.text import printable


class _Console(Console):
    """A console that obeys nothing but its own styles.

    What names and messages hold of escape sequences is shown, not sent; and a reader that goes
    away is no error of the program.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Let only what rich itself makes of styles control the terminal."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Leave it to the command line's one place for errors."""
        raise BrokenPipeError


def console(stream: IO[str] | None = None) -> Console:
    """A console that keeps its tables within a terminal's width, and 80 columns in a pipe.

    Args:
        stream: Standard output by default.
    """
    stream = stream or sys.stdout
    width = None if stream.isatty() else 80
    return _Console(file=stream, width=width, highlight=False, markup=False)


def progress_console() -> Console:
    """A console on standard error, as wide as the terminal."""
    return _Console(stderr=True, highlight=False, markup=False)

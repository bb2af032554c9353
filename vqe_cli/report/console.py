"""Consoles that neutralise escape sequences in names and messages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from vqe_cli._core.text import printable

IN_PIPES = 80
"""Number of columns where there is no terminal."""

BLANKS_AT_END = re.compile(" +\n")


class _Console(Console):
    """A console that shows escape sequences of its texts instead of sending them."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Make control characters visible, except those of rich's own styles.

        Blanks at which a line of prose ends are dropped.

        Yields:
            The printable segments.
        """
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                text = BLANKS_AT_END.sub("\n", segment.text)
                yield Segment(printable(text), segment.style)

    def on_broken_pipe(self) -> None:
        """Raise the error for the command line to handle."""
        raise BrokenPipeError


def console(stream: IO[str] | None = None) -> Console:
    """A console as wide as the terminal, or 80 columns in a pipe.

    Args:
        stream: The stream; standard output by default.
    """
    stream = stream or sys.stdout
    width = None if stream.isatty() else IN_PIPES
    return _Console(file=stream, width=width, highlight=False, markup=False)


def progress_console() -> Console:
    """A console on standard error, as wide as the terminal."""
    return _Console(stderr=True, highlight=False, markup=False)

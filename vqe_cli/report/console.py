"""Consoles that neutralise escape sequences in names and messages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from vqe_cli._core.text import printable
from vqe_cli.report.layout import wrap

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

    def print(self, *objects: Any, **options: Any) -> None:
        """Print prose in lines that break no word and do not end before a unit; all else as is.

        Args:
            objects: What is printed.
            options: The options of rich's own method.
        """
        if not options.get("soft_wrap") and all(map(_is_prose, objects)):
            objects = tuple(map(self._in_lines, objects))
            options["soft_wrap"] = True
        options.setdefault("crop", False)
        super().print(*objects, **options)

    def _in_lines(self, prose: str | Text) -> Text:
        """A text in lines that fit, but for words that are longer."""
        parts = str(prose).split("\n")
        lines = [line for part in parts for line in wrap(part, self.width) or [""]]
        return Text("\n".join(lines), style="" if isinstance(prose, str) else prose.style)

    def on_broken_pipe(self) -> None:
        """Raise the error for the command line to handle."""
        raise BrokenPipeError


def _is_prose(what: object) -> bool:
    """Whether something is a text of one style."""
    return isinstance(what, str) or (isinstance(what, Text) and not what.spans)


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

"""The stage that a command is in: a live line in a terminal, and a line for each long one."""

from __future__ import annotations

import time
from typing import Any

from rich.live import Live
from rich.text import Text

from vqe_cli.report.console import progress_console
from vqe_cli.report.format import seconds, whole_seconds
from vqe_cli.report.layout import print_wrapped

WORTH_SAYING = 1.0
"""Duration from which a finished stage is printed, seconds."""

LABEL_WIDTH = 28
"""Columns of what a stage does, before its duration."""


class StageView:
    """Shows on standard error what is being computed, and for how long.

    Args:
        name: Name of the problem.
        shown: Whether anything is.
    """

    def __init__(self, name: str, *, shown: bool = True) -> None:
        self._name, self._shown = name, shown
        self._console = progress_console()
        self._live: Live | None = None
        self._stage: str | None = None
        self._began = 0.0

    def __enter__(self) -> StageView:
        """Start the live line in a terminal."""
        if self._shown and self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                get_renderable=self._line,
                console=self._console,
                transient=True,
                refresh_per_second=8,
            )
            self._live.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Print the last stage, and remove the live line."""
        self._end()
        if self._live is not None:
            self._live.stop()

    def begin(self, stage: str) -> None:
        """End the stage that runs, and begin another.

        Args:
            stage: What is done.
        """
        self._end()
        self._stage, self._began = stage, time.perf_counter()

    def _end(self) -> None:
        elapsed = time.perf_counter() - self._began
        if self._shown and self._stage is not None and elapsed >= WORTH_SAYING:
            duration = seconds(elapsed)
            text = f"  {self._stage:<{LABEL_WIDTH}}  {duration:>7}"
            if len(text) > self._console.width:
                text = f"  {self._stage}  {duration}"
            print_wrapped(text, self._console, hanging=4)
        self._stage = None

    def _line(self) -> Text:
        if self._stage is None:
            return Text("")
        elapsed = whole_seconds(time.perf_counter() - self._began)
        return Text(f"{self._name}: {self._stage} ...  {elapsed}", style="dim")

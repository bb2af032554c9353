"""Progress of a campaign: a live panel in a terminal, plain lines in a pipe, a status."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vqe_cli._core.resources import show_bytes
from vqe_cli._core.text import printable_line
from vqe_cli._core.wording import counted
from vqe_cli.report.console import progress_console
from vqe_cli.report.format import whole_seconds
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.run.charges import mixed_charges, tally
from vqe_cli.report.tables import PlainTable
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.screening.snapshot import CampaignSnapshot, Running

if TYPE_CHECKING:
    from vqe_cli.screening.preview import Preview
    from vqe_cli.screening.store import FailureGroup

PLAIN_SECONDS = 10.0
"""Shortest time between plain lines other than milestones."""

MILESTONES = 10
"""Fractions of a campaign whose end is printed at once."""

SHOWN_TASKS = 5
"""Number of running tasks that are shown, the longest ones first."""

SHOWN_REASONS = 20
"""Number of reasons that are shown for candidates that are not run."""

NARROW = 60
"""Width in columns below which the stage of a task is not shown."""


class CampaignView:
    """Live view of a campaign on standard error.

    Args:
        title: Title of the campaign.
        quiet: Whether to show nothing.
        console: The console; standard error by default.
        clock: Clock in seconds, for the pace of plain lines.
    """

    def __init__(
        self,
        title: str,
        *,
        quiet: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = printable_line(title)
        self._quiet = quiet
        self._console = console or progress_console()
        self._clock = clock
        self._live: Live | None = None
        self._last: CampaignSnapshot | None = None
        self._said: CampaignSnapshot | None = None
        self._said_at = -PLAIN_SECONDS

    def __enter__(self) -> CampaignView:
        """Start the live panel in a terminal."""
        if not self._quiet and self._console.is_terminal:
            self._live = Live(console=self._console, transient=True, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """End the view, and leave one line with the state of the campaign."""
        if self._live is not None:
            self._live.stop()
        if self._last is not None and self._last is not self._said:
            self._plain(self._last)

    def update(self, snapshot: CampaignSnapshot) -> None:
        """Show the current state of the campaign.

        Args:
            snapshot: The state.
        """
        self._last = snapshot
        if self._live is not None:
            self._live.update(panel(self._title, snapshot, self._console.width))
        elif self._is_due(snapshot):
            self._plain(snapshot)

    def say(self, text: str) -> None:
        """Show a line that stays.

        Args:
            text: A message for the user.
        """
        if not self._quiet:
            self._console.print(printable_line(text), soft_wrap=True)

    def _is_due(self, snapshot: CampaignSnapshot) -> bool:
        """Whether a line is due: by time, by a new kind of failure, or by a milestone."""
        said = self._said
        if said is None:
            return True
        new_failure = bool(snapshot.failed.keys() - said.failed.keys())
        passed = _milestone(snapshot) > _milestone(said)
        due = self._clock() - self._said_at >= PLAIN_SECONDS
        return new_failure or passed or (due and snapshot != said)

    def _plain(self, snapshot: CampaignSnapshot) -> None:
        if self._quiet:
            return
        self._console.print(plain_line(self._title, snapshot), soft_wrap=True)
        self._said, self._said_at = snapshot, self._clock()


def show_status(
    folder: str,
    snapshot: CampaignSnapshot,
    failures: Sequence[FailureGroup],
    verdicts: Mapping[str, int],
    out: Console,
) -> None:
    """Print the state of a campaign, and what to do next.

    Args:
        folder: Path of the campaign, as it was given.
        snapshot: State of the campaign.
        failures: The failures by kind, each with an example.
        verdicts: Numbers of cases by verdict.
        out: The console.
    """
    if not (snapshot.running or snapshot.waiting):
        snapshot = replace(snapshot, per_hour=None, remaining=None)
    title = Path(folder).resolve().name
    out.print(panel(printable_line(title), snapshot, out.width))
    if verdicts:
        out.print(_verdicts(verdicts))
    for group in failures:
        kind = group.kind if group.tried else "refused"
        example = f"{kind}, e.g. {group.candidate}: {group.example.splitlines()[-1]}"
        print_wrapped(printable_line(example), out, hanging=2, style="dim")
    if snapshot.waiting and not snapshot.running:
        out.print("not running; repeat the command to resume", style="dim")
    for command in _next_commands(shlex.quote(folder), snapshot):
        out.print(Text(f"next: {command}"), soft_wrap=True)


def _verdicts(counts: Mapping[str, int]) -> Text:
    """The numbers of cases by verdict, none left out."""
    parts = [Text(f"{counts.get(one, 0):,} {one}", STYLES[one]) for one in ("pass", "warn", "fail")]
    return Text("verdicts: ").append(Text(", ").join(parts))


def _next_commands(folder: str, snapshot: CampaignSnapshot) -> Iterator[str]:
    """The commands that follow, once nothing is running or waiting."""
    if snapshot.running or snapshot.waiting:
        return
    if snapshot.failures:
        kinds = "".join(f" --failed {kind}" for kind in sorted(snapshot.failed))
        yield f"vqe screen retry {folder}{kinds}"
    if snapshot.done:
        yield f"vqe screen report {folder}"
        yield f"vqe screen export {folder} -o results.csv"


def show_plan(plan: Preview, out: Console) -> None:
    """Print what a campaign would compute.

    Args:
        plan: The preview of the campaign.
        out: The console.
    """
    refused = sum(plan.refused.values())
    out.print(
        f"{counted(plan.candidates, 'candidate')}, {counted(plan.cases, 'case')} in the plan, "
        f"{counted(plan.duplicates, 'duplicate')}, {refused:,} not run"
    )
    if plan.charges:
        out.print(f"charges: {tally(plan.charges, '+d')}")
        out.print(f"multiplicities: {tally(plan.multiplicities, 'd')}")
    for text in mixed_charges(plan.charges):
        out.print(text, style=STYLES["warn"])
    if plan.metals_left:
        lost = ", ".join(f"{symbol} ({count:,})" for symbol, count in plan.metals_left.items())
        out.print(f"metals left off as counter-ions: {lost}", style=STYLES["warn"])
    out.print(f"properties: {', '.join(plan.properties)}")
    if plan.basis_functions is not None:
        smallest, median, largest = plan.basis_functions
        span = f"{smallest} to {largest}, median {median}" if smallest < largest else f"{smallest}"
        out.print(f"basis functions: {span}")
    if plan.refused:
        table = PlainTable(("not run", "first in", "reason"), words=(1, 2))
        for reason, count in list(plan.refused.items())[:SHOWN_REASONS]:
            place = printable_line(plan.first_refused[reason])
            table.add_row(f"{count:,}", place, printable_line(reason))
        out.print()
        out.print(table)
        if len(plan.refused) > SHOWN_REASONS:
            out.print(
                f"and {counted(len(plan.refused) - SHOWN_REASONS, 'more reason')}"
                " (--json lists all)"
            )
    if plan.job_script is not None:
        out.print()
        out.print(Text(plan.job_script), soft_wrap=True)  # a script is copied


def panel(title: str, snapshot: CampaignSnapshot, width: int) -> RenderableType:
    """The state of a campaign in lines that fit the terminal.

    Args:
        title: Title of the campaign.
        snapshot: State of the campaign.
        width: Width of the terminal in columns.
    """
    lines: list[RenderableType] = [
        Text(title, style="bold", no_wrap=True, overflow="ellipsis"),
        _bar(snapshot, width),
        _counts(snapshot),
    ]
    if snapshot.failures:
        lines.append(Text(f"failed by kind: {_kinds(snapshot)}"))
    if snapshot.per_hour or snapshot.remaining is not None or snapshot.running:
        lines.append(Text(_pace(snapshot)))
    if snapshot.running:
        lines.append(_tasks(snapshot.running, width))
    return Group(*lines)


def plain_line(title: str, snapshot: CampaignSnapshot) -> str:
    """The state of a campaign in one line.

    Args:
        title: Title of the campaign.
        snapshot: State of the campaign.
    """
    parts = [f"{title}: {snapshot.ended:,} of {snapshot.total:,} finished ({_percent(snapshot)} %)"]
    if snapshot.reused:
        parts.append(f"{snapshot.reused:,} reused")
    if snapshot.failures:
        parts.append(f"{snapshot.failures:,} failed ({_kinds(snapshot)})")
    if snapshot.refused:
        parts.append(f"{snapshot.refused:,} refused")
    if snapshot.running:
        parts.append(f"{len(snapshot.running):,} running")
    if snapshot.per_hour:
        parts.append(f"{_rate(snapshot.per_hour)} an hour")
    if snapshot.remaining is not None and snapshot.ended < snapshot.total:
        parts.append(f"about {whole_seconds(snapshot.remaining)} left")
    return ", ".join(parts)


def _milestone(snapshot: CampaignSnapshot) -> int:
    return MILESTONES * snapshot.ended // max(snapshot.total, 1)


def _percent(snapshot: CampaignSnapshot) -> int:
    return 100 * snapshot.ended // max(snapshot.total, 1)


def _rate(per_hour: float) -> str:
    return f"{per_hour:,.0f}" if per_hour >= 10 else f"{per_hour:.2g}"


def _kinds(snapshot: CampaignSnapshot) -> str:
    found = sorted(snapshot.failed.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {kind}" for kind, count in found)


def _bar(snapshot: CampaignSnapshot, width: int) -> RenderableType:
    label = f"{snapshot.ended:,} of {snapshot.total:,}, {_percent(snapshot)} %"
    length = max(min(width, 80) - cell_len(label) - 2, 4)
    grid = Table.grid(padding=(0, 2, 0, 0))
    done, total = snapshot.ended, max(snapshot.total, 1)
    # rich's own colour for what is complete is a red, which reads as an error
    bar = ProgressBar(total, done, width=length, complete_style="cyan", finished_style="green")
    grid.add_row(bar, label)
    return grid


def _counts(snapshot: CampaignSnapshot) -> Text:
    done = f"{snapshot.done:,} done"
    if snapshot.reused:
        done += f" ({snapshot.reused:,} reused)"
    parts: list[tuple[str, str] | str] = [(done, STYLES["pass"] if snapshot.done else "")]
    if snapshot.failures:
        energies = f" ({snapshot.partial:,} with an energy)" if snapshot.partial else ""
        failed = f"{snapshot.failures:,} failed{energies}"
        parts.append((failed, STYLES["fail"]))
    if snapshot.refused:
        parts.append(f"{snapshot.refused:,} refused")
    if snapshot.duplicates:
        parts.append(counted(snapshot.duplicates, "duplicate"))
    parts.append(f"{len(snapshot.running):,} running")
    parts.append(f"{snapshot.waiting:,} waiting")
    return Text(", ").join(Text(*part) if isinstance(part, tuple) else Text(part) for part in parts)


def _pace(snapshot: CampaignSnapshot) -> str:
    parts = [] if snapshot.started is None else [f"running for {whole_seconds(snapshot.elapsed)}"]
    if snapshot.per_hour:
        parts.append(f"{_rate(snapshot.per_hour)} molecules an hour")
    if snapshot.ended < snapshot.total and snapshot.started is not None:
        left = snapshot.remaining
        parts.append(
            "remaining time unknown" if left is None else f"about {whole_seconds(left)} left"
        )
    if snapshot.memory:
        parts.append(f"{show_bytes(snapshot.memory)} in use")
    return ", ".join(parts)


def _tasks(running: tuple[Running, ...], width: int) -> RenderableType:
    """The longest running tasks with stage, duration and memory."""
    longest = sorted(running, key=lambda task: -task.seconds)[:SHOWN_TASKS]
    wide = width >= NARROW
    room = min(width, 80) - (2 + 10 + 2 + 10 + 2)
    share = room * 3 // 5 if wide else room
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=max(share, 8), no_wrap=True, overflow="ellipsis")
    if wide:
        table.add_column(width=room - share - 2, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for task in longest:
        again = f"try {task.attempt}, " if task.attempt > 1 else ""
        middle = (Text(again + printable_line(task.stage), style="dim"),) if wide else ()
        memory = show_bytes(task.bytes) if task.bytes else ""
        title = Text(f"  {printable_line(task.title)}")
        table.add_row(title, *middle, Text(whole_seconds(task.seconds)), Text(memory))
    return table

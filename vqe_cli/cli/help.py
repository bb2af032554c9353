"""The help of a command: its options in sections, at every width.

An option belongs to the section of its flag, and those of one command alone come first. Options
without effect on a command are taken all the same, and ``--help-all`` lists them. Neither
rich-click nor click-extra is used: in a pipe the one pads lines with blanks and draws boxes, and
importing the other takes longer than the whole of ``vqe --help``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

import click

SECTIONS: dict[str, tuple[str, ...]] = {
    "Problem": (
        "--smiles",
        "--basis",
        "--charge",
        "--multiplicity",
        "--active-space",
        "--solvent",
        "--charges",
        "--set",
    ),
    "Method": (
        "--mapper",
        "--ansatz",
        "--initial",
        "--optimizer",
        "--maxiter",
        "--restarts",
        "--seed",
        "--solver",
        "--reference",
        "--correction",
        "--states",
        "--forces",
        "--property",
    ),
    "Backend and shots": (
        "--backend",
        "--shots",
        "--precision",
        "--measurement",
        "--noise",
        "--method",
        "--optimize-on-device",
    ),
    "Limits": (
        "--max-evaluations",
        "--max-shots",
        "--max-memory",
        "--max-operations",
        "--max-time",
        "--max-cost",
        "--time-limit",
    ),
    "Execution": (
        "--yes",
        "--resume",
        "--strict",
        "--workers",
        "--scheduler",
        "--cluster",
        "--dashboard",
        "--dry-run",
    ),
    "Output": (
        "--json",
        "--output",
        "--format",
        "--chart",
        "--plot",
        "--spectrum",
        "--figure-width",
        "--page",
        "--pictures",
        "--xyz",
        "--trajectory",
        "--rdm",
        "--export",
        "--populations",
        "--terms",
        "--quiet",
        "--verbose",
        "--help",
        "--help-all",
    ),
}
"""Flags by section, in the order of the help."""

OF_COMMAND, OF_INPUT = "Options", "Method"
"""Sections of flags that `SECTIONS` does not name: those of a command alone, and other fields."""

FEW = 10
"""Number of options up to which a command has no sections."""

WITHOUT_EFFECT = "Taken, but without effect here"

ALL_OPTIONS = "vqe_cli.all_options"
"""Key in the ``meta`` of click's context: options without effect are listed too."""

NARROW = 60
"""Columns below which the text of an option stands under it."""

WIDEST, NARROWEST = 80, 30
"""Columns between which the help fits the terminal."""

WIDEST_FLAG = 26
"""Columns of an option with text beside it; a longer one has it below."""


class InputOption(click.Option):
    """An option that sets a field of the input.

    Args:
        declarations: The flags.
        has_effect: Whether the command's result can depend on it.
        attributes: Further arguments of `click.Option`.
    """

    def __init__(
        self, declarations: Sequence[str], *, has_effect: bool = True, **attributes: Any
    ) -> None:
        super().__init__(declarations, **attributes)
        self.has_effect = has_effect


class Formatter(click.HelpFormatter):
    """A formatter for terminals that are narrower than Click's least width, too."""

    def __init__(self, width: int | None = None, max_width: int | None = None) -> None:
        columns = min(get_terminal_size().columns, max_width or WIDEST)
        super().__init__(width=width or max(columns - 2, NARROWEST))

    def getvalue(self) -> str:
        """The text, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in super().getvalue().split("\n"))


class Context(click.Context):
    """The context of a command whose help fits every width."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help has sections."""

    context_class = Context

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """All parameters and ``--help-all``, listed if there are options without effect."""
        found = super().get_params(ctx)
        return [*found, _help_all(hidden=all(_has_effect(one) for one in found))]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options section by section."""
        options = _options(self, ctx)
        sections = _sections([one for one in options if _has_effect(one)])
        if ctx.meta.get(ALL_OPTIONS):
            sections[WITHOUT_EFFECT] = [one for one in options if not _has_effect(one)]
        _write_sections(sections, ctx, formatter)


class Group(click.Group):
    """A group of commands whose help has sections."""

    command_class = Command
    context_class = Context

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands."""
        _write_sections({OF_COMMAND: _options(self, ctx)}, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each command."""
        names = self.list_commands(ctx)
        found = [(name, self.get_command(ctx, name)) for name in names]
        rows = [(name, command.get_short_help_str(80)) for name, command in found if command]
        write_commands(rows, formatter)


def write_commands(rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Write names of commands beside what they do.

    Args:
        rows: Name and text of each.
        formatter: Where the help is written.
    """
    _write("Commands", rows, max(len(name) for name, _ in rows), formatter, beside=True)


def _has_effect(option: click.Parameter) -> bool:
    return not isinstance(option, InputOption) or option.has_effect


def _sections(options: Sequence[click.Option]) -> dict[str, list[click.Option]]:
    """Options by section, those of the command alone first."""
    if len(options) <= FEW:
        return {OF_COMMAND: list(options)}
    found: dict[str, list[click.Option]] = {OF_COMMAND: [], **{title: [] for title in SECTIONS}}
    for option in options:
        found[_section_of(option)].append(option)
    for title, flags in SECTIONS.items():
        found[title].sort(key=partial(_place, flags))
    return {title: entries for title, entries in found.items() if entries}


def _section_of(option: click.Option) -> str:
    titles = (title for title, flags in SECTIONS.items() if set(flags) & set(option.opts))
    return next(titles, OF_INPUT if isinstance(option, InputOption) else OF_COMMAND)


def _place(order: Sequence[str], option: click.Option) -> int:
    """The place of an option in its section; last where the section does not name it."""
    return next((order.index(flag) for flag in option.opts if flag in order), len(order))


def _options(command: click.Command, ctx: click.Context) -> list[click.Option]:
    """The options of a command that are not hidden."""
    found = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    return [one for one in found if not one.hidden]


def _write_sections(
    sections: dict[str, list[click.Option]], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write sections with texts in one column."""
    records = {title: [one.get_help_record(ctx) for one in sections[title]] for title in sections}
    rows = {title: [one for one in records[title] if one] for title in sections}
    widths = [len(flag) for found in rows.values() for flag, _ in found]
    first = min(max(widths, default=0), WIDEST_FLAG)
    for title in sections:
        if rows[title]:
            _write(title, rows[title], first, formatter)


def _write(
    title: str,
    rows: Iterable[tuple[str, str]],
    first: int,
    formatter: click.HelpFormatter,
    *,
    beside: bool = False,
) -> None:
    """Write a section: texts beside what they explain, or below it in a narrow terminal."""
    below = formatter.width < NARROW and not beside
    with formatter.section(title):
        start = " " * formatter.current_indent
        indent = len(start) + (4 if below else first + 2)
        width = max(formatter.width - indent, 12)
        for flag, text in rows:
            lines = wrap(text, width, break_on_hyphens=False)
            if below or len(flag) > first or not lines:
                for one in wrap(flag, max(formatter.width - len(start), NARROWEST)):
                    formatter.write(f"{start}{one}\n")
            else:
                formatter.write(f"{start}{flag.ljust(first)}  {lines.pop(0)}\n")
            for line in lines:
                formatter.write(" " * indent + line + "\n")


def _help_all(hidden: bool) -> click.Option:
    """The flag that lists options without effect too; every command takes it."""
    return click.Option(
        ["--help-all"],
        hidden=hidden,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_all,
        help="Also list options that have no effect here.",
    )


def _show_all(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    """Print the help with all options, and exit."""
    if value and not ctx.resilient_parsing:
        ctx.meta[ALL_OPTIONS] = True
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()

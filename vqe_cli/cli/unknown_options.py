"""What is said of an option that a command does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from vqe_cli._core.wording import counted
from vqe_cli.cli.options import assignment_instead, two_hyphens_instead

MOST_NAMED = 3
"""Number of commands up to which all that have an option are named."""


def explained(
    error: click.NoSuchOption, arguments: Sequence[str], group: click.Group
) -> click.UsageError:
    """The error with how else to set the field, or with the commands that have the option.

    Args:
        error: The error of the unknown option.
        arguments: The command line.
        group: The group of all commands.
    """
    told = two_hyphens_instead(error, arguments) or assignment_instead(error)
    instead = told or _owners(error, group)
    if instead is None:
        return error
    return click.UsageError(f"No such option '{error.option_name}': {instead}", error.ctx)


def _owners(error: click.NoSuchOption, group: click.Group) -> str | None:
    """The commands that have the option; None if there are none."""
    found = list(_commands_with(error.option_name, group, "vqe"))
    if not found:
        return None
    if error.ctx is not None and error.ctx.command is group:
        return f"it goes after the command, as in '{found[0]} ... {error.option_name}'"
    named = found if len(found) <= MOST_NAMED else found[: MOST_NAMED - 1]
    words = [f"'{name}'" for name in named]
    if len(found) > len(named):
        words.append(counted(len(found) - len(named), "other"))
    return f"{_listed(words)} {'has' if len(found) == 1 else 'have'} it"


def _commands_with(flag: str, group: click.Group, path: str) -> Iterator[str]:
    """The commands that have an option, with those of groups."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        options = (one for one in command.params if isinstance(one, click.Option))
        if any(flag in (*one.opts, *one.secondary_opts) for one in options):
            yield f"{path} {name}"
        if isinstance(command, click.Group):
            yield from _commands_with(flag, command, f"{path} {name}")


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

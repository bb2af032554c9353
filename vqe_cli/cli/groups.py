"""Groups of commands that answer a misspelt command, and take options that stand before it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import click

from vqe_cli.cli.help import Group


class ForgivingGroup(Group):
    """A group that suggests the nearest command, and takes a command's options before its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of definition."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options, once those of the command stand behind its name.

        Returns:
            The arguments that are left for the command.
        """
        return super().parse_args(ctx, self._in_order(ctx, args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest.

        Returns:
            Name and command, as Click resolves them, and the remaining arguments.
        """
        if args and not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command '{args[0]}'. {self.suggestion(ctx, args)}")
        return super().resolve_command(ctx, args)

    def suggestion(self, ctx: click.Context, args: Sequence[str]) -> str:
        """What to type in place of an unknown command, a sentence.

        Args:
            ctx: The context of the group.
            args: The unknown command and its arguments.
        """
        known = self.list_commands(ctx)
        near = get_close_matches(args[0].lower(), known, n=1, cutoff=0.6)
        if near:
            return f"Did you mean '{' '.join((ctx.command_path, near[0]))}'?"
        return f"Known: {', '.join(known)}."

    def _in_order(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with options of the command moved behind its name, where there are any."""
        for place, word in enumerate(args):
            command = self.get_command(ctx, word) if word in self.list_commands(ctx) else None
            if command is None:
                continue
            end = place + 1
            if isinstance(command, click.Group) and end < len(args):
                command, end = command.get_command(ctx, args[end]) or command, end + 1
            split = _split(args[:place], self, command)
            if split is not None:
                own, moved = split
                return [*own, *args[place:end], *moved, *args[end:]]
        return args


def _split(
    words: Sequence[str], group: click.Command, command: click.Command
) -> tuple[list[str], list[str]] | None:
    """The options of a group, and those of its command; None if there are other words."""
    own: list[str] = []
    moved: list[str] = []
    rest = list(words)
    while rest:
        name, separator, _ = rest[0].partition("=")
        holder = own if _option(group, name) is not None else moved
        option = _option(group, name) or _option(command, name)
        if option is None:
            return None
        takes = 0 if separator or option.is_flag or option.count else option.nargs
        holder.extend(rest[: 1 + takes])
        rest = rest[1 + takes :]
    return own, moved


def _option(command: click.Command, name: str) -> click.Option | None:
    """The option of a command with a name such as ``--basis``."""
    for one in command.params:
        if isinstance(one, click.Option) and name in (*one.opts, *one.secondary_opts):
            return one
    return None

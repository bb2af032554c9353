"""Write docs/commands.md from the commands' own help and the registries.

python scripts/make_command_reference.py           writes the file
python scripts/make_command_reference.py --check   fails if it is out of date
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import click
from pydantic import BaseModel

from vqe_cli._core.kinds import KINDS, Kind
from vqe_cli._core.validation import models_in
from vqe_cli.cli.help import ALL_OPTIONS
from vqe_cli.cli.list_command import columns_of
from vqe_cli.cli.main import COMMANDS, vqe

TARGET = Path(__file__).parent.parent / "docs" / "commands.md"


def command_section(name: str) -> str:
    """The section of a command: its help as printed."""
    context = click.Context(vqe, info_name="vqe", max_content_width=80, terminal_width=80)
    assert isinstance(vqe, click.Group)
    command = vqe.get_command(context, name)
    assert command is not None
    return f"## vqe {name}\n\n{help_blocks(command, name, context)}"


def help_blocks(command: click.Command, name: str, parent: click.Context) -> str:
    """The help of a command and of its subcommands."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=80)
    context.meta[ALL_OPTIONS] = True
    blocks = f"```text\n{command.get_help(context)}\n```\n"
    if not isinstance(command, click.Group):
        return blocks
    for inner in command.list_commands(context):
        found = command.get_command(context, inner)
        assert found is not None
        blocks += f"\n### {context.command_path} {inner}\n\n{help_blocks(found, inner, context)}"
    return blocks


def registry_section(kind: Kind) -> str:
    """The section of a registry: every entry with its options."""
    lines = [f"## {kind.name}\n"]
    for name in kind.registry.names():
        entry = kind.registry.get(name)
        lines.append(f"### {name}\n\n{inspect.getdoc(entry)}\n")
        if entry.model_fields:
            lines.append("| option | default | |\n| --- | --- | --- |")
            lines += [*option_rows(entry), ""]
        if columns := columns_of(entry):
            lines.append("| column | holds | |\n| --- | --- | --- |")
            lines += [f"| `{one.name}` | {one.kind} | {one.description} |" for one in columns]
            lines.append("")
    return "\n".join(lines)


def option_rows(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Table rows of all options, each followed by those of a nested mapping."""
    rows = []
    for key, field in model.model_fields.items():
        default = "required" if field.is_required() else f"`{field.default}`"
        rows.append(f"| `{prefix}{key}` | {default} | {field.description} |")
        for part in models_in(field.annotation):
            rows += option_rows(part, f"{prefix}{key}.")
    return rows


def page() -> str:
    """The whole page."""
    title = "# Commands and everything that can be selected"
    head = f"{title}\n\nWritten by `scripts/make_command_reference.py`.\n"
    head += "\nOptions are listed as by `--help-all`; `--help` leaves out those without effect.\n"
    commands = [command_section(name) for name in COMMANDS]
    kinds = [registry_section(kind) for kind in KINDS.values()]
    return "\n".join([head, *commands, *kinds]).rstrip() + "\n"


def main() -> None:
    """Write the page, or compare it with the existing one."""
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text() != page():
            sys.exit(f"{TARGET} is out of date: run scripts/make_command_reference.py")
        return
    TARGET.write_text(page())


if __name__ == "__main__":
    main()

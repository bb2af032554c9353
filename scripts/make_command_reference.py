"""Write the reference from the commands' own help and the registries: a page for each.

python scripts/make_command_reference.py           writes docs/commands, docs/entries, indexes
python scripts/make_command_reference.py --check   fails if they are out of date
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from vqe_cli._core.kinds import KINDS, Kind
from vqe_cli._core.validation import models_in
from vqe_cli.cli.help import ALL_OPTIONS
from vqe_cli.cli.list_command import columns_of
from vqe_cli.cli.main import COMMANDS, vqe

DOCS = Path(__file__).parent.parent / "docs"

COMMAND_INDEX = """\
# Commands

Options on these pages are those of `--help-all`; `--help` leaves out those without effect. [A tour
of the commands](tour.md) shows them at work, and [exit codes](exit-codes.md) what they end with.

| command | |
| --- | --- |
"""

ENTRY_INDEX = """\
# Everything that can be selected

By a flag, such as `--ansatz uccsd`, or in an [input file](input-file.md). `vqe list` prints the
same. [A package of your own](add-an-ansatz.md#in-a-package-of-your-own) can add entries.
"""


def pages() -> dict[str, str]:
    """Text of each page by its path in docs/."""
    rows = [f"| [`vqe {name}`](commands/{name}.md) | {line} |" for name, line in COMMANDS.items()]
    return {
        "commands.md": COMMAND_INDEX + "\n".join(rows) + "\n",
        "entries.md": "\n".join([ENTRY_INDEX, *map(entry_rows, KINDS.values())]),
        **{f"commands/{name}.md": command_page(name) for name in COMMANDS},
        **{f"entries/{name}.md": registry_page(kind) for name, kind in KINDS.items()},
    }


def entry_rows(kind: Kind) -> str:
    """The section of a kind in the index: its entries, each with its first line."""
    rows = [f"## {kind.name}\n", "| entry | |\n| --- | --- |"]
    for name in kind.registry.names():
        line = (inspect.getdoc(kind.registry.get(name)) or "").partition("\n")[0]
        rows.append(f"| [`{name}`](entries/{kind.name}.md#{name}) | {line} |")
    return "\n".join(rows) + "\n"


def command_page(name: str) -> str:
    """The page of a command: its help as printed."""
    context = click.Context(vqe, info_name="vqe", max_content_width=80, terminal_width=80)
    assert isinstance(vqe, click.Group)
    command = vqe.get_command(context, name)
    assert command is not None
    return f"# vqe {name}\n\n{help_blocks(command, name, context)}"


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
        blocks += f"\n## {context.command_path} {inner}\n\n{help_blocks(found, inner, context)}"
    return blocks


def registry_page(kind: Kind) -> str:
    """The page of a registry: every entry with its options."""
    lines = [f"# {kind.name}\n", *opening(kind)]
    for name in kind.registry.names():
        entry = kind.registry.get(name)
        lines.append(f"## {name}\n\n{inspect.getdoc(entry)}\n")
        if entry.model_fields:
            lines.append("| option | default | |\n| --- | --- | --- |")
            lines += [*option_rows(entry), ""]
        if columns := columns_of(entry):
            lines.append("| column | holds | |\n| --- | --- | --- |")
            lines += [f"| `{one.name}` | {one.kind} | {one.description} |" for one in columns]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def opening(kind: Kind) -> Iterator[str]:
    """What is selected, where, and what is selected without a word."""
    if kind.description:
        yield kind.description + "\n"
    if kind.key:
        flag = f", on the command line `--{kind.name}`" if kind.flag_help else ""
        yield f"In an [input file](../input-file.md) `{'.'.join(map(str, kind.key))}`{flag}.\n"


def option_rows(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Table rows of all options, each followed by those of a nested mapping."""
    rows = []
    for key, field in model.model_fields.items():
        default = "required" if field.is_required() else f"`{field.default}`"
        rows.append(f"| `{prefix}{key}` | {default} | {field.description} |")
        for part in models_in(field.annotation):
            rows += option_rows(part, f"{prefix}{key}.")
    return rows


def out_of_date(wanted: dict[str, str]) -> list[str]:
    """Paths of pages that differ from those wanted, or that nothing stands for any more.

    Args:
        wanted: Text of each page by its path in docs/.
    """
    kept = [DOCS / name for name in ("commands.md", "entries.md")]
    kept += [*DOCS.glob("commands/*.md"), *DOCS.glob("entries/*.md")]
    found = {path.relative_to(DOCS).as_posix(): path.read_text() for path in kept if path.exists()}
    names = sorted({*wanted, *found})
    return [name for name in names if wanted.get(name) != found.get(name)]


def main() -> None:
    """Write the pages, or compare them with the existing ones."""
    wanted = pages()
    changed = out_of_date(wanted)
    if "--check" in sys.argv[1:]:
        if changed:
            names = ", ".join(changed)
            sys.exit(f"docs: {names} out of date: run scripts/make_command_reference.py")
        return
    for name in changed:
        path = DOCS / name
        if name in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[name])
        else:
            path.unlink()


if __name__ == "__main__":
    main()

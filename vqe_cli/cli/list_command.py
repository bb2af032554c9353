"""``vqe list``: everything that can be selected by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.kinds import KINDS, Kind
from vqe_cli.cli.completion import matching
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import json_option, verbose_option
from vqe_cli.cli.say import say
from vqe_cli.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

WIDEST = 80
"""Longest line of prose, characters."""

LARGE = 1e6
"""Floating-point numbers from which on their powers of ten are shown."""

OTHER_WORDS = {
    "ansatze": "ansatz",
    "ansätze": "ansatz",
    "ansatzes": "ansatz",
    "method": "reference",
    "classical-method": "reference",
    "mapping": "mapper",
    "qubit-mapper": "mapper",
    "device": "backend",
    "space": "active-space",
}
"""Words that other programs have for a kind."""


class KindType(click.types.StringParamType):
    """The name of a kind, or of an entry of any kind."""

    name = "kind"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Kinds that begin with the incomplete word."""
        return matching(KINDS, incomplete)


class EntryType(click.types.StringParamType):
    """The name of an entry of the kind that stands before it."""

    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Entries of the kind that begin with the incomplete word."""
        kind = _kind_of(ctx.params.get("kind") or "")
        return [] if kind is None else matching(kind.registry.names(), incomplete)


@click.command("list", cls=Command)
@click.argument("kind", required=False, type=KindType())
@click.argument("name", required=False, type=EntryType())
@json_option
@verbose_option
def command(kind: str | None, name: str | None, as_json: bool) -> None:
    """List everything that can be selected; with NAME, show its options.

    A NAME alone is found whatever its kind.

    \b
    Examples:
      vqe list
      vqe list optimizer
      vqe list ansatz uccsd
      vqe list uccsd
    """
    if kind is not None and name is None and _kind_of(kind) is None:
        kind, name = _kind_with(kind), kind
    kinds = list(KINDS.values()) if kind is None else [_known(kind)]
    if name is not None:
        entry = kinds[0].registry.get(name)
        _show_entry(kinds[0].name, entry, as_json)
    elif as_json:
        import json

        found = {one.name: _summaries(one) for one in kinds}
        click.echo(json.dumps({"schema": "vqe-list/1", **found}, ensure_ascii=False))
    else:
        _show_kinds(kinds)
    warn_of_broken(kinds)


def warn_of_broken(kinds: Iterable[Kind]) -> None:
    """Warn of plug-ins that could not be loaded.

    Args:
        kinds: Kinds whose usable entries have been loaded.
    """
    for kind in kinds:
        for error in kind.registry.broken:
            say(f"warning: {error} ({error.hint})")


def _summaries(kind: Kind) -> dict[str, str]:
    """The summary line of each entry, by name."""
    return {name: kind.registry.get(name).summary() for name in kind.registry.usable()}


def _known(kind: str) -> Kind:
    """The kind of a name in any form.

    Raises:
        InputError: There is no such kind.
    """
    found = _kind_of(kind)
    if found is None:
        raise InputError(f"unknown kind '{kind}'", hint=did_you_mean(kind, list(KINDS)))
    return found


def _kind_of(kind: str) -> Kind | None:
    """The kind of a name such as ``Ansatz``, ``optimizers`` or ``active_space``."""
    name = kind.lower().replace("_", "-").replace("optimis", "optimiz")
    name = OTHER_WORDS.get(name, name)
    singular = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return KINDS.get(name) or KINDS.get(singular)


def _kind_with(entry: str) -> str:
    """The kind that has an entry.

    Raises:
        InputError: None has it, or several have.
    """
    found = [
        kind.name
        for kind in KINDS.values()
        if kind.registry.canonical(entry) in kind.registry.names()
    ]
    if len(found) > 1:
        lines = " or ".join(f"vqe list {kind} {entry}" for kind in found)
        raise InputError(f"{' and '.join(found)} have an entry '{entry}'", hint=lines)
    if not found:
        names = [name for kind in KINDS.values() for name in kind.registry.names()]
        message = f"there is no kind and no entry called '{entry}'"
        raise InputError(message, hint=_nearest(entry, names))
    return found[0]


def _nearest(word: str, names: Sequence[str]) -> str:
    """A hint that names the nearest kind or entry, or all kinds."""
    near = did_you_mean(word, list(KINDS))
    if not near.startswith("did") and did_you_mean(word, names).startswith("did"):
        return did_you_mean(word, names)
    return near if near.startswith("did") else f"kinds: {', '.join(KINDS)}"


def _show_kinds(kinds: list[Kind]) -> None:
    from vqe_cli.report.console import console
    from vqe_cli.report.layout import print_described

    out = console()
    for number, kind in enumerate(kinds):
        if number:
            out.print()
        out.print(kind.name, style="bold")
        summaries = _summaries(kind)
        beside = max(24, *(len(name) + 4 for name in summaries))
        for name, summary in summaries.items():
            held = kind.registry.get(name).guarantees()
            print_described(f"  {name}", "; ".join((summary, *held)), out, beside=beside)


def _show_entry(kind: str, entry: Any, as_json: bool) -> None:
    import inspect

    schema = entry.model_json_schema()
    if as_json:
        import json

        content = {"schema": "vqe-list/1", "kind": kind, "name": entry.name}
        content |= {"doc": inspect.getdoc(entry), "options": schema.get("properties", {})}
        content |= {"guarantees": entry.guarantees()}
        if columns := columns_of(entry):
            content["columns"] = {column.name: column.description for column in columns}
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    click.echo(f"{kind} {entry.name}\n")
    _show_doc(entry)
    if held := entry.guarantees():
        click.echo(_wrapped(f"For all parameters and options it {', '.join(held)}.") + "\n")
    _show_columns(entry)
    if not entry.model_fields:
        click.echo("No options.")
        return
    click.echo("Options:")
    _show_options(entry, schema, "  ")


def columns_of(entry: Any) -> tuple[Any, ...]:
    """The columns of a property; empty for other kinds."""
    return getattr(entry, "columns", ())


def _show_columns(entry: Any) -> None:
    """Print every column on a line, its description below."""
    columns = columns_of(entry)
    if columns:
        click.echo("Columns:")
    for column in columns:
        click.echo(f"  {column.name} ({column.kind})")
        click.echo(_wrapped(column.description, "      "))
    if columns:
        click.echo()


def _show_options(model: Any, schema: dict[str, Any], indent: str) -> None:
    """Print every option on a line, its description and nested options below."""
    from vqe_cli._core.validation import models_in

    for key, field in model.model_fields.items():
        default = "required" if field.is_required() else f"default {_plain(field.default)}"
        description = field.description or ""
        click.echo(f"{indent}{key} ({default})")
        inner = f"{indent}    "
        text = f"{description} {_choices(schema, key)}".strip()
        click.echo(_wrapped(text, inner))
        for part in models_in(field.annotation):
            _show_options(part, part.model_json_schema(), inner)


def _show_doc(entry: Any) -> None:
    """Print the docstring, wrapped; its sections keep their titles."""
    import inspect

    for paragraph in (inspect.getdoc(entry) or "").split("\n\n"):
        title, _, rest = paragraph.partition("\n")
        if title.endswith(":") and rest.startswith(" "):
            click.echo(title)
            click.echo(_wrapped(rest, "    "))
        else:
            click.echo(_wrapped(paragraph))
        click.echo()


def _wrapped(text: str, indent: str = "") -> str:
    """A paragraph in lines that fit the terminal, without the line breaks of the source."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return "\n".join(indent + line for line in wrap(" ".join(text.split()), width - len(indent)))


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    if isinstance(value, float) and abs(value) >= LARGE:
        return f"{value:g}".replace("e+", "e")
    return "none" if value is None else str(value)


def _choices(schema: dict[str, Any], key: str) -> str:
    """The allowed values of a field, if they can be listed."""
    found = schema["properties"][key]
    for part in (found, found.get("items", {}), *found.get("anyOf", [])):
        if "enum" in part:
            return f"One of: {', '.join(map(str, part['enum']))}."
    return ""

"""Write the tables of docs/input-file.md from the JSON schema of the input.

python scripts/make_input_page.py           writes the file
python scripts/make_input_page.py --check   fails if it is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli._core.kinds import KINDS
from vqe_cli.analysis.input_schema import input_schema

TARGET = Path(__file__).parent.parent / "docs" / "input-file.md"

Schema = dict[str, Any]

MARK = "<!-- What follows is written by scripts/make_input_page.py. -->\n\n"
"""End of what is written by hand at the top of the page."""


class Page:
    """The tables of a schema's keys.

    Args:
        schema: The JSON schema of the input.
    """

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, Schema] = schema["$defs"]
        self._keys: dict[str, Schema] = schema["properties"]

    def text(self) -> str:
        """All sections."""
        sections = [self._section(key, value) for key, value in self._keys.items()]
        return "\n".join(sections).rstrip() + "\n"

    def _section(self, key: str, schema: Schema) -> str:
        if key in ENTRIES:
            words = str(schema.get("description", "")) or "What is computed beside the energy."
            lines = [f"## {key}\n", words + "\n"]
            names = ", ".join(f"`{name}`" for name in ENTRIES[key].registry.names())
            return "\n".join(
                [*lines, f"Entries: {names} ([options](entries/{ENTRIES[key].name}.md))\n"]
            )
        lines = [f"## {key}\n", *self._opening(schema)]
        rows = list(self._rows(schema, (key,)))
        if rows:
            lines += ["| key | value | default | |", "| --- | --- | --- | --- |", *rows, ""]
        return "\n".join(lines)

    def _opening(self, schema: Schema) -> Iterator[str]:
        """The description of a top-level key, its values and its default."""
        if words := schema.get("description"):
            said = str(words).strip(". ").removeprefix("or ")
            yield f"{said[0].upper()}{said[1:]}.\n"
        value, default = self._value(schema), _default(schema)
        facts = [f"Value: {value}."] if value else []
        facts += [f"Default: {default}."] if default else []
        if facts:
            yield " ".join(facts) + "\n"

    def _rows(self, schema: Schema, path: tuple[str, ...]) -> Iterator[str]:
        """Rows of the keys of a mapping, each followed by those of a mapping within it."""
        mapping = self._mapping(schema)
        required = mapping.get("required", ())
        for key, value in mapping.get("properties", {}).items():
            default = "required" if key in required else _default(value)
            words = str(value.get("description", "")).replace("|", "\\|")
            cells = (f"`{'.'.join((*path[1:], key))}`", self._value(value), default, words)
            yield "| " + " | ".join(cells) + " |"
            if (*path, key) not in PATHS:
                yield from self._rows(value, (*path, key))

    def _alternatives(self, schema: Schema) -> list[Schema]:
        """The alternatives of a value, resolved."""
        if "$ref" in schema:
            return self._alternatives(self._definitions[schema["$ref"].rpartition("/")[2]])
        parts = schema.get("anyOf")
        return [schema] if parts is None else [a for p in parts for a in self._alternatives(p)]

    def _mapping(self, schema: Schema) -> Schema:
        """The alternative that is a mapping of known keys; empty if there is none."""
        found = self._alternatives(schema)
        return next((one for one in found if "properties" in one), {})

    def _value(self, schema: Schema) -> str:
        """The values that are taken, in words."""
        words = [_kind(one) for one in self._alternatives(schema)]
        if any("enum" in one for one in self._alternatives(schema)):
            words = [word for word in words if word != "text"]
        return " or ".join(dict.fromkeys(word for word in words if word))


ENTRIES = {str(kind.key[0]): kind for kind in KINDS.values() if len(kind.key) == 1}
ENTRIES["properties"] = KINDS["property"]
"""Kinds by the keys whose values are their entries."""

PATHS = {kind.key for kind in KINDS.values()}
"""Paths of keys whose values are entries."""

TYPES = {
    "array": "list",
    "boolean": "`true`, `false`",
    "integer": "whole number",
    "null": "",
    "number": "number",
    "object": "mapping",
    "string": "text",
}


def _kind(schema: Schema) -> str:
    """A value without alternatives, in words."""
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    word = TYPES.get(str(schema.get("type")), "")
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is not None and most is not None:
        return f"{word}, {_plain(least)} to {_plain(most)}"
    if least is not None:
        return f"{word}, {'at least' if 'minimum' in schema else 'above'} {_plain(least)}"
    return word


def _plain(number: float) -> str:
    """A number without a fraction of zero."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"


def _default(schema: Schema) -> str:
    """The default in the words of an input file; empty if there is none."""
    value = schema.get("default")
    if value is None or isinstance(value, (dict, list)):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def page() -> str:
    """All sections."""
    return Page(input_schema()).text()


def main() -> None:
    """Write the page, or compare it with the existing one."""
    text = TARGET.read_text().partition(MARK)[0] + MARK + page()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text() != text:
            sys.exit(f"{TARGET} is out of date: run scripts/make_input_page.py")
        return
    TARGET.write_text(text)


if __name__ == "__main__":
    main()

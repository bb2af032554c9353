"""A safe YAML 1.2 reader that keeps the line of every value.

The result is plain data: mappings with text keys, lists, text, numbers, true, false and null.
Aliases, anchors, tags, duplicate keys, several documents, more than 1 MB, more than 32 levels and
more than 100,000 values are refused. The parser's events are read with a separate stack, so that
nothing is expanded or nested before it has been checked.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vqe_cli.errors import InputError, Path

MAX_BYTES = 1_000_000
MAX_LEVELS = 32
MAX_VALUES = 100_000

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NAN = (".nan", ".NaN", ".NAN")
_SPECIAL: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}

_GLUED = re.compile(r"\s*([a-z_]+):([^\s:/]+)\s*$")
"""A key and its value without a blank between them."""

_FOREIGN = (
    (
        re.compile(r"(?m)^\s*\[[a-z_.]+\]\s*$"),
        "sections in brackets are TOML; write 'molecule:' and its keys indented below it",
    ),
    (re.compile(r"(?m)^\s*//"), "comments begin with #"),
    (re.compile(r"(?m)^[^#\n]*\t"), "write blanks in place of tabs"),
)
"""Marks of TOML, C and tables, and what to write in their place."""

_LOOKALIKES = frozenset("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u200b：，“”„‘’«»｛｝［］＃")
"""Unicode blanks, colons, commas, quotation marks and brackets, which YAML reads as letters."""


@dataclass
class _Level:
    """A mapping or list that is still open."""

    container: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None

    def next_path(self) -> Path:
        if isinstance(self.container, list):
            return (*self.path, len(self.container))
        return (*self.path, self.key or "")

    def add(self, value: Any) -> None:
        if isinstance(self.container, list):
            self.container.append(value)
        else:
            self.container[self.key or ""] = value
            self.key = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.container, dict) and self.key is None


@dataclass
class YamlDocument:
    """The data of a YAML text with line numbers.

    Args:
        data: The values.
        lines: Line (from 1) of each key, and of each value without a key.
        blocks: Line of the first line of each text written with ``|`` or ``>``.
    """

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    blocks: dict[Path, int] = field(default_factory=dict)


class YamlError(InputError):
    """An error in the YAML syntax, with its line."""

    def __init__(self, message: str, line: int | None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.line = line


def parse_yaml(text: str) -> YamlDocument:
    """The content of one YAML document.

    Args:
        text: The document, at most 1 MB.

    Raises:
        YamlError: The text is not valid YAML, or uses a feature that is refused.
    """
    if len(text.encode()) > MAX_BYTES:
        raise YamlError(f"larger than {MAX_BYTES // 1000} kB", None)
    _refuse_odd_indentation(text)
    document = YamlDocument()
    levels: list[_Level] = []
    documents = 0
    for event in _events(text):
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise YamlError(
                    "a second document begins here", line, "write one document per file"
                )
        elif kind == "AliasEvent" or getattr(event, "anchor", None):
            hint = "repeat the value where it is needed"
            raise YamlError("anchors and aliases are not allowed", line, hint)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            _refuse_tag(event, line)
            _open(document, levels, {} if kind == "MappingStartEvent" else [], line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            levels.pop()
        elif kind == "ScalarEvent":
            _refuse_tag(event, line)
            _scalar(document, levels, event, line)
    return document


def parse_value(text: str) -> Any:
    """The value of a YAML text, for ``--set key=value``."""
    return parse_yaml(text).data


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.error import YAMLError as ParserError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        hint = None if line is None else _remedy(text, line)
        raise YamlError(f"not valid YAML: {error.problem or error.context}", line, hint) from None
    except ParserError as error:
        first_line = str(error).strip().splitlines()[0]
        position = getattr(error, "position", None)
        line = None if position is None else text.count("\n", 0, position) + 1
        raise YamlError(f"not valid YAML: {first_line}", line) from None


def _refuse_odd_indentation(text: str) -> None:
    """Refuse indentation by Unicode blanks, which YAML does not count as indentation."""
    for line, content in enumerate(text.splitlines(), start=1):
        begin = content.lstrip(" ")[:1]
        if begin.isspace() and not begin.isascii():
            message = f"the line is indented by {_named(begin)}"
            raise YamlError(message, line, "indent by blanks")


def _remedy(text: str, line: int) -> str | None:
    """A hint for frequent faults in the line where the parser stopped, or the line before."""
    lines = text.splitlines()[max(line - 2, 0) : line]
    if any("\t" in content[: len(content) - len(content.lstrip())] for content in lines):
        return "indent by blanks, not by tabs"
    if (hint := next((hint for form, hint in _FOREIGN if form.search(text)), None)) is not None:
        return hint
    glued = next((found for content in lines if (found := _GLUED.match(content))), None)
    if glued is not None:
        return f"a blank follows the colon: {glued[1]}: {glued[2]}"
    odd = next((sign for content in lines for sign in content if sign in _LOOKALIKES), None)
    return None if odd is None else f"replace {_named(odd)} by its ASCII counterpart"


def _named(character: str) -> str:
    """The Unicode name of a character, such as ``FULLWIDTH COLON``."""
    return unicodedata.name(character, f"U+{ord(character):04X}")


def _refuse_tag(event: Any, line: int) -> None:
    tag = getattr(event, "tag", None)
    if tag is not None and str(tag) not in ("!", "None"):
        raise YamlError(f"tags such as '{tag}' are not allowed", line, "write the value alone")


def _open(document: YamlDocument, levels: list[_Level], container: Any, line: int) -> None:
    if len(levels) >= MAX_LEVELS:
        raise YamlError(f"nested deeper than {MAX_LEVELS} levels", line)
    if levels and levels[-1].wants_key:
        raise YamlError("a key must be text, not a list or mapping", line)
    path = levels[-1].next_path() if levels else ()
    _place(document, levels, container, path, line)
    levels.append(_Level(container, path))


def _scalar(document: YamlDocument, levels: list[_Level], event: Any, line: int) -> None:
    if levels and levels[-1].wants_key:
        key, level = event.value, levels[-1]
        if key in level.container:
            first = document.lines[(*level.path, key)]
            message = f"duplicate key '{key}' (first on line {first})"
            raise YamlError(message, line, "keep one of the two")
        level.key = key
        document.lines[(*level.path, key)] = line
        return
    value = _whole(event.value, line) if event.style else _plain(event.value)
    path = levels[-1].next_path() if levels else ()
    if event.style in ("|", ">"):
        document.blocks[path] = line + 1
    _place(document, levels, value, path, line)


def _place(document: YamlDocument, levels: list[_Level], value: Any, path: Path, line: int) -> None:
    document.lines.setdefault(path, line)
    if len(document.lines) > MAX_VALUES:
        raise YamlError(f"more than {MAX_VALUES} values", line)
    if levels:
        levels[-1].add(value)
    else:
        document.data = value


def _whole(text: str, line: int) -> str:
    """The text with surrogate pairs, as JSON writes them, joined to characters."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise YamlError("half a character (a lone surrogate)", line) from None


def _plain(text: str) -> Any:
    """The value of an unquoted scalar by the YAML 1.2 core schema."""
    lowered = text.lower()
    if lowered in _SPECIAL and text in (lowered, lowered.capitalize(), lowered.upper()):
        return _SPECIAL[lowered]
    if text in _NAN:
        return math.nan
    if infinite := _INFINITY.fullmatch(text):
        return -math.inf if infinite.group(1) == "-" else math.inf
    if _INT.fullmatch(text) and len(text) < 400:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text

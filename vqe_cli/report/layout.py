"""Labelled values in columns that fit every width: labels and remarks give way, numbers never."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

NARROW = 50
"""Columns below which the margin goes."""

ROOM = 24
"""Columns that a remark needs beside its value; with fewer it goes on the next line."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""A space at which no line ends."""

GAP = 3
"""Columns between a value and its remark."""


@dataclass(frozen=True)
class Entry:
    """One labelled value.

    Args:
        label: What it is.
        value: The number with its unit, or words.
        remark: What belongs to the value and can stand below it.
        style: Style of label and value.
    """

    label: str
    value: str
    remark: str = ""
    style: str = ""


def print_numbers(entries: Iterable[Entry], out: Console) -> None:
    """Print numbers with aligned decimal points, and their remarks.

    Args:
        entries: The numbers.
        out: The console.
    """
    found = list(entries)
    before = max((_before_point(entry.value) for entry in found), default=0)
    values = [" " * (before - _before_point(entry.value)) + entry.value for entry in found]
    margin = _margin(out)
    labels = margin + max((len(entry.label) for entry in found), default=0) + 2
    indent = labels + max(map(len, values), default=0) + GAP
    beside = out.width - indent >= ROOM
    for entry, value in zip(found, values, strict=True):
        start = (" " * margin + entry.label).ljust(labels)
        if labels + len(value) > out.width:
            print_lines([start], out, entry.style)
            start = ""
        line = Text(start + value, style=entry.style)
        remark = wrap(entry.remark, out.width - (indent if beside else labels))
        if beside and remark:
            line.append(" " * (indent - len(line)) + remark.pop(0))
        out.print(line, soft_wrap=True)
        print_lines((" " * (indent if beside else labels) + one for one in remark), out)


def print_words(entries: Iterable[Entry], out: Console) -> None:
    """Print labelled words, wrapped beside their labels.

    Args:
        entries: The words.
        out: The console.
    """
    found, margin = list(entries), _margin(out)
    labels = margin + max((len(entry.label) for entry in found), default=0) + 2
    for entry in found:
        words = "   ".join(part for part in (entry.value, entry.remark) if part)
        start = (" " * margin + entry.label).ljust(labels)
        first, *others = wrap(words, out.width - labels) or [""]
        print_lines([start + first, *(" " * labels + one for one in others)], out)


def print_wrapped(
    text: str, out: Console, *, indent: int = 0, hanging: int = 0, style: str = ""
) -> None:
    """Print a paragraph.

    Args:
        text: The paragraph.
        out: The console.
        indent: Columns before every line.
        hanging: Further columns before every line but the first.
        style: Style of the text.
    """
    lines = wrap(text, max(out.width - indent - hanging, 20))
    starts = [" " * indent, *[" " * (indent + hanging)] * (len(lines) - 1)]
    print_lines((start + line for start, line in zip(starts, lines, strict=True)), out, style)


def print_lines(lines: Iterable[str], out: Console, style: str = "") -> None:
    """Print lines as they are.

    Args:
        lines: The lines.
        out: The console.
        style: Style of the text.
    """
    for line in lines:
        out.print(Text(line.rstrip(), style=style), soft_wrap=True)


def dotted(parts: Iterable[str]) -> str:
    """Parts with dots between them, for lines that end only after a dot.

    Args:
        parts: The parts.
    """
    return f"{NO_BREAK}· ".join(part.replace(" ", NO_BREAK) for part in parts)


def wrap(text: str, width: int) -> list[str]:
    """The lines of a paragraph.

    Lines do not end at a no-break space, which becomes a space, nor at a hyphen.

    Args:
        text: The paragraph; runs of spaces are kept.
        width: Number of columns.
    """
    lines = textwrap.wrap(text, max(width, 8), break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def _margin(out: Console) -> int:
    """Number of columns before labels."""
    return 2 if out.width >= NARROW else 0


def _before_point(value: str) -> int:
    """Number of characters before the decimal point of a number."""
    number = value.split(" ", 1)[0].partition("(")[0]
    return number.find(".") if "." in number else len(number)

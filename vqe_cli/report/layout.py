"""Labelled values in columns that fit every width: labels and remarks give way, numbers never."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

NARROW = 50
"""Columns below which the margin goes."""

PROSE = 30
"""Columns below which a word may stand alone on the last line."""

ROOM = 24
"""Columns that a remark needs beside its value; with fewer it goes on the next line."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""A space at which no line ends."""

BEFORE_UNIT = re.compile(
    r"(?<=[\d)]) (?=(?:[kMG]?B|m?Ha|eV|D|Å|bohr|1/cm|k(?:cal|J)/mol|[mµ]?s|min|h|days|USD|%)(?!\w))"
    r"|(?<=\d) (?=±)|(?<=±) "
)
"""The space between a number and its unit, and those around ±."""

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


def print_described(label: str, text: str, out: Console, *, beside: int) -> None:
    """Print a label and what belongs to it: beside it, or below it in a narrow terminal.

    Args:
        label: The label.
        text: What belongs to it.
        out: The console.
        beside: Columns before the text.
    """
    if out.width < NARROW:
        print_lines([label], out)
        print_wrapped(text, out, indent=4)
        return
    first, *others = wrap(text, max(out.width - beside, 20)) or [""]
    print_lines([label.ljust(beside) + first, *(" " * beside + one for one in others)], out)


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

    Lines do not end at a no-break space, which becomes a space, nor at a hyphen, nor before a unit.
    What is longer than a line, such as a path, is not broken. No word stands alone on the last line
    if the lines before can be shorter instead.

    Args:
        text: The paragraph; runs of spaces are kept.
        width: Number of columns.
    """
    lines = _lines(text, width)
    if width >= PROSE and len(lines) > 1 and " " not in lines[-1]:
        narrower = (_lines(text, columns) for columns in range(width - 1, width // 2, -1))
        lines = next((one for one in narrower if _is_as_short(one, lines)), lines)
    return [line.replace(NO_BREAK, " ") for line in lines]


def wrap_name(name: str, width: int) -> list[str]:
    """The lines of a name, of which long words are not whole, at least one.

    Args:
        name: The name.
        width: Number of columns.
    """
    lines = wrap(name, width) or [""]
    return [line[k : k + width] for line in lines for k in range(0, max(len(line), 1), width)]


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        with_units(text), max(width, 1), break_on_hyphens=False, break_long_words=False
    )


def _is_as_short(lines: list[str], others: list[str]) -> bool:
    """Whether lines are as many as others, and the last has several words."""
    return len(lines) == len(others) and " " in lines[-1]


def with_units(text: str) -> str:
    """A text that keeps numbers and their units on one line.

    Args:
        text: The text.
    """
    return BEFORE_UNIT.sub(NO_BREAK, text)


def _margin(out: Console) -> int:
    """Number of columns before labels."""
    return 2 if out.width >= NARROW else 0


def _before_point(value: str) -> int:
    """Number of characters before the decimal point of a number."""
    number = value.split(" ", 1)[0].partition("(")[0]
    return number.find(".") if "." in number else len(number)

"""Tables without borders that cut nothing, at any width."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions
from rich.text import Text

from vqe_cli.report.layout import NO_BREAK, with_units, wrap, wrap_name

GAP = 2
"""Columns between columns."""

INDENT = 2
"""Columns before the values of a row that stands on lines of its own."""


@dataclass(frozen=True)
class _Row:
    cells: tuple[str | Text, ...]
    style: str


class PlainTable:
    """A table of words and numbers.

    Columns that are empty in all rows are left out. Where the table is too wide, titles are folded
    first, then words, in the widest columns first; where that is not enough, every row stands on
    lines of its own, with a title before each value.

    Args:
        titles: Titles of the columns.
        words: Indices of columns of words, which are aligned to the left.
    """

    def __init__(self, titles: Sequence[str], *, words: Collection[int] = (0,)) -> None:
        self._titles = [title.replace(" / ", f" /{NO_BREAK}") for title in titles]
        self._words = words
        self._rows: list[_Row] = []

    def add_row(self, *cells: str | Text, style: str = "") -> None:
        """Add a row.

        Args:
            cells: One text for each column.
            style: Style of the row.
        """
        kept = tuple(with_units(cell) if isinstance(cell, str) else cell for cell in cells)
        self._rows.append(_Row(kept, style))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """The lines of the table.

        Yields:
            Each line, without blanks at its end.
        """
        for line in self._filled()._lines(options.max_width):
            line.rstrip()
            line.no_wrap, line.overflow = True, "ignore"
            yield line

    def _filled(self) -> PlainTable:
        """The table without columns that are empty in all rows."""
        kept = [k for k in self._columns if k == 0 or any(row.cells[k] for row in self._rows)]
        words = [place for place, k in enumerate(kept) if k in self._words]
        table = PlainTable([self._titles[k] for k in kept], words=words)
        for row in self._rows:
            table.add_row(*(row.cells[k] for k in kept), style=row.style)
        return table

    def _lines(self, width: int) -> Iterator[Text]:
        cells = [max((len(row.cells[k]) for row in self._rows), default=0) for k in self._columns]
        whole = [max(len(title), cells[k]) for k, title in enumerate(self._titles)]
        for widths in (whole, self._narrower(whole, cells, width)):
            if sum(widths) + GAP * (len(widths) - 1) <= width:
                yield from self._table(widths)
                return
        yield from self._cards(width)

    @property
    def _columns(self) -> range:
        return range(len(self._titles))

    def _narrower(self, whole: list[int], cells: list[int], width: int) -> list[int]:
        """Widths of columns with titles on several lines, and words too if they have to be."""
        widths = list(whole)
        for k in self._columns:
            words = max((len(word) for word in self._titles[k].split(" ")), default=0)
            widths[k] = max(cells[k], words)
        excess = sum(widths) + GAP * (len(widths) - 1) - width
        least = {k: self._longest_word(k) for k in self._words}
        for _ in range(excess):
            wide = [k for k in sorted(least) if widths[k] > least[k]]
            if wide:
                widths[max(wide, key=lambda k: widths[k])] -= 1
        return widths

    def _longest_word(self, column: int) -> int:
        """The length of the longest word of a column."""
        texts = (self._titles[column], *(str(row.cells[column]) for row in self._rows))
        return max(len(word) for text in texts for word in text.split(" "))

    def _table(self, widths: list[int]) -> Iterator[Text]:
        titles = [wrap(title, widths[k]) or [""] for k, title in enumerate(self._titles)]
        height = max(map(len, titles), default=0)
        if any(self._titles):
            above: list[Sequence[str]] = [[""] * (height - len(lines)) + lines for lines in titles]
            yield from self._block(above, widths, "dim")
        for row in self._rows:
            parts: list[Sequence[str | Text]] = [
                [_on_one_line(cell)] if len(cell) <= widths[k] else wrap(str(cell), widths[k])
                for k, cell in enumerate(row.cells)
            ]
            yield from self._block(parts, widths, row.style)

    def _block(
        self, parts: Sequence[Sequence[str | Text]], widths: list[int], style: str
    ) -> Iterator[Text]:
        """A row whose cells have several lines."""
        for number in range(max(map(len, parts))):
            line = Text(style=style)
            for k, lines in enumerate(parts):
                cell = lines[number] if number < len(lines) else ""
                room = " " * (widths[k] - len(cell))
                first, last = (cell, room) if k in self._words else (room, cell)
                line.append(first).append(last).append(" " * GAP)
            yield line

    def _cards(self, width: int) -> Iterator[Text]:
        """The rows on lines of their own."""
        titles = [title.replace(NO_BREAK, " ") for title in self._titles]
        labels = max(map(len, titles[1:]), default=0) + GAP
        if titles[0]:
            yield Text(titles[0], style="dim")
        for row in self._rows:
            first, *others = row.cells
            yield from (Text(line, style=row.style) for line in wrap_name(str(first), width))
            for title, cell in zip(titles[1:], others, strict=True):
                if cell:
                    start = " " * INDENT + title.ljust(labels)
                    yield from self._value(start, cell, width, row.style)

    def _value(self, start: str, cell: str | Text, width: int, style: str) -> Iterator[Text]:
        """A value beside its title, or below it where it would be broken."""
        room = width - len(start)
        if max(map(len, str(cell).split(" "))) > room:
            yield Text(start, style=style)
            start, room = " " * (2 * INDENT), width - 2 * INDENT
        for line in [_on_one_line(cell)] if len(cell) <= room else wrap(str(cell), room):
            yield Text(start, style=style).append(line)
            start = " " * len(start)


def _on_one_line(cell: str | Text) -> str | Text:
    """A cell with spaces where no line ends."""
    return cell.replace(NO_BREAK, " ") if isinstance(cell, str) else cell


def plain_table(first: str, *others: str) -> PlainTable:
    """A table of a column of words and of numbers, which are never cut.

    Args:
        first: Title of the words.
        others: Titles of the numbers.
    """
    return PlainTable((first, *others))

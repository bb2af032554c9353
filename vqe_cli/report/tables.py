"""Plain tables without borders."""

from __future__ import annotations

from rich.table import Table


def plain_table(first: str, *others: str) -> Table:
    """A table of a column of words and of numbers, which are never cut.

    Args:
        first: Title of the words.
        others: Titles of the numbers.
    """
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table

"""Tables of a comparison on the terminal."""

from __future__ import annotations

from rich.table import Table

WIDEST_METHOD = 30
"""Number of characters of a method with its variant; longer ones are folded."""


def table_of(first: str, *others: str) -> Table:
    """A table without lines, its first column for names.

    Args:
        first: Title of the first column.
        others: Titles of the others, which are aligned to the right.
    """
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column(first, overflow="fold", max_width=WIDEST_METHOD)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table

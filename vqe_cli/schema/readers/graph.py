"""Edges of graphs: DIMACS files, G-set files, and lists of edges, also with commas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli.schema.readers.content import about, read_text

Row = tuple[int, list[str]]
"""Number of a line, from 1, and its words."""

LETTERS = ("e", "a")
"""Letters of edges in DIMACS files."""

COMMENTS = ("c", "#", "%")
HINT = "write two vertices and, if not 1, a weight: '1 2' or 'e 1 2'"


def read_edges(path: Path) -> list[list[Any]]:
    """The edges of a graph, each with two vertices and, if it has one, its weight.

    Lines are ``e a b [weight]`` (DIMACS) or ``a b [weight]``. A first line with the numbers of
    vertices and edges, as in the files of G-set, is no edge if all others have weights.

    Args:
        path: Path of the file.

    Raises:
        InputError: The file cannot be read, a line is not an edge, or the first one may be one or
            not.
    """
    rows = list(_rows(read_text(path, latin=True, hint=HINT)))
    if _begins_with_sizes(rows):
        (number, first), *others = rows
        if any(len(words) < 3 for _, words in others):
            message = f"'{' '.join(first)}' may be an edge, or the numbers of vertices and edges"
            hint = f"write 'e {' '.join(first)}' for an edge; leave the line out otherwise"
            raise about(path, message, hint, number)
        del rows[0]
    if not rows:
        raise about(path, "has no edges", HINT)
    return [_edge(path, row) for row in rows]


def _rows(text: str) -> Iterator[Row]:
    """The lines of edges, without comments and DIMACS' line of sizes."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").split()
        if not words or words[0].startswith(COMMENTS[1:]) or words[0] in (COMMENTS[0], "p"):
            continue
        yield number, words


def _begins_with_sizes(rows: list[Row]) -> bool:
    """Whether the first row can be the numbers of vertices and of the other rows."""
    (_, first), *others = rows or [(0, [])]
    labels = [word for _, words in others for word in words[:2]]
    if len(first) != 2:
        return False
    if not all(word.isdecimal() for word in (*first, *labels)):
        return False
    vertices, edges = map(int, first)
    return edges == len(others) > 0 and vertices >= max(map(int, labels))


def _edge(path: Path, row: Row) -> list[Any]:
    number, words = row
    words = words[1:] if words[0] in LETTERS else words
    try:
        first, second = (int(word) for word in words[:2])
        weights = [float(word) for word in words[2:]]
    except ValueError:
        raise about(path, f"'{' '.join(words)[:40]}' is not an edge", HINT, number) from None
    if len(weights) > 1:
        raise about(path, f"an edge has one weight, not {len(weights)}", HINT, number)
    return [first, second, *weights]

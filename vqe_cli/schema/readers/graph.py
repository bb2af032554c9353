"""Edges of graphs: DIMACS files, G-set files, and lists of edges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli.schema.readers.content import about, read_text

Row = tuple[int, list[str]]
"""Number of a line, from 1, and its words."""

COMMENTS = ("c", "#", "%")
HINT = "write two vertices and, if not 1, a weight: '1 2' or 'e 1 2'"


def read_edges(path: Path) -> list[list[Any]]:
    """The edges of a graph, each with two vertices and, if it has one, its weight.

    Lines are ``e a b [weight]`` (DIMACS) or ``a b [weight]``. A first line with the numbers of
    vertices and edges, as in the files of G-set, is no edge.

    Args:
        path: Path of the file.

    Raises:
        InputError: The file cannot be read, or a line is not an edge.
    """
    rows = list(_rows(read_text(path, latin=True, hint=HINT)))
    if _begins_with_sizes(rows):
        del rows[0]
    if not rows:
        raise about(path, "has no edges", HINT)
    return [_edge(path, row) for row in rows]


def _rows(text: str) -> Iterator[Row]:
    """The lines of edges, without comments, the letters of DIMACS, and its line of sizes."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith(COMMENTS[1:]) or words[0] in (COMMENTS[0], "p"):
            continue
        yield number, words[1:] if words[0] in ("e", "a") else words


def _begins_with_sizes(rows: list[Row]) -> bool:
    """Whether the first row has the numbers of vertices and of the other rows, with weights."""
    (_, first), *others = rows or [(0, [])]
    if len(first) != 2 or not all(len(words) == 3 for _, words in others):
        return False
    labels = [word for _, words in others for word in words[:2]]
    if not all(word.isdecimal() for word in (*first, *labels)):
        return False
    vertices, edges = map(int, first)
    return edges == len(others) > 0 and vertices >= max(map(int, labels))


def _edge(path: Path, row: Row) -> list[Any]:
    number, words = row
    try:
        first, second = (int(word) for word in words[:2])
        weights = [float(word) for word in words[2:]]
    except ValueError:
        raise about(path, f"'{' '.join(words)[:40]}' is not an edge", HINT, number) from None
    if len(weights) > 1:
        raise about(path, f"an edge has one weight, not {len(weights)}", HINT, number)
    return [first, second, *weights]

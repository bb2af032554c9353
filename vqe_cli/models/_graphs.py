"""Graphs with weighted edges, from lists and from files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vqe_cli._core.validation import SpecError
from vqe_cli.fermions.problem import Edge, Graph
from vqe_cli.schema.hamiltonian_spec import MAX_COEFFICIENT, MAX_PAULI_QUBITS


def graph_of(edges: Sequence[Edge]) -> Graph:
    """The graph of some edges; the weights of equal edges are added.

    Args:
        edges: Two vertices and the weight of each edge.

    Raises:
        SpecError: An edge joins a vertex with itself, or there are too many vertices.
    """
    weights: dict[tuple[int, int], float] = {}
    for place, (a, b, weight) in enumerate(edges):
        if a == b:
            raise SpecError(f"vertex {a} is joined with itself", None, ("edges", place))
        pair = (min(a, b), max(a, b))
        weights[pair] = weights.get(pair, 0.0) + weight
    vertices = tuple(sorted({vertex for pair in weights for vertex in pair}))
    if len(vertices) > MAX_PAULI_QUBITS:
        raise SpecError(f"{len(vertices)} vertices are more than {MAX_PAULI_QUBITS}")
    return Graph(vertices, tuple((a, b, weight) for (a, b), weight in sorted(weights.items())))


def as_edges(value: Any) -> tuple[Edge, ...]:
    """Edges from lists of two vertices, or of two vertices and a weight.

    Args:
        value: The value in the input.

    Raises:
        SpecError: It is no list of edges.
    """
    if not isinstance(value, (list, tuple)) or not value:
        raise SpecError("is not a list of edges", "for example [[0, 1], [1, 2, 0.5]]")
    return tuple(_edges(value))


def _edges(rows: Sequence[Any]) -> Iterator[Edge]:
    for place, row in enumerate(rows):
        whole = isinstance(row, (list, tuple)) and len(row) in (2, 3)
        if not whole or not all(isinstance(v, int) and not isinstance(v, bool) for v in row[:2]):
            raise SpecError(
                f"{row!r} is not an edge",
                "write two vertices, and a weight if it is not 1",
                (place,),
            )
        weight = row[2] if len(row) == 3 else 1.0
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise SpecError(f"{weight!r} is not a weight", "write a number", (place,))
        if not abs(weight) <= MAX_COEFFICIENT:  # also false for NaN
            raise SpecError(f"the weight {weight} is not finite", None, (place,))
        yield int(row[0]), int(row[1]), float(weight)

"""MaxCut: the cut of a graph with the largest weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from vqe_cli._core.wording import counted
from vqe_cli.fermions.problem import Edge, Graph, QubitProblem
from vqe_cli.models import QubitModel
from vqe_cli.models._graphs import as_edges, graph_of
from vqe_cli.models._spins import Term, pauli_strings

_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}
_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string"}},
    "required": ["file"],
    "additionalProperties": False,
}
EDGES_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "array", "items": _NUMBERS}, _FILE]}
"""JSON Schema of the edges in an input file."""


class Maxcut(QubitModel):
    """MaxCut: H = −Σ w (1 − ZZ)/2 over the edges of a graph, so that E is minus the cut's weight.

    Qubit k is the k-th vertex in ascending order, and its bit the side of the cut.

    Reference:
        Farhi, Goldstone and Gutmann, arXiv:1411.4028 (2014).
    """

    edges: Annotated[tuple[Edge, ...], WithJsonSchema(EDGES_SCHEMA)] = Field(
        description="Edges of the graph, [a, b] or [a, b, weight], with whole numbers for "
        "vertices; or {file: graph.txt}, a DIMACS file or a list of edges."
    )

    @field_validator("edges", mode="before")
    @classmethod
    def _are_edges(cls, value: Any) -> Any:
        return as_edges(value)

    @model_validator(mode="after")
    def _is_a_graph(self) -> Maxcut:
        graph_of(self.edges)
        return self

    @property
    def graph(self) -> Graph:
        """The graph."""
        return graph_of(self.edges)

    @property
    def unit(self) -> str:
        """Weights of edges, or their number."""
        return "edges" if {weight for _, _, weight in self.graph.edges} == {1.0} else "weight"

    def problem(self, unit: str) -> QubitProblem:
        """The Hamiltonian as Pauli terms."""
        graph = self.graph
        size = f"{counted(len(graph.vertices), 'vertex', 'vertices')}"
        size += f" and {counted(len(graph.edges), 'edge')}"
        paulis = pauli_strings(self._terms(graph), len(graph.vertices))
        note = f"MaxCut of a graph with {size}: energies are minus the weight of the cut"
        return QubitProblem(paulis, unit=unit, notes=(note,), graph=graph)

    @staticmethod
    def _terms(graph: Graph) -> Iterator[Term]:
        place = {vertex: qubit for qubit, vertex in enumerate(graph.vertices)}
        for a, b, weight in graph.edges:
            yield {}, -0.5 * weight
            yield {place[a]: "Z", place[b]: "Z"}, 0.5 * weight

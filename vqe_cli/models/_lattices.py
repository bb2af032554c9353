"""Lattices by name: chain, ring, and the two-dimensional ones of qiskit-nature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from vqe_cli._core.validation import SpecError
from vqe_cli.schema.hamiltonian_spec import MAX_PAULI_QUBITS

LINES = ("chain", "ring")
PLANES = ("square", "torus", "triangular", "kagome")

SHAPES = f"{', '.join(LINES)}, or {', '.join(f'{name} ROWSxCOLUMNS' for name in PLANES)}"

_PLANE = re.compile(rf"({'|'.join(PLANES)})\s+(\d{{1,3}})\s*[x×]\s*(\d{{1,3}})")


@dataclass(frozen=True)
class Lattice:
    """Sites, and the bonds between nearest neighbours.

    Args:
        name: The shape in words, such as ``ring of 8 sites``.
        sites: Number of sites.
        bonds: Pairs of sites a < b, counted from 0.
    """

    name: str
    sites: int
    bonds: tuple[tuple[int, int], ...]


@cache
def lattice_of(shape: str, sites: int | None) -> Lattice:
    """The lattice of a name.

    Args:
        shape: ``chain``, ``ring``, or the name of a two-dimensional lattice with its numbers of
            rows and columns: ``square 2x4``. The square lattice is open, the torus periodic.
        sites: Number of sites; None where rows and columns determine it.

    Raises:
        SpecError: There is no such lattice, or it does not have this number of sites.
    """
    if shape in LINES:
        return _line(shape, sites)
    match = _PLANE.fullmatch(shape)
    if match is None:
        raise SpecError(f"there is no lattice '{shape}'", f"it can be {SHAPES}", ("lattice",))
    found = _plane(match[1], int(match[2]), int(match[3]))
    if sites not in (None, found.sites):
        raise SpecError(
            f"a {found.name} has {found.sites} sites, not {sites}", "leave 'sites' out", ("sites",)
        )
    return found


def _line(shape: str, sites: int | None) -> Lattice:
    if sites is None:
        raise SpecError(f"a {shape} needs its number of sites", "add 'sites'")
    least = 3 if shape == "ring" else 2
    if sites < least:
        raise SpecError(f"a {shape} has at least {least} sites, not {sites}", None, ("sites",))
    _refuse_too_many(sites, ("sites",))
    from qiskit_nature.second_q.hamiltonians.lattices import BoundaryCondition, LineLattice

    boundary = BoundaryCondition.PERIODIC if shape == "ring" else BoundaryCondition.OPEN
    found = LineLattice(sites, boundary_condition=boundary)
    return Lattice(f"{shape} of {sites} sites", sites, _bonds(found))


def _plane(shape: str, rows: int, columns: int) -> Lattice:
    name = f"{rows}x{columns} {shape}{'' if shape == 'torus' else ' lattice'}"
    if min(rows, columns) < 1:
        raise SpecError(f"a {name} has no sites", None, ("lattice",))
    if shape == "triangular" and (min(rows, columns) < 2 or rows * columns < 6):
        message = f"a {name} is too small: it has at least 2x3 sites"
        raise SpecError(message, None, ("lattice",))
    _refuse_too_many(rows * columns, ("lattice",))
    from qiskit_nature.second_q.hamiltonians.lattices import (
        BoundaryCondition,
        KagomeLattice,
        SquareLattice,
        TriangularLattice,
    )

    with np.errstate(invalid="ignore"):  # positions in drawings, where there is a single row
        if shape == "torus":
            found = SquareLattice(rows, columns, boundary_condition=BoundaryCondition.PERIODIC)
        elif shape == "square":
            found = SquareLattice(rows, columns)
        else:
            kind = TriangularLattice if shape == "triangular" else KagomeLattice
            found = kind(rows, columns)
    _refuse_too_many(found.num_nodes, ("lattice",))
    return Lattice(name, found.num_nodes, _bonds(found))


def _bonds(found: Any) -> tuple[tuple[int, int], ...]:
    """The bonds of one of qiskit-nature's lattices, without its on-site loops, sorted."""
    edges = found.weighted_edge_list
    return tuple(sorted({(min(a, b), max(a, b)) for a, b, _ in edges if a != b}))


def _refuse_too_many(sites: int, path: tuple[str, ...]) -> None:
    if sites > MAX_PAULI_QUBITS:
        raise SpecError(f"{sites} sites are more than {MAX_PAULI_QUBITS}", None, path)

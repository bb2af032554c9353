"""Surfaces of equal value on a grid, as triangles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from scipy.ndimage import map_coordinates

from vqe_cli._core.arrays import FloatArray, IntArray

CORNERS = np.array([(k >> 2 & 1, k >> 1 & 1, k & 1) for k in range(8)])
"""Corners of a cell, number 4x + 2y + z."""

TETRAHEDRA = tuple(
    (0, 1 << first, (1 << first) + (1 << second), 7) for first, second, _ in permutations(range(3))
)
"""Corners of the six tetrahedra around the diagonal of a cell."""

EDGES = {
    1: (((0, 1), (0, 2), (0, 3)),),
    2: (((0, 2), (0, 3), (1, 3)), ((0, 2), (1, 3), (1, 2))),
    3: (((0, 3), (1, 3), (2, 3)),),
}
"""Edges that the surface cuts, as triangles, by the number of corners inside, which come first."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles in the coordinates of the grid's indices.

    Args:
        triangles: Their corners, shape (n, 3, 3).
        normals: Unit vectors towards lower values at their centres, shape (n, 3).
    """

    triangles: FloatArray
    normals: FloatArray


def isosurface(values: FloatArray, level: float) -> Surface:
    """The surface around the points with values above a level, by marching tetrahedra.

    Reference:
        Doi and Koide, IEICE Trans. E74, 214 (1991).

    Args:
        values: Values on the grid, shape (nx, ny, nz).
        level: The level.

    Returns:
        The surface; without triangles if no value is above the level.
    """
    cells = _cut_cells(values, level)
    corners = cells[:, None, :] + CORNERS
    heights = values[tuple(np.moveaxis(corners, -1, 0))]
    found = [
        triangles
        for tetrahedron in TETRAHEDRA
        for triangles in _in_tetrahedra(corners[:, tetrahedron], heights[:, tetrahedron], level)
    ]
    triangles = np.concatenate([np.zeros((0, 3, 3)), *found])
    return Surface(triangles, _normals(values, triangles))


def _cut_cells(values: FloatArray, level: float) -> IntArray:
    """First corners of the cells that the surface cuts, shape (n, 3)."""
    above = values > level
    nx, ny, nz = (count - 1 for count in values.shape)
    inside = np.zeros((nx, ny, nz), dtype=int)
    for x, y, z in CORNERS:
        inside += above[x : x + nx, y : y + ny, z : z + nz]
    return np.argwhere((inside > 0) & (inside < len(CORNERS)))


def _in_tetrahedra(corners: IntArray, heights: FloatArray, level: float) -> list[FloatArray]:
    """Triangles in some tetrahedra, given their corners, shape (n, 4, 3), and values, (n, 4)."""
    order = np.argsort(-heights, axis=1, kind="stable")
    corners = np.take_along_axis(corners, order[:, :, None], axis=1)
    heights = np.take_along_axis(heights, order, axis=1)
    inside = (heights > level).sum(axis=1)
    found = []
    for count, triangles in EDGES.items():
        chosen = inside == count
        for edges in triangles:
            points = [_crossing(corners[chosen], heights[chosen], level, *edge) for edge in edges]
            found.append(np.stack(points, axis=1))
    return found


def _crossing(
    corners: IntArray, heights: FloatArray, level: float, above: int, below: int
) -> FloatArray:
    """The points where the surface cuts an edge, by linear interpolation, shape (n, 3)."""
    share = (heights[:, above] - level) / (heights[:, above] - heights[:, below])
    start, end = corners[:, above], corners[:, below]
    return np.asarray(start + share[:, None] * (end - start))


def _normals(values: FloatArray, triangles: FloatArray) -> FloatArray:
    """Unit vectors against the gradient at the centres of triangles, shape (n, 3)."""
    centres = triangles.mean(axis=1).T
    slopes = [map_coordinates(slope, centres, order=1) for slope in np.gradient(values)]
    downhill = -np.array(slopes).T
    lengths = np.linalg.norm(downhill, axis=1, keepdims=True)
    return np.asarray(downhill / np.maximum(lengths, 1e-300))

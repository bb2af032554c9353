"""Orbitals as surfaces around the atoms of a molecule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.density.cube_file import AT_ONCE, Grid
from vqe_cli.chemistry.density.isosurfaces import Surface, isosurface

SHARE = 0.7
"""Share of an orbital's density inside its surface."""

MARGIN, MOST_MARGIN, GROWTH = 3.0, 25.0, 1.5
"""Space around the outermost atoms: the least and the most, Ångström, and the ratio of one that is
tried to the one before."""

FADED = 0.3
"""Largest value of an orbital at the sides of its grid, relative to that on its surface."""

POINTS = 150_000
"""Approximate number of grid points, on which the spacing depends."""

BOND = 1.3
"""Largest distance of bonded atoms, relative to the sum of their covalent radii."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Atoms and bonds to draw.

    Args:
        symbols: Elements.
        positions: Positions, Ångström, shape (natm, 3).
        bonds: Pairs of indices of bonded atoms.
    """

    symbols: tuple[str, ...]
    positions: FloatArray
    bonds: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class OrbitalSurfaces:
    """The lobes of an orbital; triangles in Ångström.

    Args:
        positive: The lobes of positive sign.
        negative: The lobes of negative sign.
    """

    positive: Surface
    negative: Surface


def skeleton_of(mole: Any) -> Skeleton:
    """The atoms of a molecule, and its bonds by covalent radii.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    from pyscf.data.elements import charge
    from pyscf.data.radii import COVALENT

    symbols = tuple(mole.atom_pure_symbol(atom) for atom in range(mole.natm))
    positions = BOHR_IN_ANGSTROM * np.asarray(mole.atom_coords())
    radii = BOHR_IN_ANGSTROM * COVALENT[[charge(symbol) for symbol in symbols]]
    distances = np.linalg.norm(positions[:, None] - positions[None, :], axis=2)
    near = np.triu(distances < BOND * (radii[:, None] + radii[None, :]), k=1)
    bonds = tuple((int(first), int(second)) for first, second in np.argwhere(near))
    return Skeleton(symbols, positions, bonds)


def orbital_surfaces(mole: Any, orbitals: FloatArray) -> list[OrbitalSurfaces]:
    """The surfaces of some orbitals, each around `SHARE` of its density.

    Args:
        mole: A built `pyscf.gto.Mole`.
        orbitals: Coefficients over atomic orbitals, shape (nao, n).
    """
    found: dict[int, OrbitalSurfaces] = {}
    waiting, margin = list(range(orbitals.shape[1])), MARGIN
    while waiting:
        on_grid, origin, steps = _on_grid(mole, orbitals[:, waiting], margin)
        for number, values in zip(tuple(waiting), on_grid, strict=True):
            if _has_faded(values) or margin * GROWTH > MOST_MARGIN:
                found[number] = _lobes(values, origin, steps)
                waiting.remove(number)
        margin *= GROWTH
    return [found[number] for number in sorted(found)]


def _on_grid(
    mole: Any, orbitals: FloatArray, margin: float
) -> tuple[list[FloatArray], FloatArray, FloatArray]:
    """Values of orbitals on a grid, each of shape (x, y, z); its origin and steps in bohr."""
    from pyscf.tools.cubegen import Cube

    cube = Cube(mole, **_grid(mole, margin).arguments(mole))
    points = cube.get_coords()
    values = np.empty((len(points), orbitals.shape[1]))
    with threads_for(mole.nao**2):
        for start in range(0, len(points), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            values[part] = mole.eval_gto("GTOval", points[part]) @ orbitals
    shape = (cube.nx, cube.ny, cube.nz)
    steps = np.diag(cube.box) / (np.array(shape) - 1)
    return [column.reshape(shape) for column in values.T], np.asarray(cube.boxorig), steps


def _grid(mole: Any, margin: float) -> Grid:
    """A grid with about `POINTS` points."""
    coarse = Grid(spacing=0.2, margin=margin)
    share = float(np.prod(coarse.points(mole))) / POINTS
    return Grid(coarse.spacing * share ** (1 / 3), margin)


def _has_faded(values: FloatArray) -> bool:
    """Whether an orbital is small at the sides of its grid, so that its surface is whole."""
    sides = [np.abs(np.take(values, (0, -1), axis=axis)).max() for axis in range(3)]
    return bool(max(sides) <= FADED * _level(values))


def _lobes(values: FloatArray, origin: FloatArray, steps: FloatArray) -> OrbitalSurfaces:
    """The lobes of an orbital on a grid with an origin and steps in bohr."""
    level = _level(values)
    found = []
    for sign in (1.0, -1.0):
        surface = isosurface(sign * values, level)
        triangles = BOHR_IN_ANGSTROM * (origin + steps * surface.triangles)
        found.append(Surface(triangles, surface.normals))
    return OrbitalSurfaces(*found)


def _level(values: FloatArray) -> float:
    """The smallest absolute value inside surfaces around `SHARE` of the density on the grid."""
    descending = np.sort(np.abs(values), axis=None)[::-1]
    enclosed = np.cumsum(descending**2)
    return float(descending[np.searchsorted(enclosed, SHARE * enclosed[-1])])

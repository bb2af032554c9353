"""Positions and directions of the p orbitals of conjugated systems, from the geometry alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray

VALENCE = {"B": 4, "C": 4, "N": 3, "O": 2, "Si": 4, "P": 3, "S": 2, "Se": 2}
"""Number of neighbours of a saturated atom; boron with three counts as unsaturated."""

BOND = 1.3
"""Largest distance of bonded atoms, relative to the sum of their covalent radii."""

OUT_OF_PLANE = 0.5
"""Largest distance of a planar atom from the plane of its three neighbours, bohr."""

LINEAR = 0.985
"""Cosine of the largest angle between collinear bonds: ten degrees."""

ALIGNED = 0.5
"""Cosine of the largest angle between conjugated p orbitals of neighbours: sixty degrees."""


@dataclass(frozen=True, eq=False)
class PiOrbital:
    """A p orbital: its atom, and its direction as a unit vector of shape (3,)."""

    atom: int
    direction: FloatArray


def pi_orbitals(mole: Any) -> list[PiOrbital]:
    """The p orbitals perpendicular to the planes of unsaturated atoms and adjacent lone pairs.

    An atom with three neighbours in a plane, or two at an angle, has one p orbital perpendicular to
    the plane; an atom between collinear bonds has two. A terminal atom has those of its neighbour.
    One of two neighbours must be unsaturated, with fewer neighbours than its valence, and their
    orbitals must be aligned.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    neighbours = _neighbours(mole)
    own = {atom: _across(mole, atom, neighbours) for atom in range(mole.natm)}
    directions = {atom: _at_the_end(mole, atom, own, neighbours) for atom in own}
    unsaturated = {
        atom: len(near) < VALENCE.get(mole.atom_pure_symbol(atom), 0)
        for atom, near in neighbours.items()
    }
    return [
        PiOrbital(atom, direction)
        for atom, found in directions.items()
        for direction in found
        if any(
            abs(direction @ other) > ALIGNED
            for neighbour in neighbours[atom]
            if unsaturated[atom] or unsaturated[neighbour]
            for other in directions[neighbour]
        )
    ]


def _neighbours(mole: Any) -> dict[int, list[int]]:
    from pyscf.data.radii import COVALENT

    atoms = range(mole.natm)
    charges = [int(mole.atom_charge(atom) + mole.atom_nelec_core(atom)) for atom in atoms]
    positions, radii = mole.atom_coords(), COVALENT[charges]
    distances = np.linalg.norm(positions[:, None] - positions[None, :], axis=2)
    bonded = distances < BOND * (radii[:, None] + radii[None, :])
    real = np.array(charges) > 0
    bonded &= real[:, None] & real[None, :] & ~np.eye(mole.natm, dtype=bool)
    return {atom: np.flatnonzero(row).tolist() for atom, row in enumerate(bonded)}


def _across(mole: Any, atom: int, neighbours: dict[int, list[int]]) -> list[FloatArray]:
    """Directions that follow from the atom's own neighbours; none for terminal atoms."""
    positions = mole.atom_coords()
    bonds = [_unit(positions[other] - positions[atom]) for other in neighbours[atom]]
    if mole.atom_pure_symbol(atom) not in VALENCE or not 2 <= len(bonds) <= 3:
        return []
    if len(bonds) == 2:
        if abs(bonds[0] @ bonds[1]) > LINEAR:
            return _around(bonds[0])
        return [_unit(np.cross(bonds[0], bonds[1]))]
    corners = positions[neighbours[atom]]
    normal = _unit(np.cross(corners[1] - corners[0], corners[2] - corners[0]))
    return [normal] if abs(normal @ (positions[atom] - corners[0])) < OUT_OF_PLANE else []


def _at_the_end(
    mole: Any, atom: int, own: dict[int, list[FloatArray]], neighbours: dict[int, list[int]]
) -> list[FloatArray]:
    """Directions of a terminal atom: its neighbour's, or both perpendicular to the only bond."""
    if len(neighbours[atom]) != 1 or mole.atom_pure_symbol(atom) not in VALENCE:
        return own[atom]
    (other,) = neighbours[atom]
    if len(neighbours[other]) > 1:
        return own[other]
    positions = mole.atom_coords()
    return _around(_unit(positions[other] - positions[atom]))


def _around(axis: FloatArray) -> list[FloatArray]:
    """Two directions perpendicular to an axis, each of shape (3,)."""
    helper = np.eye(3)[np.argmin(np.abs(axis))]
    first = _unit(np.cross(axis, helper))
    return [first, np.cross(axis, first)]


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))

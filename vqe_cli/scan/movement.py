"""Movement of a part of a molecule along a distance, angle or dihedral."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray

STRAIGHT = 1e-6
"""Sine of the angle below which three atoms count as collinear."""


def moved(
    positions: FloatArray, atoms: Sequence[int], moving: Sequence[int], value: float
) -> FloatArray:
    """Positions with a distance, angle or dihedral at a value.

    Args:
        positions: Positions of all atoms, shape (natm, 3).
        atoms: The two, three or four atoms of the coordinate, from 0.
        moving: The atoms that move together; none for no change.
        value: The value, in the unit of the positions or in degrees.

    Returns:
        The new positions, shape (natm, 3).
    """
    found, part = positions.copy(), list(moving)
    if not part:
        return found
    change = value - measured(positions, atoms)
    if len(atoms) == 2:
        along = positions[atoms[1]] - positions[atoms[0]]
        found[part] += change * along / np.linalg.norm(along)
        return found
    centre = positions[atoms[1]]
    turn = _rotation(_axis(positions[list(atoms)]), math.radians(change))
    found[part] = centre + (positions[part] - centre) @ turn.T
    return found


def measured(positions: FloatArray, atoms: Sequence[int]) -> float:
    """A distance, angle or dihedral, in the unit of the positions or in degrees.

    Dihedrals are positive for a clockwise turn seen along the middle bond (IUPAC).

    Args:
        positions: Positions of all atoms, shape (natm, 3).
        atoms: Two, three or four atoms, from 0.
    """
    steps = np.diff(positions[list(atoms)], axis=0)
    if len(atoms) == 2:
        return float(np.linalg.norm(steps[0]))
    if len(atoms) == 3:
        sine = np.linalg.norm(np.cross(-steps[0], steps[1]))
        return math.degrees(math.atan2(sine, -steps[0] @ steps[1]))
    before, after = np.cross(steps[0], steps[1]), np.cross(steps[1], steps[2])
    sine = np.linalg.norm(steps[1]) * (steps[0] @ after)
    return math.degrees(math.atan2(sine, before @ after))


def has_no_dihedral(positions: FloatArray, atoms: Sequence[int]) -> bool:
    """Whether three neighbouring ones of four atoms lie on a line, which then has no dihedral.

    Args:
        positions: Positions of all atoms, shape (natm, 3).
        atoms: Four atoms, from 0.
    """
    angles = (measured(positions, atoms[:3]), measured(positions, atoms[1:]))
    return any(math.sin(math.radians(angle)) < STRAIGHT for angle in angles)


def _axis(places: FloatArray) -> FloatArray:
    """The axis about which a part turns: normal to an angle, or along the bond of a dihedral."""
    if len(places) == 4:
        axis = places[2] - places[1]
    else:
        one, other = places[0] - places[1], places[2] - places[1]
        axis = np.cross(one, other)
        if np.linalg.norm(axis) < STRAIGHT * np.linalg.norm(one) * np.linalg.norm(other):
            axis = np.cross(one, np.eye(3)[np.argmin(np.abs(one))])
    return np.asarray(axis / np.linalg.norm(axis))


def _rotation(axis: FloatArray, angle: float) -> FloatArray:
    """The matrix of a right-handed turn about an axis (Rodrigues), shape (3, 3)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross)

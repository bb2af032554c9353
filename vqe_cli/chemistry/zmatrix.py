"""Z-matrices: atoms by distances, angles and dihedrals to earlier atoms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vqe_cli.chemistry.problem import FloatArray
from vqe_cli.errors import InputError, Path

PATH: Path = ("molecule", "geometry", "zmatrix")
FORM = "symbol, then atom and length, atom and angle, atom and dihedral, as in 'H 1 0.96 2 104.5'"
STRAIGHT = 1e-6
"""Sine of an angle below which three atoms are in a line."""


@dataclass(frozen=True)
class Row:
    """One line: a symbol, the earlier atoms it refers to (from 0), and the values."""

    symbol: str
    references: tuple[int, ...]
    values: tuple[float, ...]
    line: int


def read_zmatrix(text: str) -> list[tuple[str, FloatArray, int]]:
    """Place the atoms of a Z-matrix.

    Args:
        text: One atom a line (or between semicolons); references count from 1, angles are in
            degrees, dihedrals positive for a clockwise turn seen along the middle bond (IUPAC).

    Returns:
        Symbol, position in the unit of the lengths, and line (from 0) of each atom.

    Raises:
        InputError: With the line of the fault.
    """
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines()):
        for part in line.split("#", 1)[0].split(";"):
            if part.strip():
                rows.append(_row(part.split(), len(rows), number))
    if not rows:
        raise InputError("the Z-matrix has no atoms", path=PATH)
    positions: list[FloatArray] = []
    for row in rows:
        positions.append(_place(row, positions))
    return [(row.symbol, at, row.line) for row, at in zip(rows, positions, strict=True)]


def _row(fields: list[str], index: int, line: int) -> Row:
    text, wanted = " ".join(fields), min(index, 3)
    if len(fields) != 1 + 2 * wanted:
        message = f"Z-matrix: '{text}' needs {wanted} references with their values"
        raise InputError(message, path=PATH, line_offset=line, hint=FORM)
    try:
        references = tuple(int(field) - 1 for field in fields[1::2])
        values = tuple(float(field.lower().replace("d", "e")) for field in fields[2::2])
    except ValueError:
        message = f"Z-matrix: '{text}' has a reference or a value that is not a number"
        raise InputError(message, path=PATH, line_offset=line, hint=FORM) from None
    _check(text, references, values, index, line)
    return Row(fields[0], references, values, line)


def _check(
    text: str, references: tuple[int, ...], values: tuple[float, ...], index: int, line: int
) -> None:
    fault = None
    if any(not 0 <= reference < index for reference in references):
        fault = f"refers to an atom that is not one of the {index} before it"
    elif len(set(references)) != len(references):
        fault = "refers to one atom twice"
    elif not all(map(math.isfinite, values)):
        fault = "has a value that is not finite"
    elif values and values[0] <= 0:
        fault = "has a length that is not positive"
    elif len(values) > 1 and not 0 <= values[1] <= 180:
        fault = "has an angle outside 0 to 180 degrees"
    if fault:
        raise InputError(f"Z-matrix: '{text}' {fault}", path=PATH, line_offset=line, hint=FORM)


def _place(row: Row, positions: list[FloatArray]) -> FloatArray:
    """The position of one atom from those before it."""
    if not row.references:
        return np.zeros(3)
    near = positions[row.references[0]]
    if len(row.references) == 1:
        return np.asarray(near + np.array([0.0, 0.0, row.values[0]]))
    axis = _unit(near - positions[row.references[1]])
    length, angle = row.values[0], math.radians(row.values[1])
    side, normal = _frame(row, axis, positions)
    turn = math.radians(row.values[2]) if len(row.values) > 2 else 0.0
    direction = math.cos(turn) * side + math.sin(turn) * normal
    step = math.sin(angle) * direction - math.cos(angle) * axis
    return np.asarray(near + length * step)


def _frame(
    row: Row, axis: FloatArray, positions: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Two unit vectors across the axis: towards the third reference, and out of the plane."""
    if len(row.references) == 2:
        helper = np.array([1.0, 0.0, 0.0]) if abs(axis[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
        side = _unit(helper - (helper @ axis) * axis)
        return side, np.cross(axis, side)
    far = positions[row.references[1]] - positions[row.references[2]]
    normal = np.cross(_unit(far), axis)
    if np.linalg.norm(normal) < STRAIGHT:
        raise InputError(
            f"Z-matrix: the reference atoms of {row.symbol} are in a line, without a dihedral",
            path=PATH,
            line_offset=row.line,
            hint="refer to another atom",
        )
    normal = _unit(normal)
    return np.cross(normal, axis), normal


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        raise InputError("two reference atoms are at the same place", path=PATH)
    unit: FloatArray = vector / length
    return unit

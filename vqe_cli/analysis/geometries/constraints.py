"""Constraints of a geometry optimisation, as text: ``distance 1 2 1.5``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.errors import InputError
from vqe_cli.schema.numbers import NumberError, number, whole

NUMBER_OF_ATOMS = {"distance": 2, "angle": 3, "dihedral": 4}
RANGES = {"distance": (0.1, 100.0), "angle": (1.0, 179.0), "dihedral": (-360.0, 360.0)}
"""Allowed values: Ångström or degrees. A straight angle has no direction in which it bends."""

TOLERANCES = {"distance": 0.01, "angle": 1.0, "dihedral": 1.0, "freeze": 0.01}
"""Deviations above which a constraint is not met, Ångström or degrees."""

EXAMPLES = (
    "write 'distance 1 2 1.5', 'angle 1 2 3 104.5', 'dihedral 1 2 3 4 180' (Ångström, degrees;"
    " without the value it stays as it is), or 'freeze 1 2' for atoms"
)


@dataclass(frozen=True)
class Constraint:
    """An internal coordinate that is set or kept, or atoms that do not move.

    Args:
        kind: distance, angle, dihedral or freeze.
        atoms: Numbers of the atoms, from 1.
        value: The value to reach, Ångström or degrees; None to keep what it is.
    """

    kind: str
    atoms: tuple[int, ...]
    value: float | None = None

    def __str__(self) -> str:
        value = "" if self.value is None else f" {self.value:g}"
        return f"{self.kind} {' '.join(map(str, self.atoms))}{value}"

    def lines(self) -> list[str]:
        """The constraint in geomeTRIC's notation."""
        if self.kind == "freeze":
            return ["$freeze", *(f"xyz {atom}" for atom in self.atoms)]
        mode = "$freeze" if self.value is None else "$set"
        return [mode, str(Constraint(self.kind, self.atoms)) + _text(self.value)]

    def deviation(self, start: FloatArray, end: FloatArray) -> float:
        """How far a geometry is from the constraint, Ångström or degrees.

        Args:
            start: Positions at the start, bohr, shape (natm, 3).
            end: Positions of the geometry, bohr, shape (natm, 3).
        """
        if self.kind == "freeze":
            moved = (end - start)[[atom - 1 for atom in self.atoms]]
            return float(np.linalg.norm(moved, axis=1).max() * BOHR_IN_ANGSTROM)
        found = self._measured(end) - self.wanted(start)
        return abs(found if self.kind == "distance" else (found + 180.0) % 360.0 - 180.0)

    def wanted(self, start: FloatArray) -> float:
        """The value of the internal coordinate that is to be reached or kept, Ångström or degrees.

        Args:
            start: Positions at the start, bohr, shape (natm, 3).
        """
        return self._measured(start) if self.value is None else self.value

    def _measured(self, positions: FloatArray) -> float:
        """The internal coordinate, Ångström or degrees."""
        from geometric.internal import Angle, Dihedral, Distance

        kind = {"distance": Distance, "angle": Angle, "dihedral": Dihedral}[self.kind]
        value = kind(*(atom - 1 for atom in self.atoms)).value(positions)
        return float(value * BOHR_IN_ANGSTROM if self.kind == "distance" else math.degrees(value))


def _text(value: float | None) -> str:
    return "" if value is None else f" {value!r}"


def read_constraints(texts: Sequence[str], count: int) -> tuple[Constraint, ...]:
    """Read constraints, each of another internal coordinate.

    Args:
        texts: The texts, as on the command line.
        count: Number of atoms of the molecule.

    Raises:
        InputError: A text is no constraint, or two are of the same internal coordinate.
    """
    found = tuple(read_constraint(text, count) for text in texts)
    seen: dict[tuple[str, tuple[int, ...]], str] = {}
    for text, one in zip(texts, found, strict=True):
        key = (one.kind, min(one.atoms, one.atoms[::-1]))
        if key in seen:
            raise wrong(text, f"'{seen[key]}' constrains the same", "leave one of them out")
        seen[key] = text
    return found


def read_constraint(text: str, count: int) -> Constraint:
    """Read a constraint.

    Args:
        text: The text, as on the command line.
        count: Number of atoms of the molecule.

    Raises:
        InputError: The text is no constraint, or an atom or value is impossible.
    """
    kind, *words = text.lower().split() or [""]
    if kind == "freeze":
        found = Constraint(kind, _atoms(text, words, count))
        if len(found.atoms) == count:
            raise wrong(text, "no atom is left to move", "freeze fewer atoms")
        return found
    expected = NUMBER_OF_ATOMS.get(kind)
    if expected is None or not expected <= len(words) <= expected + 1:
        raise wrong(text, "it is not a constraint", EXAMPLES)
    atoms = _atoms(text, words[:expected], count)
    value = _value(text, kind, words[expected]) if len(words) > expected else None
    return Constraint(kind, atoms, value)


def _atoms(text: str, words: list[str], count: int) -> tuple[int, ...]:
    try:
        atoms = tuple(whole(word) for word in words)
    except NumberError as error:
        raise wrong(text, error.message, EXAMPLES) from None
    for atom in atoms:
        if not 1 <= atom <= count:
            raise wrong(text, f"there is no atom {atom}", f"atoms are numbered from 1 to {count}")
    if not atoms or len(set(atoms)) < len(atoms):
        raise wrong(text, "it needs different atoms", EXAMPLES)
    return atoms


def _value(text: str, kind: str, word: str) -> float:
    try:
        value = number(word)
    except NumberError as error:
        raise wrong(text, error.message, EXAMPLES) from None
    least, most = RANGES[kind]
    if not (math.isfinite(value) and least <= value <= most):
        unit = "Å" if kind == "distance" else "degrees"
        raise wrong(text, f"{value:g} {unit} is out of range", f"{least:g} to {most:g} {unit}")
    return value


def wrong(text: str, message: str, hint: str) -> InputError:
    """The refusal of a constraint.

    Args:
        text: The constraint as text.
        message: What is wrong with it.
        hint: What would be right.
    """
    error = InputError(f"'{text}': {message}", hint=hint)
    error.where = "--constraint"
    return error

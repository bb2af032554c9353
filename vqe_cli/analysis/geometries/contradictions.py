"""Constraints that no geometry meets together, by the geometry of triangles and polygons."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.analysis.geometries.constraints import TOLERANCES, Constraint, wrong

TOLERANCE = TOLERANCES["distance"]

Pair = tuple[int, int]


@dataclass(frozen=True)
class _Fixed:
    """A distance that constraints fix.

    Args:
        length: The distance, Ångström.
        texts: The constraints that fix it.
    """

    length: float
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The constraints in a sentence."""
        return " with ".join(f"'{text}'" for text in self.texts)


def refuse_contradictions(constraints: Sequence[Constraint], start: FloatArray) -> None:
    """Refuse constraints that exclude each other in every geometry.

    Two constraints may fix the same distance, also as an angle between two fixed distances; a
    distance may be longer than the way over other fixed distances; or the angles of a triangle do
    not add up. Dihedral angles, and angles between free distances, are not looked at.

    Args:
        constraints: The constraints.
        start: Positions at the start, bohr, shape (natm, 3), which some of them keep.

    Raises:
        InputError: Constraints exclude each other.
    """
    fixed: dict[Pair, _Fixed] = {}
    for pair, one in _distances(constraints, start):
        _add(fixed, pair, one)
    for pair, one in list(_between_arms(constraints, start, fixed)):
        _add(fixed, pair, one)
    _refuse_long_ways(fixed)
    _refuse_angles(constraints, start)


def _distances(
    constraints: Sequence[Constraint], start: FloatArray
) -> Iterator[tuple[Pair, _Fixed]]:
    """Distances that are set or kept, and those of all atoms that do not move."""
    for one in constraints:
        if one.kind == "distance":
            yield _pair(*one.atoms), _Fixed(one.wanted(start), (str(one),))
    frozen = sorted(
        {(atom, str(one)) for one in constraints if one.kind == "freeze" for atom in one.atoms}
    )
    for (first, text), (second, other) in itertools.combinations(frozen, 2):
        if first != second:
            kept = Constraint("distance", (first, second))
            texts = tuple(dict.fromkeys((text, other)))
            yield _pair(first, second), _Fixed(kept.wanted(start), texts)


def _between_arms(
    constraints: Sequence[Constraint], start: FloatArray, fixed: dict[Pair, _Fixed]
) -> Iterator[tuple[Pair, _Fixed]]:
    """Distances between the ends of fixed angles with fixed arms, by the law of cosines."""
    for one in constraints:
        if one.kind != "angle":
            continue
        first, centre, last = one.atoms
        arms = [fixed.get(_pair(centre, end)) for end in (first, last)]
        if arms[0] is not None and arms[1] is not None:
            a, b = arms[0].length, arms[1].length
            square = a * a + b * b - 2 * a * b * math.cos(math.radians(one.wanted(start)))
            texts = (str(one), *arms[0].texts, *arms[1].texts)
            yield _pair(first, last), _Fixed(math.sqrt(max(square, 0.0)), texts)


def _add(fixed: dict[Pair, _Fixed], pair: Pair, one: _Fixed) -> None:
    """Add a fixed distance, unless it contradicts another of the same atoms."""
    known = fixed.setdefault(pair, one)
    if abs(known.length - one.length) > TOLERANCE:
        first, second = pair
        raise wrong(
            one.texts[0],
            f"atoms {first} and {second} would be {one.length:.3f} Å apart by {one.text}, and"
            f" {known.length:.3f} Å by {known.text}",
            "leave one of them out",
        )


def _refuse_long_ways(fixed: dict[Pair, _Fixed]) -> None:
    """Refuse a distance that is longer than the shortest way over others."""
    from scipy.sparse.csgraph import shortest_path

    atoms = sorted({atom for pair in fixed for atom in pair})
    place = {atom: index for index, atom in enumerate(atoms)}
    lengths = np.full((len(atoms), len(atoms)), np.inf)
    for (first, second), one in fixed.items():
        lengths[place[first], place[second]] = lengths[place[second], place[first]] = one.length
    shortest, before = shortest_path(lengths, return_predecessors=True)
    for (first, second), one in fixed.items():
        least = float(shortest[place[first], place[second]])
        if one.length > least + TOLERANCE:
            way = [second]
            while way[-1] != first:
                way.append(atoms[before[place[first], place[way[-1]]]])
            others = ", ".join(fixed[_pair(*step)].text for step in itertools.pairwise(way[::-1]))
            raise wrong(
                one.texts[0],
                f"{one.length:g} Å is longer than the way of {least:g} Å over {others}",
                "choose a shorter distance, or leave one of them out",
            )


def _refuse_angles(constraints: Sequence[Constraint], start: FloatArray) -> None:
    """Refuse angles of three atoms that make no triangle."""
    triangles: dict[frozenset[int], list[Constraint]] = {}
    for one in constraints:
        if one.kind == "angle":
            triangles.setdefault(frozenset(one.atoms), []).append(one)
    for found in triangles.values():
        total = sum(one.wanted(start) for one in found)
        too_large = total > 180.0 + TOLERANCES["angle"]
        if too_large or (len(found) == 3 and total < 180.0 - TOLERANCES["angle"]):
            texts = ", ".join(f"'{one}'" for one in found)
            raise wrong(
                str(found[-1]),
                f"the angles of a triangle add up to 180 degrees, and {texts} to {total:g}",
                "leave one of them out",
            )


def _pair(first: int, second: int) -> Pair:
    return min(first, second), max(first, second)

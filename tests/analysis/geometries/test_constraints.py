"""Constraints of geometry optimisations as text."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.analysis.geometries.constraints import read_constraint, read_constraints
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("distance 1 2 1.5", ["$set", "distance 1 2 1.5"]),
        ("Distance 1 2", ["$freeze", "distance 1 2"]),
        ("angle 2 1 3 104.5", ["$set", "angle 2 1 3 104.5"]),
        ("dihedral 1 2 3 4 -60", ["$set", "dihedral 1 2 3 4 -60.0"]),
        ("freeze 1 3", ["$freeze", "xyz 1", "xyz 3"]),
    ],
)
def test_constraints_in_the_notation_of_geometric(text: str, lines: list[str]) -> None:
    assert read_constraint(text, 4).lines() == lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a constraint"),
        ("bond 1 2 1.5", "not a constraint"),
        ("distance 1", "not a constraint"),
        ("distance 1 2 1.5 7", "not a constraint"),
        ("distance 1 5 1.5", "no atom 5"),
        ("distance 0 1", "no atom 0"),
        ("distance 2 2 1.5", "different atoms"),
        ("distance 1 2 -1", "out of range"),
        ("distance 1 2 nan", "'distance 1 2 nan'"),
        ("distance 1 b 1.5", "'distance 1 b 1.5'"),
        ("angle 1 2 3 180", "out of range"),
        ("freeze", "different atoms"),
        ("freeze 1 2 3 4", "no atom is left"),
    ],
)
def test_impossible_constraints_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        read_constraint(text, 4)
    assert refusal.value.hint
    assert refusal.value.where == "--constraint"


@pytest.mark.parametrize(
    "texts",
    [
        ("distance 1 2 0.9", "distance 2 1 1.1"),
        ("angle 1 2 3 100", "angle 3 2 1"),
        ("dihedral 1 2 3 4", "dihedral 4 3 2 1 60"),
    ],
)
def test_two_constraints_of_one_coordinate_are_refused(texts: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="constrains the same"):
        read_constraints(texts, 4)
    assert len(read_constraints(("distance 1 2", "distance 1 3"), 4)) == 2


@pytest.mark.parametrize(
    ("text", "deviation"),
    [
        ("distance 1 2 0.4", 0.129177),
        ("distance 1 2", 0.0),
        ("angle 1 2 3 80", 10.0),
        ("dihedral 1 2 3 4 -170", 80.0),
        ("freeze 1 3", 0.0),
        ("freeze 4", 0.529177),
    ],
)
def test_deviations_from_constraints(text: str, deviation: float) -> None:
    """Corners of a cube of one bohr, which is 0.529177 Å, by hand."""
    corners = np.array([(1.0, 0, 0), (0, 0, 0), (0, 1, 0), (0, 1, 1)])
    start = corners - np.array([(0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 1.0)])
    found = read_constraint(text, 4).deviation(start, corners)
    assert found == pytest.approx(deviation, abs=1e-5)

"""Constraints of geometry optimisations as text."""

from __future__ import annotations

import pytest

from vqe_cli.analysis.geometries.constraints import read_constraint
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

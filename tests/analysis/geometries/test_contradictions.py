"""Constraints that no geometry meets together."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.analysis.geometries.constraints import read_constraints
from vqe_cli.analysis.geometries.contradictions import refuse_contradictions
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick

SQUARE: FloatArray = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) / BOHR_IN_ANGSTROM
"""Four atoms on a square with sides of 1 Å, bohr."""


def check(*texts: str) -> None:
    """Refuse these constraints of the square if they exclude each other."""
    refuse_contradictions(read_constraints(texts, len(SQUARE)), SQUARE)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("distance 1 2 1", "distance 2 3 1", "distance 1 3 2.5"), "longer than the way of 2 Å"),
        (("distance 1 2", "distance 2 3", "distance 1 3 2.5"), "longer than the way of 2 Å"),
        (
            ("distance 1 2 1", "distance 2 3 1", "distance 3 4 1", "distance 1 4 3.5"),
            "longer than the way of 3 Å",
        ),
        (("freeze 1 2", "distance 1 2 1.5"), "1.000 Å apart by 'freeze 1 2', and 1.500"),
        (("freeze 1", "freeze 2", "distance 1 2 1.5"), "1.500 Å by 'distance 1 2 1.5'"),
        # The hypotenuse of a right triangle with sides 3 and 4 is 5.
        (
            ("angle 1 2 3 90", "distance 1 2 3", "distance 2 3 4", "distance 1 3 6"),
            "5.000 Å apart",
        ),
        (("angle 1 2 3 100", "angle 2 3 1 100"), "add up to 180 degrees"),
        (("angle 1 2 3 50", "angle 2 3 1 50", "angle 3 1 2 50"), "to 150"),
    ],
)
def test_impossible_triangles_and_polygons_are_refused(
    texts: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        check(*texts)
    assert refusal.value.where == "--constraint"
    assert refusal.value.hint


@pytest.mark.parametrize(
    "texts",
    [
        ("distance 1 2 1", "distance 2 3 1", "distance 1 3 2"),
        ("distance 1 2", "distance 2 3", "distance 3 4", "distance 1 4", "distance 1 3"),
        ("angle 1 2 3 90", "distance 1 2 3", "distance 2 3 4", "distance 1 3 5"),
        ("angle 1 2 3 60", "angle 2 3 1 60", "angle 3 1 2 60"),
        ("freeze 1 2 3", "distance 1 2", "angle 1 2 3"),
        ("freeze 1 2", "distance 3 4 9"),
        ("angle 1 2 3 170", "angle 1 2 4 170"),
    ],
)
def test_possible_ones_pass(texts: tuple[str, ...]) -> None:
    check(*texts)

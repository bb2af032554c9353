"""Labels beside points."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from vqe_cli.report.comparison.placement import Area, place_labels

AREA = Area(0.0, 400.0, 800.0, 0.0)

places = st.lists(st.tuples(st.floats(0, 800), st.floats(0, 400)), min_size=1, max_size=12)


@given(places, places)
def test_labels_cover_neither_one_another_nor_a_point(
    points: list[tuple[float, float]], others: list[tuple[float, float]]
) -> None:
    found = place_labels(points, [(60.0, 15.0)] * len(points), AREA, 5.0, others)
    labels = [label for label in found if label is not None]
    assert len(found) == len(points)
    for one, other in combinations(labels, 2):
        assert not one.overlaps(other)
    for label in labels:
        assert label.left >= 0.0
        assert label.right <= 800.0
        for x, y in (*points, *others):
            assert not label.overlaps(Area(x - 4.9, y - 4.9, x + 4.9, y + 4.9))


def test_a_label_stands_to_the_right_of_its_point() -> None:
    (label,) = place_labels([(100.0, 200.0)], [(60.0, 15.0)], AREA, 5.0)
    assert label is not None
    assert (label.left, label.middle[1]) == (108.0, 200.0)


def test_a_label_at_the_edge_stands_to_the_left() -> None:
    (label,) = place_labels([(790.0, 200.0)], [(60.0, 15.0)], AREA, 5.0)
    assert label is not None
    assert label.right == 782.0


def test_twelve_equal_points_have_twelve_labels() -> None:
    found = place_labels([(400.0, 200.0)] * 12, [(60.0, 15.0)] * 12, AREA, 5.0)
    assert None not in found


def test_a_label_without_room_is_left_out() -> None:
    assert place_labels([(5.0, 5.0)], [(60.0, 15.0)], Area(0.0, 10.0, 10.0, 0.0), 5.0) == [None]

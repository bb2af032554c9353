"""Durations and counts as people read them."""

from __future__ import annotations

import pytest

from vqe_cli.report.format import counted, seconds


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.012, "12 ms"), (3.14159, "3.14 s"), (600, "10.0 min"), (9000, "2.5 h"), (1e6, "11.6 days")],
)
def test_durations_for_people(value: float, shown: str) -> None:
    assert seconds(value) == shown


def test_a_word_agrees_with_its_count() -> None:
    assert counted(1, "is", "are") == "1 is"
    assert counted(0, "is", "are") == "0 are"
    assert counted(12345, "is", "are") == "12,345 are"

"""Durations and counts as people read them."""

from __future__ import annotations

import pytest

from vqe_cli.report.format import (
    one_digit,
    predicted_bytes,
    predicted_seconds,
    rough_duration,
    seconds,
    three_digits,
    whole_seconds,
)

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.012, "12 ms"),
        (3.14159, "3.14 s"),
        (600, "10.0 min"),
        (9000, "2.5 h"),
        (36000, "10.0 h"),
        (1e6, "11.6 days"),
    ],
)
def test_durations_for_people(value: float, shown: str) -> None:
    assert seconds(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(31.2, "30"), (2.6, "3"), (0.041, "0.04")])
def test_one_digit_needs_no_exponent(value: float, shown: str) -> None:
    assert one_digit(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12.4, "12 seconds"), (60, "1 minute"), (5400, "2 hours"), (9e8, "29 years")],
)
def test_a_guess_has_one_number_and_a_whole_unit(value: float, shown: str) -> None:
    assert rough_duration(value) == shown


def test_no_prediction_is_finer_than_it_can_be() -> None:
    assert predicted_seconds(2e-4) == "under 1 ms"
    assert predicted_seconds(3.0) == "3 s"
    assert predicted_bytes(1000) == "under 1 MB"
    assert predicted_bytes(2_500_000) == "2.5 MB"


def test_what_changes_while_one_looks_has_no_fractions() -> None:
    assert whole_seconds(24.2) == "24 s"
    assert whole_seconds(600.0) == "10.0 min"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(9999, "9,999"), (342_400, "342k"), (12_100_000, "12.1 M"), (1_234_000_000, "1,234 M")],
)
def test_predicted_counts_have_three_digits(count: int, shown: str) -> None:
    assert three_digits(count) == shown

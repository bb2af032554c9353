"""Labels of variants."""

from __future__ import annotations

from typing import Any

import pytest

from vqe_cli.errors import InputError
from vqe_cli.screening.candidates.variants import shown_value, variants_of


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("ansatz", "uccsd", "uccsd"),
        ("ansatz", {"name": "k-upccgsd", "k": 2}, "k-upccgsd k=2"),
        ("backend.shots", 100, "shots=100"),
        ("backend.mitigation", None, "no mitigation"),
        ("backend.mitigation", ["readout", "zne"], "readout + zne"),
    ],
)
def test_values_read_as_one_would_write_them(key: str, value: Any, text: str) -> None:
    assert shown_value(key, value) == text


def test_labels_tell_variants_apart() -> None:
    grid = {"backend.mitigation": [None, "readout", ["readout", "zne"]], "ansatz": ["uccsd"]}
    assert [variant.label for variant in variants_of(grid)] == [
        "no mitigation",
        "readout",
        "readout + zne",
    ]


def test_one_entry_in_two_cases_is_a_value_twice() -> None:
    with pytest.raises(InputError, match="has a value twice: uccsd"):
        variants_of({"ansatz": ["UCCSD", {"name": "uccsd"}]})
    labels = [one.label for one in variants_of({"optimizer": ["COBYLA", "L_BFGS_B"]})]
    assert labels == ["cobyla", "l-bfgs-b"]

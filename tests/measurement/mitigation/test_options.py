"""Options of error mitigation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from vqe_cli._core.validation import Frozen, input_error
from vqe_cli.errors import InputError
from vqe_cli.measurement.mitigation.options import Mitigation

pytestmark = pytest.mark.quick


class Asked(Frozen):
    mitigation: Mitigation | None = None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("readout", {"readout": {"shots": 20_000}}),
        (["zne", "readout"], {"readout": {}, "zne": {}}),
        ({"zne": True, "symmetry": False}, {"zne": {"factors": [1, 3, 5]}}),
        (["symmetry", "reference_state"], {"symmetry": True, "reference_state": True}),
    ],
)
def test_short_forms_stand_for_long_ones(short: Any, long: Any) -> None:
    found = Mitigation.model_validate(short)
    assert found == Mitigation.model_validate(long)
    assert Mitigation.model_validate(found.model_dump(mode="json")) == found


def test_methods_come_in_the_order_in_which_they_act() -> None:
    asked = ["reference_state", "zne", "symmetry", "readout"]
    found = Mitigation.model_validate(asked).methods
    assert found == ("readout", "symmetry", "zne", "reference_state")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("zen", "no mitigation called 'zen'"),
        (["readout", 3], "no mitigation called '3'"),
        ([], "no method"),
        ({"zne": False}, "no method"),
        ({"znee": True}, "unknown key 'znee'"),
        ({"readout": {"shots": 1}}, "greater than or equal to 100"),
        ({"zne": {"factors": [2, 4]}}, "2, 4"),
        (7, "mapping"),
    ],
)
def test_impossible_mitigation_is_an_input_error(value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate({"mitigation": value})
    found = input_error(caught.value, Asked)
    assert isinstance(found, InputError)
    assert message in str(found)

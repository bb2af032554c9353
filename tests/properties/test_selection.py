"""The choice of properties and the order of computation."""

from __future__ import annotations

import pytest

from vqe_cli.errors import InputError
from vqe_cli.properties.selection import chosen_properties, columns_of

pytestmark = pytest.mark.quick


def names(*selections: object) -> list[str]:
    return [entry.name for entry in chosen_properties(selections)]


def test_the_energy_comes_first_and_the_rest_as_asked_for() -> None:
    asked = ("ionization-energy", "dipole", "energy")
    assert names(*asked) == ["structure", "energy", "ionization-energy", "dipole"]


def test_what_a_property_needs_is_computed_before_it() -> None:
    assert names("dipole") == ["structure", "energy", "dipole"]


def test_options_reach_the_property() -> None:
    *_, entry = chosen_properties([{"name": "ionization-energy", "multiplicity": 4}])
    assert entry.selection()["multiplicity"] == 4


def test_columns_follow_the_order_of_properties() -> None:
    columns = [column.name for column in columns_of(chosen_properties(["dipole"]))]
    assert columns.index("energy_hartree") < columns.index("dipole_debye")
    assert columns[-4:] == [
        "dipole_debye",
        "hf_dipole_debye",
        "dipole_verdict",
        "dipole_failed_checks",
    ]


@pytest.mark.parametrize(
    ("asked", "message", "place"),
    [
        ((), "no property is requested", ("properties",)),
        (("enrgy",), "there is no property called 'enrgy'", ("properties", 0)),
        (("energy", "dipole", "energy"), "requested twice", ("properties", 2)),
        (({"name": "dipole", "unit": "D"},), "has no option 'unit'", ("properties", 0, "unit")),
    ],
)
def test_bad_lists_are_refused_with_the_place(
    asked: tuple[object, ...], message: str, place: tuple[str | int, ...]
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        chosen_properties(asked)
    assert caught.value.path == place

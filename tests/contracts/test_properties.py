"""The contract of every property of a campaign."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from tests.contracts.test_registries import REQUIRED_OPTIONS
from tests.problems import EXACT_H2
from tests.screening.cases import case_of, compute
from vqe_cli.properties import PROPERTIES, Finding
from vqe_cli.schema.records import RunRecord

every_property = pytest.mark.parametrize("name", PROPERTIES.names())

KINDS = {"number": float, "integer": int, "text": str, "flag": bool}

WATER_AND_HELIUM = {
    "geometry": "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692\nHe 0 0 3.2",
    "basis": "6-31g",
}
"""A candidate with bonds, protons, lone pairs and two parts."""


@cache
def found(name: str) -> Finding:
    small = {"name": "frontier", "electrons": 4, "orbitals": 4}
    selection = {"name": name, **REQUIRED_OPTIONS.get(name, {})}
    return compute(selection, case_of(WATER_AND_HELIUM, active_space=small))


@every_property
def test_columns_are_described_and_carry_their_unit(name: str) -> None:
    columns = PROPERTIES.get(name).columns
    assert columns
    for column in columns:
        assert re.fullmatch("[a-z][a-z0-9_]*", column.name)
        assert column.description.endswith(".")


def test_no_two_properties_share_a_column() -> None:
    names = [c.name for name in PROPERTIES.names() for c in PROPERTIES.get(name).columns]
    assert not [name for name, count in Counter(names).items() if count > 1]


@every_property
def test_every_column_gets_a_value_of_its_kind(name: str) -> None:
    columns = PROPERTIES.get(name).columns
    values = found(name).values
    assert set(values) == {column.name for column in columns}
    for column in columns:
        value = values[column.name]
        assert value is None or type(value) is KINDS[column.kind], column.name


@every_property
def test_the_record_is_plain_json(name: str) -> None:
    import json

    record = found(name).record
    assert record
    assert json.loads(json.dumps(record, allow_nan=False))


def test_the_energys_record_is_that_of_a_run() -> None:
    case = case_of({"geometry": "H 0 0 0\nH 0 0 0.735"})
    energy = compute("energy", case)
    record = RunRecord.model_validate(energy.record)
    assert record.result.energy == energy.values["energy_hartree"]
    assert record.result.energy == pytest.approx(EXACT_H2, abs=1e-6)

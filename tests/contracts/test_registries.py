"""The contract of every entry of every registry."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from tests.families import member
from vqe_cli._core.kinds import KINDS
from vqe_cli._core.registry import Entry, Registry, docstring_section
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick

REGISTRIES: tuple[Registry[Any], ...] = tuple(kind.registry for kind in KINDS.values())

REQUIRED_OPTIONS: dict[str, dict[str, Any]] = {
    "frontier": {"electrons": 2, "orbitals": 3},
    "avas": {"orbitals": ["H 1s"]},
    "explicit": {"orbitals": [1, 2, 4]},
    "carried": {
        "molecule": {"geometry": "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"},
        "active_space": {"name": "frontier", "electrons": 2, "orbitals": 3},
    },
    "ibm": {"device": "fake_manila"},
    "heisenberg": {"sites": 4},
    "hubbard": {"sites": 4},
    "ising": {"sites": 4},
    "xxz": {"sites": 4},
    "maxcut": {"edges": [[0, 1], [1, 2, 0.5]]},
    "qubo": {"matrix": [[1.0, -2.0], [0.0, 1.0]]},
    "grown": {
        "operators": [
            {
                "label": "1α → 2α",
                "create": [[[1, 0]]],
                "annihilate": [[[0, 0]]],
                "qubit": False,
                "pauli": None,
            }
        ]
    },
}
"""Examples of entries with required options."""

every_registry = pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)


def create(registry: Registry[Any], name: str) -> Entry:
    entry: Entry = registry.create({"name": name, **REQUIRED_OPTIONS.get(name, {})})
    return entry


@every_registry
def test_summary_is_one_line_that_says_what_it_is(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            summary = registry.get(name).summary()
            assert 5 <= len(summary) <= 100
            assert not summary.endswith((".", ","))
            own_docstring = registry.get(name).__doc__
            assert own_docstring, "the docstring must be the entry's own, not its base class's"


@every_registry
def test_docstring_names_its_reference(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            assert docstring_section(registry.get(name), "Reference")


@every_registry
def test_every_option_is_described(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            for option, field in registry.get(name).model_fields.items():
                assert field.description, option
                assert field.description.rstrip().endswith((".", "°")), option


@every_registry
def test_options_are_named_like_keys_of_an_input_file(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            assert re.fullmatch("[a-z][a-z0-9-]*", name)
            for option in registry.get(name).model_fields:
                assert re.fullmatch("[a-z][a-z0-9_]*", option)
                assert option != "name"


@every_registry
def test_selection_round_trips_through_create_and_json(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            entry = create(registry, name)
            selection = entry.selection()
            assert selection["name"] == name
            assert set(selection) == {"name", *type(entry).model_fields}
            assert registry.create(json.loads(json.dumps(selection))) == entry


@every_registry
def test_entries_are_frozen_and_know_their_name(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            entry = create(registry, name)
            assert entry.name == name
            for option in type(entry).model_fields:
                with pytest.raises(ValidationError, match="frozen"):
                    setattr(entry, option, getattr(entry, option))


@every_registry
def test_unknown_option_is_an_input_error_with_a_hint(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            options = {"name": name, **REQUIRED_OPTIONS.get(name, {}), "no_such_option": 1}
            with pytest.raises(InputError, match="no_such_option") as caught:
                registry.create(options, ("part",))
            assert caught.value.path == ("part", "no_such_option")
            assert caught.value.hint


@every_registry
def test_numbers_written_as_text_are_refused(registry: Registry[Any]) -> None:
    for name in registry.names():
        with member(registry.kind, name):
            entry = create(registry, name)
            for option, value in entry.selection().items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    with pytest.raises(InputError) as caught:
                        registry.create({**entry.selection(), option: f"{value} apples"}, ("part",))
                    assert caught.value.path[:2] == ("part", option)


@every_registry
def test_unknown_name_is_an_input_error_that_lists_or_guesses(registry: Registry[Any]) -> None:
    nearly = registry.names()[0] + "x"
    with pytest.raises(InputError) as caught:
        registry.create(nearly, ("part",))
    assert caught.value.path == ("part",)
    assert registry.names()[0] in (caught.value.hint or "")


@every_registry
def test_names_are_sorted_and_unique(registry: Registry[Any]) -> None:
    assert registry.names() == sorted(set(registry.names()))

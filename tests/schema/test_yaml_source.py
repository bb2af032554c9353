"""The YAML reader: YAML 1.2 values, the line of everything, and what it refuses."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.families import slow
from vqe_cli.schema import yaml_source
from vqe_cli.schema.yaml_source import MAX_BYTES, MAX_LEVELS, MAX_VALUES, YamlError, parse_yaml

MOST_EVENTS = 5 * MAX_LEVELS
"""Events of the parser that may be read of a document that is too deep or not valid."""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("tRUE", "tRUE"),
        ("12:30:45", "12:30:45"),
        ("2001-01-01", "2001-01-01"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("'1'", "1"),
        ('"~"', "~"),
        ("1+2j", "1+2j"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("~", None),
        ("Null", None),
        ("", None),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("+12", 12),
        ("1e-6", 1e-6),
        ("1E6", 1e6),
        ("-.5", -0.5),
        ("1.", 1.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("+.inf", math.inf),
        (".Inf", math.inf),
    ],
)
def test_a_plain_value_is_what_the_core_schema_of_yaml_1_2_says(text: str, value: object) -> None:
    """YAML 1.2.2, section 10.3.2."""
    found = parse_yaml(f"key: {text}").data["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number_is_a_number(text: str) -> None:
    assert math.isnan(parse_yaml(f"key: {text}").data["key"])


@pytest.mark.parametrize("key", ["no", "1", "~", "1.0", "<<", "ZZ"])
def test_a_key_stays_text(key: str) -> None:
    assert parse_yaml(f"{key}: 1").data == {key: 1}


def test_every_value_knows_its_line() -> None:
    text = """\
# comment
a: 1

b:
  - x
  - {c: 2,
     d: 3}
e: |
  two
  lines
f: 'quoted'
"""
    assert parse_yaml(text).lines == {
        (): 2,
        ("a",): 2,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 1): 6,
        ("b", 1, "c"): 6,
        ("b", 1, "d"): 7,
        ("e",): 8,
        ("f",): 11,
    }


def billion_laughs() -> str:
    """Nine levels of ten aliases each: a gigabyte, if it were expanded."""
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("a: 1\nb: *a", 2, "alias", id="alias"),
        pytest.param("a: 1\nb: &x 2", 2, "anchor", id="anchor"),
        pytest.param(billion_laughs(), 1, "alias", id="billion-laughs"),
        pytest.param("a: 1\nb: !!python/object:os.system x", 2, "tag", id="python-object"),
        pytest.param("!!python/object/apply:os.system [ls]", 1, "tag", id="python-apply"),
        pytest.param("a: !mine {b: 1}", 1, "tag", id="own-tag"),
        pytest.param("a: 1\nb: 2\na: 3", 3, "first on line 1", id="duplicate-key"),
        pytest.param("m:\n  a: 1\n  'a': 2", 3, "first on line 2", id="duplicate-quoted"),
        pytest.param("m: {a: 1,\n a: 2}", 2, "first on line 1", id="duplicate-in-flow"),
        pytest.param("a: 1\n---\nb: 2", 2, "second document", id="two-documents"),
        pytest.param("a: 1\n? [b]\n: 2", 2, "key", id="list-as-key"),
        pytest.param("[" * 33 + "]" * 33, 1, "32 levels", id="33-lists"),
        pytest.param("{a: " * 33 + "1" + "}" * 33, 1, "32 levels", id="33-mappings"),
        pytest.param("\n".join("  " * i + "a:" for i in range(40)), 33, "32 levels", id="block"),
        pytest.param("[" * 100_000, 1, "32 levels", id="100000-lists"),
        pytest.param("- " * 100_000 + "x", 1, "32 levels", id="100000-block-lists"),
        pytest.param("{a: " * 100_000, 1, "32 levels", id="100000-mappings"),
        pytest.param(
            "- 1\n" * 100_001, 100_000, "100000 values", id="100001-values", marks=pytest.mark.slow
        ),
        pytest.param("a: 1\nb: [1, 2", 2, "not valid YAML", id="open-list"),
        pytest.param("a: b: c", 1, "not valid YAML", id="two-colons"),
        pytest.param("a: 1\n\tb: 2", 2, "not valid YAML", id="tab"),
        pytest.param("a: 1\nb: 'x", 2, "not valid YAML", id="open-quote"),
        pytest.param("a: 1\nb: \x01", 2, "not valid YAML", id="control-character"),
        pytest.param('a: "\\ud800"', 1, r"\w", id="half-a-surrogate-pair"),
    ],
)
def test_what_is_refused_is_refused_at_once_and_with_its_line(
    text: str, line: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = 0
    read = YAML.parse

    def counted(reader: YAML, stream: Any) -> Iterator[Any]:
        nonlocal events
        for event in read(reader, stream):
            events += 1
            yield event

    monkeypatch.setattr(YAML, "parse", counted)
    with pytest.raises(YamlError, match=words) as refusal:
        parse_yaml(text)
    assert refusal.value.line == line
    assert events <= (MAX_VALUES + MOST_EVENTS if "values" in words else MOST_EVENTS)


def test_more_than_a_megabyte_is_refused() -> None:
    with pytest.raises(YamlError, match="1000 kB"):
        parse_yaml("a: " + "x" * MAX_BYTES)


def test_as_many_levels_as_are_allowed_are_read() -> None:
    found = parse_yaml("[" * MAX_LEVELS + "]" * MAX_LEVELS).data
    for _ in range(MAX_LEVELS - 1):
        (found,) = found
    assert found == []


@pytest.mark.parametrize("most", [1000, slow(MAX_VALUES)])
def test_as_many_values_as_are_allowed_are_read(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_source, "MAX_VALUES", most)
    count = most - 1  # the list itself is one
    assert parse_yaml("- 1\n" * count).data == [1] * count
    with pytest.raises(YamlError, match=f"{most} values"):
        parse_yaml("- 1\n" * (count + 1))


some_text = st.text(
    st.characters(
        max_codepoint=0xFFFF,  # beyond, JSON writes surrogate pairs
        exclude_categories=["Cs"],
        exclude_characters="\x7f",  # JSON leaves it bare, YAML does not allow it
    )
)
some_keys = some_text.map(lambda text: text[:80])
"""YAML reads keys of up to 1024 characters, and JSON may take twelve for one."""

plain_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | some_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(some_keys, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(plain_data)
def test_json_is_yaml_and_is_read_back_unchanged(data: Any) -> None:
    text = json.dumps(data)
    assert json.dumps(parse_yaml(text).data) == text


def test_a_character_that_json_writes_as_a_surrogate_pair_is_one_character() -> None:
    assert parse_yaml(json.dumps({"name": "😀"})).data == {"name": "😀"}

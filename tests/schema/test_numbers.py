"""One reader of numbers for all formats: what is a number, and what only looks like one."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqe_cli.schema.numbers import NumberError, complex_number, fields, number, whole

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-1.", -1.0),
        ("+.5", 0.5),
        ("1e-3", 1e-3),
        ("1.5D+02", 150.0),
        ("7.4d-1", 0.74),
        ("7.4*^-6", 7.4e-6),
        ("007", 7.0),
    ],
)
def test_a_number_as_c_fortran_and_mathematica_write_it(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "-", "e5", "1e", "1e+", "7_4", "1_000", "0x10", "0b1", "inf", "-Infinity",
        "nan", "½", "²", "٣", "１", "−1", "1,5", "1.5.0", "1 2", " 1",
        "1\n", "1f", "1j", "--1", "1e5.0", "1*^",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    with pytest.raises(NumberError):
        number(text)


@pytest.mark.parametrize("text", ["1.0", "1e3", "1_0", "٣", "3" * 19, "", "+", "0x1"])
def test_what_only_looks_like_a_whole_number_is_none(text: str) -> None:
    with pytest.raises(NumberError):
        whole(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_prints_is_read_back(value: float) -> None:
    assert number(repr(value)) == value


@given(st.text(max_size=12))
def test_any_text_is_a_finite_or_huge_number_or_is_refused(text: str) -> None:
    with suppress(NumberError):
        assert not math.isnan(number(text))
        assert text.isascii()


@given(st.complex_numbers(allow_nan=False, allow_infinity=False))
def test_every_complex_number_that_python_prints_is_read_back(value: complex) -> None:
    assert complex_number(str(value)) == value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("O 0 0 1", ["O", "0", "0", "1"]),
        ("O 0,0,1", ["O", "0", "0", "1"]),
        ("O, 0 , 0 ,1", ["O", "0", "0", "1"]),
        ("H : 0 0 1 # ghost", ["H:", "0", "0", "1"]),
    ],
)
def test_words_are_separated_by_blanks_or_by_commas(line: str, words: list[str]) -> None:
    assert fields(line) == words


@pytest.mark.parametrize("line", ["O 0,5 0,0 0,0", "O 0,5 0", "O 0,,1", "O 0,0,1,", "O 0 0,5 0"])
def test_commas_here_and_there_are_no_separators(line: str) -> None:
    with pytest.raises(NumberError):
        fields(line)

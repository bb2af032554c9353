"""Numbers and separators in text files.

One reader for all formats, so that they agree on what is a number. Python's own ``float`` and
``int`` also accept ``7_4``, ``inf`` and the digits of every script.
"""

from __future__ import annotations

import re

from vqe_cli._core.number_hints import has_decimal_comma, remedy_of
from vqe_cli.schema.faults import TextError

MAX_DIGITS = 18
"""Largest number of digits of a whole number; every count, charge and index has fewer."""

IMAGINARY_ROUND_OFF = 1e-12

_SIZE = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:(?:[eEdD]|\*\^)[-+]?[0-9]+)?"
_NUMBER = re.compile(rf"[-+]?{_SIZE}")
_COMPLEX = re.compile(rf"([-+]?{_SIZE})??((?:^[-+]?|[-+]){_SIZE})[ijIJ]")
_WHOLE = re.compile(rf"[-+]?[0-9]{{1,{MAX_DIGITS}}}")
_SHORT_COUNT = re.compile(
    r"(?P<digits>[0-9]{1,9}(\.[0-9]{1,9})?)(?:[eE]\+?(?P<power>[0-9]{1,2})|(?P<unit>[kKM]))"
)
_ENDLESS = re.compile(r"[-+]?(nan|inf|infinity)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*,\s*|\s+")


class NumberError(TextError):
    """A text that is not a number."""


def is_number(text: str) -> bool:
    """Whether `number` accepts the text."""
    return _NUMBER.fullmatch(text) is not None


def is_endless(text: str) -> bool:
    """Whether the text is ``nan``, ``inf`` or ``infinity``."""
    return _ENDLESS.fullmatch(text) is not None


def number(text: str) -> float:
    """A decimal number: ``-0.5``, ``.5``, ``5e-1``, Fortran's ``5D-1``, Mathematica's ``5*^-1``.

    Args:
        text: The number and nothing else.

    Returns:
        The value; infinite if it is too large for a float.

    Raises:
        NumberError: The text is not a decimal number.
    """
    if not is_number(text):
        raise NumberError(f"{_shown(text)} is {_why(text)}", remedy_of(text))
    return float(re.sub(r"[dD]|\*\^", "e", text))


def whole(text: str) -> int:
    """A whole number in decimal digits, with or without its sign.

    Args:
        text: The number and nothing else.

    Raises:
        NumberError: The text is not a whole number.
    """
    if not _WHOLE.fullmatch(text):
        raise NumberError(f"{_shown(text)} is not a whole number", remedy_of(text))
    return int(text)


def count(text: str) -> int | None:
    """A whole number in a short form: ``1e4``, ``10k``, ``2.5M``; None for other texts.

    Args:
        text: The number and nothing else.
    """
    found = _SHORT_COUNT.fullmatch(text)
    if found is None:
        return None
    power = {"k": 3, "m": 6}[found["unit"].lower()] if found["unit"] else int(found["power"])
    digits, _, decimals = found["digits"].partition(".")
    if len(decimals.rstrip("0")) > power:
        return None
    return int(digits + decimals[:power].ljust(power, "0"))


def complex_number(text: str) -> complex:
    """A complex number as Python and Qiskit print it: ``(0.5+0j)``, ``-0.5j``, or a real one.

    Args:
        text: The number and nothing else.

    Raises:
        NumberError: The text is not a complex number.
    """
    inner = re.sub(r"\s+", "", text)
    inner = inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
    if is_number(inner):
        return complex(number(inner), 0.0)
    found = _COMPLEX.fullmatch(inner)
    if found is None:
        raise NumberError(f"{_shown(text)} is not a number", remedy_of(text))
    return complex(number(found[1] or "0"), number(found[2]))


def is_real(value: complex) -> bool:
    """Whether the imaginary part is round-off."""
    return abs(value.imag) <= IMAGINARY_ROUND_OFF


def without_comment(line: str) -> str:
    """The line up to ``#`` or ``!``."""
    return re.split("[#!]", line, maxsplit=1)[0]


def blank_separated(text: str) -> list[str]:
    """The words of a line; a colon joins the first word, as in ORCA's ``H : 0 0 0``.

    Args:
        text: The line.
    """
    words = text.split()
    return [words[0] + ":", *words[2:]] if words[1:2] == [":"] else words


def fields(text: str) -> list[str]:
    """The words of a line, separated by blanks, or by commas throughout.

    Commas are separators only if they separate all words, except that a blank may follow the
    first word, a symbol. Any other comma is a decimal comma, or a value is missing.

    Args:
        text: The line.

    Raises:
        NumberError: Commas and blanks both separate words.
    """
    text = without_comment(text).strip()
    if "," not in text:
        return blank_separated(text)
    words, separators = _SEPARATOR.split(text), _SEPARATOR.findall(text)
    if not all(words) or not all("," in separator for separator in separators[1:]):
        hint = "write decimal points, as in 0.5" if has_decimal_comma(text) else None
        raise NumberError(
            f"{_shown(text)} has commas in some places and not in others",
            hint or "separate all values by blanks, or all by commas",
        )
    return words


def _why(text: str) -> str:
    return "not finite" if is_endless(text) else "not a number"


def _shown(text: str) -> str:
    text = text if text.isprintable() else repr(text)[1:-1]
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"

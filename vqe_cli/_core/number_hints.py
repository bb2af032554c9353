"""Hints for texts that were meant as numbers."""

from __future__ import annotations

import re

_LIKE_MINUS = "−–—‐‑‒﹣－\u00ad\x96\x97"
"""Minus signs, dashes and hyphens; the last two are dashes of Windows read as Latin-1."""

_DECIMAL_COMMA = re.compile(r"(?<![0-9.])[-+]?[0-9]*,[0-9]+")
_POWER_OF_TEN = re.compile(r"(?:([-+]?[0-9.]+) ?[*x×·])? ?10(?:\^|\*\*)\(?([-+]?[0-9]+)\)?")
_FORTRAN = re.compile(r"([-+]?[0-9.]+)[dD]([-+]?[0-9]+)")
_SIGN_BEHIND = re.compile(r"([0-9]+)([-+])")
_WITH_UNIT = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?) ?[A-Za-zÅ°%/]+")
_PLAIN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def has_decimal_comma(text: str) -> bool:
    """Whether a decimal comma is somewhere in a text.

    Args:
        text: The text.
    """
    return _DECIMAL_COMMA.search(text) is not None


def remedy_of(text: str) -> str | None:
    """What to write for a text with a comma, sign or digit that numbers do not have.

    Args:
        text: The text that is not a number.
    """
    if _DECIMAL_COMMA.fullmatch(text):
        return "write a decimal point, as in 0.5"
    if any(letter.isnumeric() and not letter.isascii() for letter in text):
        return "write the digits 0 to 9"
    if any(sign in text for sign in _LIKE_MINUS):
        return "write the minus sign as -"
    if "_" in text:
        return "write digits without '_' between them"
    if not text.isprintable():
        return "remove the characters that cannot be seen"
    return None


def number_to_write(text: str) -> str | None:
    """What to write for a text in an input file where a number belongs.

    Args:
        text: The text, which had quotes or is not a number in YAML.
    """
    text = text.strip()
    return f"write it without quotes: {text}" if _PLAIN.fullmatch(text) else number_meant(text)


def number_meant(text: str) -> str | None:
    """What to write for a text on the command line where a number belongs.

    Args:
        text: The text that is not a number.
    """
    if (found := _SIGN_BEHIND.fullmatch(text)) is not None:
        return f"write the sign first: {found[2]}{found[1]}"
    if (found := _FORTRAN.fullmatch(text)) is not None:
        return f"write {found[1]}e{found[2]}"
    if (found := _POWER_OF_TEN.fullmatch(text)) is not None:
        return f"write {found[1] or '1'}e{found[2]}"
    if (found := _WITH_UNIT.fullmatch(text)) is not None:
        return f"write the number alone: {found[1]}"
    return remedy_of(text)

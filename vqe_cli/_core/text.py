"""Untrusted text, such as names of files and molecules, made safe for terminals."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LAYOUT = frozenset("\n\t")

_CONTROLS = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Characters that JSON does not escape although terminals interpret or hide them."""


def printable(text: str) -> str:
    """The text without characters that move the cursor, change colours or hide text.

    Line breaks and tabs are kept.

    Args:
        text: An untrusted text.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in _LAYOUT else REPLACEMENT for letter in text
    )


def printable_line(text: str) -> str:
    """The text without such characters, on one line.

    Args:
        text: An untrusted text, such as a name.
    """
    return "".join(letter if letter.isprintable() else REPLACEMENT for letter in text)


def escaped(json_text: str) -> str:
    """Equivalent JSON with all characters that terminals interpret escaped.

    Args:
        json_text: A JSON text, in which such characters occur only within strings.
    """
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)

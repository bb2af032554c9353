"""Other people's text on a terminal: names of files and molecules may hold anything."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LAYOUT = frozenset("\n\t")

_CONTROLS = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What JSON leaves as it is although a terminal obeys or hides it."""


def printable(text: str) -> str:
    """Text without characters that would move the cursor, change colours or hide what follows.

    Ends of lines and tabs stay.

    Args:
        text: Somebody else's.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in _LAYOUT else REPLACEMENT for letter in text
    )


def printable_line(text: str) -> str:
    """The same on one line.

    Args:
        text: Somebody else's, such as a name.
    """
    return "".join(letter if letter.isprintable() else REPLACEMENT for letter in text)


def escaped(json_text: str) -> str:
    """JSON with every character that a terminal would obey as an escape; it means the same.

    Args:
        json_text: In which such characters can only stand within strings.
    """
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)

"""Error of a text reader that does not know the text's place in the input."""

from __future__ import annotations


class TextError(ValueError):
    """A text that cannot be read.

    Args:
        message: What is wrong.
        hint: What would be right.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

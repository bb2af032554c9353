"""The fault that a reader of some text finds before it is known where the text stands."""

from __future__ import annotations


class TextError(ValueError):
    """A text that cannot be read as what it should be.

    Args:
        message: What is wrong.
        hint: What would be right.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

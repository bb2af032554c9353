"""Words that agree with a count."""

from __future__ import annotations


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count and the word that agrees with it: ``1 is``, ``2 are``, ``3 cases``.

    Args:
        count: The count.
        singular: The word after 1.
        plural: The word after any other count; the singular with an s by default.
    """
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"

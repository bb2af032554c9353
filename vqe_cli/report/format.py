"""Durations and counts as people read them."""

from __future__ import annotations


def seconds(value: float) -> str:
    """A duration for people."""
    if value < 0.0995:
        return f"{1000 * value:.0f} ms"
    if value < 120:
        return f"{value:.3g} s"
    for size, unit in ((60, "min"), (3600, "h"), (86400, "days")):
        if value < 120 * size or unit == "days":
            break
    return f"{value / size:.1f} {unit}"


def thousands(count: int) -> str:
    """A count with its thousands apart: ``12,345``."""
    return f"{count:,}"


def counted(count: int, singular: str, plural: str) -> str:
    """A count and the word that agrees with it: ``1 is``, ``2 are``.

    Args:
        count: How many.
        singular: The word behind a one.
        plural: The word behind any other count.
    """
    return f"{count:,} {singular if count == 1 else plural}"

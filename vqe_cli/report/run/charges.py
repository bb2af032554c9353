"""Molecules of different charges in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def mixed_charges(counts: Mapping[int, int]) -> Iterator[str]:
    """A sentence where molecules differ in charge: rankings then do not compare like with like.

    Args:
        counts: Molecules by charge.
    """
    if len(counts) > 1:
        yield (
            f"molecules of different charges are mixed: {tally(counts, '+d')}; orbital energies,"
            " ionisation energies and the like rank ions apart from neutral molecules"
            " (candidates: {neutralise: true} makes them neutral where protons allow it)"
        )


def tally(counts: Mapping[int, int], form: str) -> str:
    """``0 (4,120), +1 (3)``.

    Args:
        counts: How many there are of each.
        form: Of the numbers.
    """
    shown = ((f"{value:{form}}" if value else "0", count) for value, count in counts.items())
    return ", ".join(f"{value} ({count:,})" for value, count in shown)

"""Warnings of molecules of different charges in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def mixed_charges(counts: Mapping[int, int]) -> Iterator[str]:
    """A warning if molecules differ in charge, since rankings then mislead.

    Args:
        counts: Number of molecules by charge.
    """
    if len(counts) > 1:
        yield (
            f"molecules of different charges are mixed: {tally(counts, '+d')}; orbital energies,"
            " ionisation energies and the like rank ions apart from neutral molecules"
            " (candidates: {neutralise: true} makes them neutral where protons allow it)"
        )


def tally(counts: Mapping[int, int], form: str) -> str:
    """Values with their counts, such as ``0 (4,120), +1 (3)``.

    Args:
        counts: Count of each value.
        form: Format of the values.
    """
    shown = ((f"{value:{form}}" if value else "0", count) for value, count in counts.items())
    return ", ".join(f"{value} ({count:,})" for value, count in shown)

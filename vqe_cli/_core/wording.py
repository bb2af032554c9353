"""Words that agree with a count, and names of spins."""

from __future__ import annotations

SPINS = {1: "singlet", 2: "doublet", 3: "triplet", 4: "quartet", 5: "quintet", 6: "sextet"}


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count and the word that agrees with it: ``1 is``, ``2 are``, ``3 cases``.

    Args:
        count: The count.
        singular: The word after 1.
        plural: The word after any other count; the singular with an s by default.
    """
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"


def spin_name(multiplicity: int | None) -> str:
    """A multiplicity in words.

    Args:
        multiplicity: 2S+1; None if spins are mixed.
    """
    if multiplicity is None:
        return "mixed spins"
    return SPINS.get(multiplicity, f"2S+1 = {multiplicity}")

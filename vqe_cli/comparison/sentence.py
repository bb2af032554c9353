"""What the figures of a comparison say, in words."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli.comparison.records import BestBound, ComparisonRow


def sentence_of(rows: Sequence[ComparisonRow], best: BestBound | None) -> str:
    """What wins for a problem, and by how much.

    Args:
        rows: The rows of the problem.
        best: The energy that they are compared with.
    """
    if best is None:
        return "No method gave an upper bound, so that nothing can be compared."
    accurate = [row for row in rows if row.accurate and row.wall_s is not None]
    if not accurate:
        return f"No method is known to be within 1.6 mHa of the exact energy ({best.method})."
    fastest = min(accurate, key=lambda row: row.wall_s or 0.0)
    return (
        f"{fastest.method} reaches chemical accuracy in the shortest time, {fastest.wall_s:.3g} s."
    )

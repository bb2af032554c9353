"""Errors as bars on a logarithmic scale, drawn with letters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow

LOWEST = -4
"""Power of ten at which bars begin, mHa."""

NAME_WIDTH, BAR_WIDTH = 28, 36
"""Columns of names and of bars."""


def error_chart(rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """Lines with a bar for each row's error, and a mark at chemical accuracy.

    Args:
        rows: The rows of a problem; those without an error are left out.
    """
    known = [row for row in rows if row.error_mha is not None]
    if not known:
        return
    largest = max(abs(row.error_mha or 0.0) for row in known)
    highest = max(1, math.ceil(math.log10(max(largest, 1e-9))))
    accuracy = _columns(CHEMICAL_ACCURACY_MHA, highest)
    for row in known:
        error = abs(row.error_mha or 0.0)
        filled = _columns(error, highest)
        bar = "".join(
            "│" if place == accuracy else "█" if place < filled else " "
            for place in range(BAR_WIDTH)
        )
        name = name_of(row.method, row.variant)
        name = name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
        yield f"{name:<{NAME_WIDTH}} {bar.rstrip()} {error:.2g}"
    left, right = f"10^{LOWEST}", f"10^{highest} mHa"
    yield f"{'':<{NAME_WIDTH}} {left:<{BAR_WIDTH - len(right)}}{right}   │ 1.6 mHa"


def _columns(error: float, highest: int) -> int:
    """Columns of a bar up to an error, mHa."""
    if error <= 10.0**LOWEST:
        return 0
    share = (math.log10(error) - LOWEST) / (highest - LOWEST)
    return round(BAR_WIDTH * min(share, 1.0))

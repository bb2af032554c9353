"""Errors as bars on a logarithmic scale, drawn with letters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow
from vqe_cli.report.comparison.points import FLOOR_MHA

LOWEST = -4
"""Power of ten at which bars begin, mHa."""

NAME_WIDTH, BAR_WIDTH = 28, 36
"""Columns of names and of bars."""


def error_chart(rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """Lines with a bar for each method's error, and a mark at chemical accuracy.

    The bar of a variant with several seeds is the median of its absolute errors.

    Args:
        rows: The rows of a problem; those without an error that is ranked are left out.
    """
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.is_usable and row.error_mha is not None:
            found.setdefault(name_of(row.method, row.variant), []).append(abs(row.error_mha))
    if not found:
        return
    errors = {name: median(values) for name, values in found.items()}
    highest = max(1, math.ceil(math.log10(max(*errors.values(), 1e-9))))
    accuracy = _columns(CHEMICAL_ACCURACY_MHA, highest)
    for name, error in errors.items():
        filled = _columns(error, highest)
        bar = "".join(
            "│" if place == accuracy else "█" if place < filled else " "
            for place in range(BAR_WIDTH)
        )
        label = name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
        yield f"{label:<{NAME_WIDTH}} {bar.rstrip()} {_short(error)}"
    left, right = f"10^{LOWEST}", f"10^{highest} mHa"
    yield f"{'':<{NAME_WIDTH}} {left:<{BAR_WIDTH - len(right)}}{right}   │ 1.6 mHa"


def _short(error: float) -> str:
    """An error to two digits, without an exponent where it is large or round-off."""
    if 0.0 < error < FLOOR_MHA:
        return f"<{FLOOR_MHA:g}"
    return f"{error:.2g}" if error < 99.5 else f"{error:,.0f}"


def _columns(error: float, highest: int) -> int:
    """Columns of a bar up to an error, mHa."""
    if error <= 10.0**LOWEST:
        return 0
    share = (math.log10(error) - LOWEST) / (highest - LOWEST)
    return round(BAR_WIDTH * min(share, 1.0))

"""Errors as bars on a logarithmic scale, drawn with letters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow
from vqe_cli.report.comparison.points import FLOOR_MHA

DECADES = 4
"""Powers of ten of bars below chemical accuracy, or the accuracy of a model."""

NAME_WIDTH, BAR_WIDTH = 28, 36
"""Columns of names and of bars."""


def error_chart(rows: Sequence[ComparisonRow], goal: Goal = CHEMICAL) -> Iterator[str]:
    """Lines with a bar for each method's error, and a mark at the accuracy that is wanted.

    The bar of a variant with several seeds is the median of its absolute errors.

    Args:
        rows: The rows of a problem; those without an error that is ranked are left out.
        goal: The accuracy by which they are judged.
    """
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.is_usable and row.error is not None:
            found.setdefault(name_of(row.method, row.variant), []).append(abs(row.error))
    if not found:
        return
    errors = {name: median(values) for name, values in found.items()}
    decade = math.floor(math.log10(goal.tolerance))
    lowest = decade - DECADES
    highest = max(decade + 1, math.ceil(math.log10(max(*errors.values(), 1e-9))))
    accuracy = _columns(goal.tolerance, lowest, highest)
    for name, error in errors.items():
        filled = _columns(error, lowest, highest)
        bar = "".join(
            "│" if place == accuracy else "█" if place < filled else " "
            for place in range(BAR_WIDTH)
        )
        label = name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
        yield f"{label:<{NAME_WIDTH}} {bar.rstrip()} {_short(error, goal)}"
    left, right = f"10^{lowest}", f"10^{highest} {goal.units.error}"
    yield f"{'':<{NAME_WIDTH}} {left:<{BAR_WIDTH - len(right)}}{right}   │ {goal.limit}"


def _short(error: float, goal: Goal) -> str:
    """An error to two digits, without an exponent where it is large or round-off."""
    floor = goal.scaled(FLOOR_MHA)
    if 0.0 < error < floor:
        return f"<{floor:.2g}"
    return f"{error:.2g}" if error < 99.5 else f"{error:,.0f}"


def _columns(error: float, lowest: int, highest: int) -> int:
    """Columns of a bar up to an error."""
    if error <= 10.0**lowest:
        return 0
    share = (math.log10(error) - lowest) / (highest - lowest)
    return round(BAR_WIDTH * min(share, 1.0))

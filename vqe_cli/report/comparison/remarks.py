"""What is to be said of rows besides their figures: why there are none, or why they do not rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow

MOST_NAMES = 3
"""Number of methods with the same remark that are named."""


def remarks_of(rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """One remark for all rows that it applies to.

    Args:
        rows: The rows of a problem.
    """
    found: dict[str, Counter[str]] = {}
    for row in rows:
        text = _remark(row)
        if text is not None:
            found.setdefault(text, Counter())[name_of(row.method, row.variant)] += 1
    for text, names in found.items():
        several = f" ({names.total()} rows)" if names.total() > len(names) else ""
        yield f"{_listed(list(names))}: {text}{several}"


def _remark(row: ComparisonRow) -> str | None:
    if row.energy is None:
        return f"{row.status}: {_in_one_line(row.reason or '')}"
    if not row.is_usable:
        return f"not ranked: {row.reason}"
    return "search stopped at its budget" if row.stopped else None


def _in_one_line(reason: str) -> str:
    """The line of a reason that tells most: the end of a traceback, or the first of other texts."""
    lines = reason.strip().splitlines() or [""]
    is_traceback = any(line.lstrip().startswith("File ") for line in lines[:-1])
    ends_with_error = not lines[-1].startswith(" ")
    return lines[-1] if is_traceback and ends_with_error else lines[0]


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many others there are."""
    if len(names) == 1:
        return names[0]
    if len(names) <= MOST_NAMES + 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} others"

"""Readers of records that earlier versions wrote.

New fields have defaults, which old records get by themselves. Here is what was renamed or removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

REMOVED: tuple[tuple[str, ...], ...] = (
    # Shots have been allocated by predicted deviations since November 2026.
    ("backend", "measurement", "allocation"),
)
"""Options of the input that no longer exist, by their keys."""


ADDED: dict[str, Any] = {
    # The first records did not count evaluations taken from a checkpoint.
    "replayed": 0,
}
"""Fields of the result without defaults that the first records do not have, and their values."""


def upgraded(record: dict[str, Any]) -> dict[str, Any]:
    """The record of a run in today's form.

    Args:
        record: The record as it was written.
    """
    spec = record["spec"]
    for keys in REMOVED:
        spec = _without(spec, keys)
    result = {**ADDED, **record["result"]}
    return {"properties": [], **record, "spec": spec, "result": result}


def _without(data: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """A copy of nested mappings without one key, where it exists."""
    first, *rest = keys
    if not rest:
        return {key: value for key, value in data.items() if key != first}
    inner = data.get(first)
    return {**data, first: _without(inner, rest)} if isinstance(inner, dict) else data

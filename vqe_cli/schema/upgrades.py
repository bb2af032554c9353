"""Readers of records that earlier versions wrote."""

from __future__ import annotations

from typing import Any


def upgraded(record: dict[str, Any]) -> dict[str, Any]:
    """The record of a run in today's form.

    Args:
        record: The record as it was written.
    """
    return {"properties": [], **record}

"""Checks of a problem or a result."""

from __future__ import annotations

from typing import Any, Literal

from vqe_cli.schema.record import Record

Status = Literal["pass", "warn", "fail", "skip"]


class Check(Record):
    """The outcome of one check."""

    name: str
    status: Status
    hard: bool
    value: float | bool | str | None = None
    expected: float | bool | str | None = None
    tolerance: float | None = None
    detail: str = ""


def doubt(name: str, detail: str, **measured: Any) -> Check:
    """A failed check of severity warning, for a doubtful problem.

    Args:
        name: Name of the check.
        detail: The doubt, and what would settle it.
        measured: `value`, `expected` and `tolerance` of the check, if it compares a number.
    """
    return Check(name=name, status="warn", hard=False, detail=detail, **measured)

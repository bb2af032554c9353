"""Failures by kind and reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vqe_cli.report.campaign.page.data import CampaignReport, Row

MOST_NAMED = 6
"""Number of cases that are named for each reason of failure."""

Case = tuple[str, Row]
"""The unique name of a case, and its row."""


@dataclass(frozen=True)
class Reason:
    """Cases that failed for the same reason.

    Args:
        message: Message of the first case.
        failed_property: Name of the failed property; None if the whole case failed.
        hint: What to do, or None.
        cases: Unique names of the cases.
    """

    message: str
    failed_property: str | None
    hint: str | None
    cases: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The cases that are named."""
        return self.cases[:MOST_NAMED]

    @property
    def unnamed(self) -> int:
        """The number of cases that are not named."""
        return len(self.cases) - len(self.named)


@dataclass(frozen=True)
class FailureKind:
    """Failures of one kind.

    Args:
        name: Name of the kind, such as ``"timeout"``.
        reasons: Reasons, the most frequent first.
    """

    name: str
    reasons: tuple[Reason, ...]

    @property
    def count(self) -> int:
        """The number of cases of this kind."""
        return sum(len(reason.cases) for reason in self.reasons)


def failures(report: CampaignReport) -> list[FailureKind]:
    """All failures except those of duplicates, the most frequent kind first.

    Args:
        report: The data of the campaign.
    """
    kinds: defaultdict[str, list[Case]] = defaultdict(list)
    for identity, row in zip(report.ids, report.rows, strict=True):
        if row.get("failure_kind") and not row.get("duplicate_of"):
            kinds[str(row["failure_kind"])].append((identity, row))
    found = [FailureKind(name, tuple(_reasons(cases))) for name, cases in kinds.items()]
    return sorted(found, key=lambda kind: kind.count, reverse=True)


def _reasons(cases: Sequence[Case]) -> Iterator[Reason]:
    """Cases grouped by reason; reasons that differ only in their numbers are one."""
    alike: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for identity, row in cases:
        without_numbers = re.sub(r"\d[\d.,]*", "#", _message(row))
        alike[str(row.get("failure_property")), without_numbers].append((identity, row))
    for same in sorted(alike.values(), key=len, reverse=True):
        first = same[0][1]
        yield Reason(
            message=_message(first),
            failed_property=_text(first, "failure_property"),
            hint=_text(first, "failure_hint"),
            cases=tuple(identity for identity, _ in same),
        )


def _message(row: Row) -> str:
    return _text(row, "failure_message") or "no message"


def _text(row: Row, name: str) -> str | None:
    return str(row[name]) if row.get(name) else None

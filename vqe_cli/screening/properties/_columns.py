"""What the columns of several properties have in common."""

from __future__ import annotations

from collections.abc import Iterable

from vqe_cli.records import RunRecord, Verdict

SEVERITY: tuple[Verdict, ...] = ("pass", "warn", "fail")


def failed_checks(run: RunRecord) -> str | None:
    """Names of the checks that did not pass, soft ones marked; None where all did."""
    found = [
        check.name if check.status == "fail" else f"{check.name} (warn)"
        for check in run.checks
        if check.status in ("warn", "fail")
    ]
    return ", ".join(found) or None


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """A difference is as good as the worst energy in it."""
    return max(verdicts, key=SEVERITY.index)

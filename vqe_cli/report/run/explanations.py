"""Why a verdict is not pass, and what to do next."""

from __future__ import annotations

from rich.console import Console

from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.run.remedies import remedy_of
from vqe_cli.report.run.several import why
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord

ORDER = {"fail": 0, "warn": 1, "skip": 2}
"""The order in which checks that did not pass are shown."""


def print_explanations(record: RunRecord, out: Console, *, detailed: bool) -> None:
    """Print what speaks against the result, what it means, and what to do.

    Args:
        record: The record of the run.
        out: The console.
        detailed: Whether passed checks are named, and meanings are written out.
    """
    held = [check.name for check in record.checks if check.status == "pass"]
    if detailed and held:
        print_wrapped(f"passed: {', '.join(held)}", out, hanging=2)
    others = [check for check in record.checks if check.status != "pass"]
    if record.verdict != "pass":
        print_wrapped(f"Why {record.verdict}: {why(record)}", out, hanging=2, style="bold")
    for check in sorted(others, key=lambda check: ORDER[check.status]):
        _print_check(check, remedy_of(check, record), out, detailed=detailed)
    if record.verdict != "pass" and not detailed:
        print_wrapped("(-v explains each check and names those that passed)", out, style="dim")


def _print_check(check: Check, remedy: str, out: Console, *, detailed: bool) -> None:
    """One check that did not pass: what was measured, what it means, what to do."""
    print_wrapped(f"{check.status}: {check.name}{_measured(check)}", out, indent=2, hanging=4)
    meaning = meaning_of(check.name)
    if meaning is None or check.status == "skip":
        return
    if detailed:
        print_wrapped(meaning.means, out, indent=6, style="dim")
    if remedy:
        print_wrapped(f"next: {remedy}", out, indent=6, hanging=2)


def _measured(check: Check) -> str:
    text = ""
    if isinstance(check.value, float):
        text += f" = {check.value:.4g}"
        if isinstance(check.expected, float):
            text += f", expected {check.expected:g}"
        if check.tolerance is not None:
            text += f" within {check.tolerance:.3g}"
    return f"{text} ({check.detail})" if check.detail else text

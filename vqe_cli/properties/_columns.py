"""What the columns of several properties have in common."""

from __future__ import annotations

from collections.abc import Iterable

from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.properties import VERDICT, Column
from vqe_cli.schema.records import Check, RunRecord, Verdict
from vqe_cli.variational.checks import scf_checks, verdict_of

SEVERITY: tuple[Verdict, ...] = ("pass", "warn", "fail")


def failed_checks(run: RunRecord) -> str | None:
    """Names of the checks that did not pass, soft ones marked; None where all did."""
    return named(run.checks)


def named(checks: Iterable[Check]) -> str | None:
    """The same of any checks.

    Args:
        checks: Those that passed among them.
    """
    found = [
        check.name if check.status == "fail" else f"{check.name} (warn)"
        for check in checks
        if check.status in ("warn", "fail")
    ]
    return ", ".join(dict.fromkeys(found)) or None


def verdict_columns(name: str, what: str) -> tuple[Column, Column]:
    """The verdict on a property, and why it is no pass.

    Args:
        name: Of the property, as its columns begin.
        what: It is made of, for people.
    """
    return (
        Column(f"{name}_{VERDICT}", "text", f"pass, warn or fail: what the checks of {what} say."),
        Column(f"{name}_failed_checks", "text", "Checks that did not pass."),
    )


def mean_field_verdict(name: str, fields: Iterable[MeanField]) -> dict[str, str | None]:
    """Values for `verdict_columns` of what rests on Hartree-Fock alone.

    Args:
        name: Of the property.
        fields: All that it is made of.
    """
    found = [(*scf_checks(field.report), *field.checks) for field in fields]
    checks = tuple(check for of_field in found for check in of_field)
    return {f"{name}_{VERDICT}": verdict_of(checks), f"{name}_failed_checks": named(checks)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """A difference is as good as the worst energy in it."""
    return max(verdicts, key=SEVERITY.index)

"""Columns and values that several properties share: verdicts and failed checks."""

from __future__ import annotations

from collections.abc import Iterable

from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.properties import VERDICT, Column
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord, Verdict
from vqe_cli.variational.checks import scf_checks, verdict_of

SEVERITY: tuple[Verdict, ...] = ("pass", "warn", "fail")


def failed_checks(run: RunRecord) -> str | None:
    """Names of a run's checks that did not pass, warnings marked; None where all passed."""
    return named(run.checks)


def named(checks: Iterable[Check]) -> str | None:
    """Names of the checks that did not pass, warnings marked; None where all passed.

    Args:
        checks: All checks, including passed ones.
    """
    found = [
        check.name if check.status == "fail" else f"{check.name} (warn)"
        for check in checks
        if check.status in ("warn", "fail")
    ]
    return ", ".join(dict.fromkeys(found)) or None


def verdict_columns(name: str, what: str) -> tuple[Column, Column]:
    """The columns of a property's verdict and failed checks.

    Args:
        name: Name of the property, with which its columns begin.
        what: Calculations on which the property rests, for the description.
    """
    return (
        Column(
            f"{name}_{VERDICT}", "text", f"Verdict of the checks of {what}: pass, warn or fail."
        ),
        Column(f"{name}_failed_checks", "text", "Names of the checks that did not pass."),
    )


def mean_field_verdict(
    name: str, fields: Iterable[MeanField | UnrestrictedField]
) -> dict[str, str | None]:
    """Values of `verdict_columns` for a property that rests on Hartree-Fock alone.

    Args:
        name: Name of the property.
        fields: Mean fields on which the property rests.
    """
    found = [(*scf_checks(field.report), *field.checks) for field in fields]
    checks = tuple(check for of_field in found for check in of_field)
    return {f"{name}_{VERDICT}": verdict_of(checks), f"{name}_failed_checks": named(checks)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts."""
    return max(verdicts, key=SEVERITY.index)

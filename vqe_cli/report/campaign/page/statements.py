"""Summary of a campaign in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli._core.wording import counted
from vqe_cli.report.campaign.page.data import CampaignReport
from vqe_cli.report.campaign.page.statistics import FLOOR_MHA, Errors


def statements(report: CampaignReport, errors: Errors | None) -> list[str]:
    """Sentences on the number of candidates, their outcomes and the quality of the energies.

    Args:
        report: The data of the campaign.
        errors: Distribution of its VQE errors; None if there are none.
    """
    quality = [_quality(errors)] if errors else []
    return [f"{_asked_for(report)} {_got(report)}.", *quality, *_lacking(report)]


def error_statement(errors: Errors) -> str:
    """Sentence on the number of errors, those that are too large, and the largest.

    Args:
        errors: Distribution of the VQE errors.
    """
    beyond = errors.count - errors.accurate
    exceed = counted(beyond, "exceeds", "exceed") if beyond else "None exceeds"
    return (
        f"{counted(errors.count, 'absolute difference')} between VQE energy and reference."
        f" {exceed} {CHEMICAL_ACCURACY_MHA} mHa; the largest is {_size(errors.largest)}."
    )


def _asked_for(report: CampaignReport) -> str:
    """The beginning of the first sentence: the number of candidates or cases."""
    cases = len(report.rows)
    if cases == report.candidates:
        return f"Of {counted(cases, 'candidate')},"
    return f"Of {cases:,} cases ({counted(report.candidates, 'candidate')} with variants),"


def _got(report: CampaignReport) -> str:
    if report.has_energies:
        return f"{_have(report.with_energy)} an energy"
    return f"{_have(report.count('status')['done'])} all requested properties"


def _have(count: int) -> str:
    return counted(count, "has", "have") if count else "none has"


def _quality(errors: Errors) -> str:
    if errors.count == 1:
        lies = "lies" if errors.accurate else "does not lie"
        return (
            f"The one energy with a reference {lies} within {CHEMICAL_ACCURACY_MHA} mHa of it;"
            f" its error is {_size(errors.largest)}."
        )
    share = 100 * errors.accurate / errors.count
    lie = "lies" if errors.accurate == 1 else "lie"
    return (
        f"{errors.accurate:,} of {errors.count:,} energies with a reference"
        f" ({share:.1f} %) {lie} within {CHEMICAL_ACCURACY_MHA} mHa of it; the median error"
        f" is {_size(errors.median)}, the 90th percentile {_size(errors.ninetieth)}."
    )


def _lacking(report: CampaignReport) -> Iterator[str]:
    failures = Counter(str(row["failure_kind"]) for row in report.without_result)
    if failures:
        yield f"{counted(failures.total(), 'has', 'have')} no result: {_counts(failures)}."
    partial = Counter(
        str(row.get("failure_property")) for row in report.own if row.get("status") == "partial"
    )
    if partial:
        yield f"{counted(partial.total(), 'lacks', 'lack')} a property: {_counts(partial)}."
    pending = report.count("status")["pending"]
    if pending:
        yield f"{counted(pending, 'has', 'have')} not been computed yet."
    duplicates = sum(bool(row.get("duplicate_of")) for row in report.rows)
    if duplicates:
        have = _have(duplicates)
        reuse = "reuses" if duplicates == 1 else "reuse"
        yield f"{have} the same structure as another candidate and {reuse} its results."


def _size(error: float) -> str:
    """An error in mHa, or the word round-off."""
    return "round-off" if error < FLOOR_MHA else f"{error:.2g} mHa"


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in found.most_common())

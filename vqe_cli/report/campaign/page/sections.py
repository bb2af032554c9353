"""The page's sections, each a function of the campaign."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from vqe_cli._core.resources import show_bytes
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.report.campaign.page.charts import column_label, correlation_table, histogram
from vqe_cli.report.campaign.page.data import CampaignReport, Row
from vqe_cli.report.campaign.page.markup import Content, Markup, element, joined
from vqe_cli.report.campaign.page.methods import methods_text
from vqe_cli.report.campaign.page.statistics import (
    FEWEST,
    FLOOR_MHA,
    correlations,
    error_distribution,
)
from vqe_cli.report.run.terminal import seconds

NAMED = 6
"""Candidates that are named for each reason of failure."""

VERDICTS = ("pass", "warn", "fail")


def section(identifier: str, title: str, *content: Content) -> Markup:
    """A section with its heading.

    Args:
        identifier: Which the navigation points to.
        title: Its heading.
        content: What follows.
    """
    heading = element("h2", title, id=f"{identifier}-heading")
    labelled = f"{identifier}-heading"
    return element("section", heading, *content, id=identifier, aria_labelledby=labelled)


def summary(report: CampaignReport) -> Markup:
    """How many candidates there are, what became of them, how good the energies are."""
    tiles = [_tile(value, label, kind) for value, label, kind in _figures(report)]
    sentences = " ".join(_statements(report))
    return section(
        "summary",
        "Summary",
        element("p", sentences, class_="lead"),
        *(element("p", warning, class_="warning") for warning in report.warnings),
        element("dl", *tiles, class_="tiles"),
        _definitions(report.settings, "settings"),
    )


def _figures(report: CampaignReport) -> list[tuple[str, str, str | None]]:
    fates = report.count("status")
    failures = len(_without_result(report))
    cases = len(report.rows)
    figures: list[tuple[str, str, str | None]] = [
        (f"{report.candidates:,}", "candidates", None),
        (f"{cases:,}" if cases > report.candidates else "", "cases, with variants", None),
        *(_energy_figures(report) if report.has_energies else _done(report)),
        (f"{fates['partial']:,}" if fates["partial"] else "", "lacking a property", "warn"),
        (f"{failures:,}", "without a result", "fail" if failures else None),
        (f"{fates['pending']:,}" if fates["pending"] else "", "pending", None),
    ]
    return [figure for figure in figures if figure[0]]


def _energy_figures(report: CampaignReport) -> list[tuple[str, str, str | None]]:
    verdicts = report.count("verdict")
    return [
        (f"{report.with_energy:,}", "with an energy", None),
        *((f"{verdicts[name]:,}", f"verdict {name}", _grade(verdicts, name)) for name in VERDICTS),
    ]


def _done(report: CampaignReport) -> list[tuple[str, str, str | None]]:
    return [(f"{report.count('status')['done']:,}", "with all results", None)]


def _grade(verdicts: Counter[str], name: str) -> str | None:
    """None of a kind is no warning."""
    return name if verdicts[name] else None


def _without_result(report: CampaignReport) -> list[Row]:
    """Of a partial row only a property failed: its energy is there."""
    failed = (row for row in report.own if row.get("failure_kind"))
    return [row for row in failed if row.get("status") != "partial"]


def _tile(value: str, label: str, kind: str | None) -> Markup:
    return element("div", element("dt", label), element("dd", value), class_=kind)


def _statements(report: CampaignReport) -> list[str]:
    found = [f"{_asked_for(report)} {_got(report)}."]
    errors = error_distribution(report.own_numbers("error_mha"))
    if errors is not None:
        share = 100 * errors.accurate / errors.count
        found.append(
            f"{errors.accurate:,} of {errors.count:,} energies with a reference"
            f" ({share:.1f} %) lie within {CHEMICAL_ACCURACY_MHA} mHa of it;"
            f" half within {_size(errors.median)}, 90 % within {_size(errors.ninetieth)}."
        )
    failures = Counter(str(row["failure_kind"]) for row in _without_result(report))
    if failures:
        have = _agreeing(failures.total(), "has", "have")
        found.append(f"{have} no result: {_counts(failures)}.")
    partial = Counter(
        str(row.get("failure_property")) for row in report.own if row.get("status") == "partial"
    )
    if partial:
        lack = _agreeing(partial.total(), "lacks", "lack")
        found.append(f"{lack} a property: {_counts(partial)}.")
    pending = report.count("status")["pending"]
    if pending:
        found.append(f"{_agreeing(pending, 'is', 'are')} not computed yet.")
    duplicates = sum(bool(row.get("duplicate_of")) for row in report.rows)
    if duplicates:
        are = _agreeing(duplicates, "is", "are")
        found.append(f"{are} the same structure as another and not run again.")
    return found


def _got(report: CampaignReport) -> str:
    if report.has_energies:
        return f"{report.with_energy:,} got an energy"
    return f"{report.count('status')['done']:,} got all that was asked for"


def _asked_for(report: CampaignReport) -> str:
    """What the counts are of: candidates, or their variants."""
    cases = len(report.rows)
    if cases == report.candidates:
        return f"Of {_agreeing(cases, 'candidate', 'candidates')}"
    return f"Of {cases:,} cases ({report.candidates:,} candidates and their variants)"


def _agreeing(count: int, singular: str, plural: str) -> str:
    """``1 is``, ``2 are``."""
    return f"{count:,} {singular if count == 1 else plural}"


def _size(error: float) -> str:
    """An error in mHa; digits of what is round-off would only look like a finding."""
    return "round-off" if error < FLOOR_MHA else f"{error:.2g} mHa"


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in found.most_common())


def errors_section(report: CampaignReport) -> Markup:
    """How VQE errors are distributed."""
    errors = error_distribution(report.own_numbers("error_mha"))
    if errors is None:
        missing = "No energies were asked for."
        if report.has_energies:
            missing = "No energy of this campaign has a reference, so that no error is known."
        return section("errors", "VQE errors", element("p", missing))
    beyond = errors.count - errors.accurate
    text = (
        f"Absolute differences of {errors.count:,} VQE energies and their references."
        f" {_agreeing(beyond, 'exceeds', 'exceed') if beyond else 'None exceeds'}"
        f" {CHEMICAL_ACCURACY_MHA} mHa; the largest is {_size(errors.largest)}."
        " They are errors within the active space and the basis, not against experiment."
    )
    legend = _legend(("above", "VQE above the reference"), ("below", "VQE below it"))
    figure = element("div", histogram(errors), class_="scroll", tabindex=0,
                     role="group", aria_label="Histogram of VQE errors")  # fmt: skip
    classes = [
        (f"{low:.2g} to {high:.2g}", f"{above:,}", f"{below:,}")
        for low, high, above, below in zip(
            errors.lower, errors.upper, errors.above, errors.below, strict=True
        )
        if above + below
    ]
    table = _table("VQE errors by size", ("|error| / mHa", "above", "below"), classes)
    return section(
        "errors",
        "VQE errors",
        element("p", text),
        element("figure", legend, figure),
        element("details", element("summary", "The same as a table"), table),
    )


def _legend(*entries: tuple[str, str]) -> Markup:
    items = [element("li", element("span", class_=f"key {kind}"), text) for kind, text in entries]
    return element("ul", *items, class_="legend")


def correlations_section(report: CampaignReport) -> Markup:
    """Which properties go together."""
    found = correlations(report)
    if found is None:
        missing = f"They need {FEWEST} molecules with two properties that differ between them."
        return section("correlations", "Correlations", element("p", missing))
    text = (
        "Spearman’s rank correlation ρ of each pair of columns, over the cases where both are"
        " known; the small figure is how many molecules these are. Grey coefficients are within"
        " what chance gives in 99 of 100 pairs. Correlation within a list of molecules says"
        " nothing of cause, and much of what is seen here is size."
    )
    left = ", ".join(column_label(name) for name in found.left_out)
    left_out = element(
        "details",
        element("summary", f"{len(found.left_out):,} more columns have no room here"),
        element("p", left),
    )
    table = element("div", correlation_table(found), class_="scroll", tabindex=0,
                    role="group", aria_label="Correlation matrix")  # fmt: skip
    return section(
        "correlations",
        "Correlations",
        element("p", text),
        table,
        left_out if found.left_out else None,
    )


def failures_section(report: CampaignReport) -> Markup:
    """What has no result, by kind and reason."""
    failed = [
        (identity, row)
        for identity, row in zip(report.ids, report.rows, strict=True)
        if row.get("failure_kind") and not row.get("duplicate_of")
    ]
    if not failed:
        return section("failures", "Failures", element("p", "Nothing failed."))
    kinds = Counter(str(row["failure_kind"]) for _, row in failed)
    groups = [
        _failures_of(kind, count, [pair for pair in failed if pair[1]["failure_kind"] == kind])
        for kind, count in kinds.most_common()
    ]
    return section("failures", "Failures", *groups)


def _failures_of(kind: str, count: int, failed: list[tuple[str, Row]]) -> Markup:
    """Reasons that differ in their numbers only are one."""
    reasons: dict[str, list[tuple[str, Row]]] = {}
    for identity, row in failed:
        message = str(row.get("failure_message") or "no message")
        alike = re.sub(r"\d[\d.,]*", "#", message)
        reasons.setdefault(f"{row.get('failure_property')}: {alike}", []).append((identity, row))
    ordered = sorted(reasons.values(), key=len, reverse=True)
    items = [_reason(cases) for cases in ordered]
    heading = element("h3", kind, " ", element("span", f"{count:,}", class_="number"))
    return joined(heading, element("ul", *items, class_="reasons"))


def _reason(cases: list[tuple[str, Row]]) -> Markup:
    first = cases[0][1]
    times = element("span", f"{len(cases):,} × ", class_="number") if len(cases) > 1 else None
    place = f"{first['failure_property']}: " if first.get("failure_property") else None
    hint = first.get("failure_hint")
    named = joined(*_comma_separated(case_link(identity) for identity, _ in cases[:NAMED]))
    more = f" and {len(cases) - NAMED:,} more" if len(cases) > NAMED else None
    return element(
        "li",
        element("p", times, place, str(first.get("failure_message") or "no message")),
        element("p", "Hint: ", str(hint), class_="hint") if hint else None,
        element("p", named, more, class_="cases"),
    )


def case_link(identity: str) -> Markup:
    """A link that opens the panel of a case.

    Args:
        identity: The case's own name.
    """
    return element("a", identity, href=f"#case={quote(identity, safe='')}")


def _comma_separated(links: Iterable[Markup]) -> list[Content]:
    pieces: list[Content] = []
    for link in links:
        pieces += [", ", link] if pieces else [link]
    return pieces


def methods_section(report: CampaignReport) -> Markup:
    """A paragraph to cite, its references, and what the numbers are not."""
    text, references = methods_text(report)
    entries = [element("li", entry) for entry in references]
    caveats = [element("li", caveat) for caveat in report.caveats]
    return section(
        "methods",
        "Methods",
        element("p", text, id="methods-text", class_="prose"),
        element("button", "Copy the paragraph", type="button", id="copy-methods", class_="quiet"),
        element("h3", "References"),
        element("ol", *entries, class_="references"),
        joined(element("h3", "Caveats"), element("ul", *caveats)) if caveats else None,
    )


def costs_section(report: CampaignReport) -> Markup:
    """What it took, and how to do it again."""
    totals = report.totals
    found = [("wall time", seconds(totals.wall_seconds))]
    if totals.task_seconds is not None:
        found.append(("computing time, all tasks", seconds(totals.task_seconds)))
    if totals.task_seconds is not None and report.with_energy:
        each = seconds(totals.task_seconds / report.with_energy)
        found.append(("for each case with an energy", each))
    if totals.peak_bytes is not None:
        found.append(("largest task’s memory", show_bytes(totals.peak_bytes)))
    found.append(("shots", f"{totals.shots:,}" if totals.shots else "none"))
    found.append(("money", f"{totals.money:,.2f} {totals.currency}" if totals.money else "none"))
    versions = [(name, version) for name, version in report.versions.items() if version]
    repeat = None
    if report.commands:
        lines = element("pre", element("code", "\n".join(report.commands)), tabindex=0)
        repeat = joined(element("h3", "To repeat it"), lines, _settings_file(report))
    made_with = joined(element("h3", "Made with"), _definitions(versions, "settings"))
    return section(
        "costs",
        "Costs and how to repeat it",
        _definitions(found, "settings"),
        repeat,
        made_with if versions else None,
    )


def _settings_file(report: CampaignReport) -> Markup | None:
    if not report.settings_file:
        return None
    file = element("pre", element("code", report.settings_file), tabindex=0)
    return joined(
        element("p", "with these settings in ", element("code", "screen.yaml"), ":"), file
    )


def _definitions(pairs: Iterable[tuple[str, str]], kind: str) -> Markup | None:
    items = [element("div", element("dt", name), element("dd", value)) for name, value in pairs]
    return element("dl", *items, class_=kind) if items else None


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Markup:
    caption = element("caption", title, class_="hidden")
    top = element("tr", *(element("th", name, scope="col") for name in head))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    parts = caption, element("thead", top), element("tbody", *body)
    return element("table", *parts, class_="plain")

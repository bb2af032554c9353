"""A campaign as one HTML file that needs nothing else: no network, no fonts, no library."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from vqe_cli.report.campaign.page.data import CampaignReport, Choice, Detail, Methods, Totals
from vqe_cli.report.campaign.page.markup import Markup, data_block, element, joined
from vqe_cli.report.campaign.page.payload import payload
from vqe_cli.report.campaign.page.sections import (
    correlations_section,
    costs_section,
    errors_section,
    failures_section,
    methods_section,
    section,
    summary,
)

__all__ = ["CampaignReport", "Choice", "Detail", "Methods", "Totals", "campaign_page"]

SECTIONS = (
    ("summary", "Summary"),
    ("molecules", "Molecules"),
    ("errors", "Errors"),
    ("correlations", "Correlations"),
    ("failures", "Failures"),
    ("methods", "Methods"),
    ("costs", "Costs"),
)


def campaign_page(report: CampaignReport) -> str:
    """The whole page.

    Its policy forbids every request, and every script but its own: a name that were to slip
    through as markup could do nothing.

    Args:
        report: The campaign.

    Returns:
        HTML.
    """
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'),
        element("title", report.title),
        element("style", Markup(_asset("page.css"))),
    )
    body = element(
        "body",
        element("a", "Skip to the molecules", href="#molecules", class_="skip"),
        _header(report),
        element("main", *_main(report)),
        _footer(report),
        Markup(_asset("panel.html")),
        data_block("campaign-data", payload(report)),
        element("script", Markup(_asset("page.js"))),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _main(report: CampaignReport) -> list[Markup]:
    return [
        summary(report),
        section("molecules", "Molecules", Markup(_asset("table.html"))),
        errors_section(report),
        correlations_section(report),
        failures_section(report),
        methods_section(report),
        costs_section(report),
    ]


def _header(report: CampaignReport) -> Markup:
    links = [element("li", element("a", name, href=f"#{target}")) for target, name in SECTIONS]
    return joined(
        element(
            "header",
            element("p", "VQE screening campaign", class_="kind"),
            element("h1", report.title),
            element("p", _days(report), class_="days") if report.started else None,
        ),
        element("nav", element("ul", *links), aria_label="Sections"),
    )


def _days(report: CampaignReport) -> str:
    first, last = report.started[:10], report.finished[:10]
    return first if last in {"", first} else f"{first} to {last}"


def _footer(report: CampaignReport) -> Markup:
    version = report.versions.get("vqe-cli")
    made = f"Made by vqe {version}." if version else "Made by vqe."
    return element("footer", element("p", made, " This file needs no network."))


def _policy() -> str:
    digest = hashlib.sha256(_asset("page.js").encode()).digest()
    script = base64.b64encode(digest).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'"


@cache
def _asset(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")

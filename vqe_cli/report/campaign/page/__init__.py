"""A campaign as one self-contained HTML file, without network, fonts or libraries."""

from __future__ import annotations

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.report.campaign.page.costs import costs
from vqe_cli.report.campaign.page.data import CampaignReport, Choice, Detail, Methods, Totals
from vqe_cli.report.campaign.page.failures import failures
from vqe_cli.report.campaign.page.histogram import histogram
from vqe_cli.report.campaign.page.matrix import correlation_matrix
from vqe_cli.report.campaign.page.methods import methods_text
from vqe_cli.report.campaign.page.payload import payload
from vqe_cli.report.campaign.page.statements import error_statement, statements
from vqe_cli.report.campaign.page.statistics import FEWEST, correlations, error_distribution
from vqe_cli.report.campaign.page.tiles import tiles
from vqe_cli.report.html import render

__all__ = ["CampaignReport", "Choice", "Detail", "Methods", "Totals", "campaign_page"]


def campaign_page(report: CampaignReport) -> str:
    """The HTML page of a campaign.

    Args:
        report: The data of the campaign.
    """
    errors = error_distribution(report.own_numbers("error_mha"))
    found = correlations(report)
    methods, references = methods_text(report)
    return render(
        __name__,
        "page.html",
        report=report,
        statements=statements(report, errors),
        tiles=tiles(report),
        accuracy=CHEMICAL_ACCURACY_MHA,
        error_statement=error_statement(errors) if errors else None,
        error_classes=errors.classes if errors else (),
        histogram=histogram(errors) if errors else None,
        fewest=FEWEST,
        matrix=correlation_matrix(found) if found else None,
        failures=failures(report),
        methods=methods,
        references=references,
        costs=costs(report),
        versions=[(name, version) for name, version in report.versions.items() if version],
        data=payload(report),
    )

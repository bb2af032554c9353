"""The page in headless Chromium at two widths: nothing is cut, and no name covers a point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.report.comparison.rows import WHOLE, comparison, row
from vqe_cli.report.comparison.page import comparison_page

CLOSE = tuple(row(f"CCSD({number})", 1.0, 1.0 + 0.01 * number) for number in range(6))
"""Methods whose points nearly coincide."""

COVERED = """() => {
  const boxes = (chart, kind) => [...chart.querySelectorAll(kind)].map(
    one => [one.textContent, one.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right && b.left < a.right
    && a.top < b.bottom && b.top < a.bottom;
  return [...document.querySelectorAll("svg.chart[aria-label^='Error against']")].flatMap(chart => {
    const names = boxes(chart, "text:not(.soft)"), points = boxes(chart, ".dot");
    return names.flatMap(([name, box], place) => [
      ...names.slice(place + 1).filter(([_, other]) => meet(box, other)),
      ...points.filter(([_, other]) => meet(box, other)),
    ].map(([other]) => `${name} meets ${other}`));
  });
}"""
"""The names in scatters that meet another name or a point, by the outlines of their letters."""


@pytest.mark.parametrize("width", [1280, 380])
def test_the_page_fits_and_names_cover_nothing(browser: Any, tmp_path: Path, width: int) -> None:
    path = tmp_path / "page.html"
    path.write_text(comparison_page(comparison(*WHOLE, *CLOSE)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg.chart").count() == 4
    assert page.evaluate(COVERED) == []
    assert errors == []
    page.close()

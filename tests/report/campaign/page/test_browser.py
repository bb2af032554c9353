"""The page in headless Chromium: sort, filter, open a molecule, keyboard, print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.campaign.page.made_up import made_up
from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import Detail, campaign_page

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright")

REPORT = made_up(300)
EVIL = "<script>alert(1)</script>"


class Opened:
    """A page, and what went wrong on it."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.path = path
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **options})
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def column(self, name: str) -> list[str]:
        """The texts of a column's cells in view."""
        cells = self.page.locator(f"#body td.{name}")
        return [str(text) for text in cells.all_inner_texts()]

    def numbers(self, name: str) -> list[float]:
        """The numbers of a column's cells in view."""
        texts = (text.replace("−", "-").replace(",", "") for text in self.column(name))
        return [float(text) for text in texts if text]

    def head(self, name: str) -> Any:
        """A column's heading."""
        return self.page.locator(f'#head th[data-column="{name}"]')

    def shown(self) -> int:
        """How many rows pass the filters."""
        found = re.match(r"[\d,]+", self.page.inner_text("#shown"))
        assert found is not None
        return int(found.group().replace(",", ""))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a campaign of 300 molecules."""
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_text(campaign_page(REPORT), encoding="utf-8")
    return found


@pytest.fixture
def opened(browser: Any, path: Path) -> Iterator[Opened]:
    """The same in the browser; nothing may go wrong on it."""
    found = Opened(browser, path)
    yield found
    assert found.troubles == []
    assert found.requests == [path.as_uri()]
    found.page.close()


def test_a_click_sorts_and_another_turns_it_round(opened: Opened) -> None:
    known = sorted(value for value in REPORT.numbers("gap_ev") if value is not None)
    opened.head("gap_ev").locator("button").click()
    assert opened.head("gap_ev").get_attribute("aria-sort") == "ascending"
    assert opened.numbers("gap_ev")[:5] == [round(value, 2) for value in known[:5]]
    opened.head("gap_ev").locator("button").click()
    assert opened.head("gap_ev").get_attribute("aria-sort") == "descending"
    assert opened.numbers("gap_ev")[:5] == [round(value, 2) for value in known[:-6:-1]]
    assert opened.head("error_mha").get_attribute("aria-sort") == "none"


def test_errors_rank_by_their_size_and_carry_their_bars(browser: Any, tmp_path: Path) -> None:
    errors = {"a": -3.0, "b": 0.5, "c": None, "d": 2.0, "e": -0.25}
    rows = [
        {"candidate": name, "error_mha": error, "standard_error_hartree": error and 1.24e-4,
         "classical_methods": "doubtful" if name in "ad" else "sufficient"}
        for name, error in errors.items()
    ]  # fmt: skip
    columns = (
        Column("standard_error_hartree", "number", "Of the energy"),
        Column("classical_methods", "text", "Triage"),
    )
    path = tmp_path / "report.html"
    report = made_up(1, rows=rows, columns=columns, details=())
    path.write_text(campaign_page(report), encoding="utf-8")
    found = Opened(browser, path)
    names = found.page.locator("#body a.name")
    assert names.all_inner_texts() == ["e", "b", "d", "a", "c"]
    assert found.column("error_mha")[0].split("\n") == ["−0.250", "± 0.12"]
    found.page.get_by_role("checkbox", name=re.compile("^doubtful")).check()
    assert names.all_inner_texts() == ["d", "a"]
    assert found.troubles == []
    found.page.close()


def test_the_keyboard_sorts_and_walks_to_the_last_row(opened: Opened) -> None:
    opened.head("candidate").locator("button").focus()
    opened.page.keyboard.press("Enter")
    names = sorted(REPORT.ids)
    assert opened.page.locator("#body a.name").first.inner_text() == names[0]
    opened.page.locator("#body a.name").first.focus()
    opened.page.keyboard.press("ArrowDown")
    focused = "document.activeElement.textContent"
    assert opened.page.evaluate(focused) == names[1]
    opened.page.keyboard.press("End")
    assert opened.page.evaluate(focused) == names[-1]


def test_only_rows_in_view_are_in_the_document(opened: Opened) -> None:
    assert opened.page.locator("#body tr[data-place]").count() < 40
    assert opened.page.get_attribute("#table", "aria-rowcount") == "301"


LOWEST_ROW = """() => {
    const view = document.getElementById("viewport");
    const rows = [...view.querySelectorAll("tr[data-place]")];
    return rows.at(-1).getBoundingClientRect().bottom - view.getBoundingClientRect().bottom;
}"""


@pytest.mark.parametrize("size", [(1400, 1300), (360, 800)])
def test_rows_fill_the_viewport_before_anything_is_scrolled(
    browser: Any, path: Path, size: tuple[int, int]
) -> None:
    found = Opened(browser, path, viewport={"width": size[0], "height": size[1]})
    assert found.page.evaluate(LOWEST_ROW) > 0
    found.page.fill("#find", "no molecule has this name")
    playwright.expect(found.page.locator("#shown")).to_have_text("0 of 300 rows")
    found.page.fill("#find", "")
    playwright.expect(found.page.locator("#shown")).to_have_text("300 rows")
    assert found.page.evaluate(LOWEST_ROW) > 0
    found.page.close()


def test_text_status_and_ranges_filter(opened: Opened) -> None:
    assert opened.shown() == 300
    opened.page.fill("#find", "hartree-fock did not")
    playwright.expect(opened.page.locator("#shown")).to_contain_text(" of ")
    stuck = sum("Hartree-Fock did" in str(row.get("failure_message")) for row in REPORT.rows)
    assert opened.shown() == stuck > 0
    opened.page.fill("#find", "")
    playwright.expect(opened.page.locator("#shown")).not_to_contain_text(" of ")
    opened.page.get_by_role("checkbox", name=re.compile("^warn")).check()
    opened.page.get_by_role("checkbox", name=re.compile("^fail [0-9]|^fail[0-9]")).check()
    wrong = [row for row in REPORT.rows if row.get("verdict") in {"warn", "fail"}]
    assert opened.shown() == len(wrong) > 0
    opened.page.fill("#range-low", "10")
    opened.page.keyboard.press("Enter")
    assert opened.shown() == sum(float(str(row["error_mha"])) >= 10 for row in wrong)
    opened.page.get_by_role("button", name="Remove: error / mHa ≥ 10").click()
    assert opened.shown() == len(wrong)


def test_a_failure_says_its_kind_in_the_table(opened: Opened) -> None:
    opened.page.get_by_role("checkbox", name=re.compile("^failed")).check()
    kinds = {str(row["failure_kind"]) for row in REPORT.rows if row["status"] == "failed"}
    cells = opened.column("status")
    assert cells
    assert {cell.split()[-1] for cell in cells} <= kinds


def test_columns_can_be_chosen(opened: Opened) -> None:
    assert opened.head("reference_hartree").count() == 0
    opened.page.click("#chooser summary")
    opened.page.get_by_label("reference / Ha", exact=True).check()
    assert opened.head("reference_hartree").count() == 1
    assert opened.column("reference_hartree")


def test_a_molecule_opens_and_escape_gives_the_focus_back(opened: Opened) -> None:
    link = opened.page.locator("#body a.name").nth(3)
    name = link.inner_text()
    link.focus()
    opened.page.keyboard.press("Enter")
    panel = opened.page.locator("#panel")
    panel.wait_for(state="visible")
    assert opened.page.inner_text("#panel-title") == name
    text = panel.inner_text()
    assert "particle-number" in text
    assert "Geometry: ETKDGv3" in text
    assert panel.locator("svg[role=img]").count() == 1
    assert opened.page.url.endswith(f"#case={name}")
    opened.page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert opened.page.evaluate("document.activeElement.textContent") == name
    assert "#case" not in opened.page.url


def test_arrows_go_from_molecule_to_molecule(opened: Opened) -> None:
    names = opened.page.locator("#body a.name").all_inner_texts()
    opened.page.locator("#body a.name").first.click()
    opened.page.locator("#panel").wait_for(state="visible")
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.inner_text("#panel-title") == names[1]
    opened.page.keyboard.press("ArrowLeft")
    assert opened.page.inner_text("#panel-title") == names[0]


def test_a_link_opens_a_failure_with_its_reason(opened: Opened) -> None:
    place = next(i for i, row in enumerate(REPORT.rows) if row.get("failure_kind") == "timeout")
    opened.page.goto(f"{opened.path.as_uri()}#case={REPORT.ids[place]}")
    opened.page.locator("#panel").wait_for(state="visible")
    text = opened.page.inner_text("#panel")
    assert "No result: timeout" in text
    assert str(REPORT.rows[place]["failure_message"]) in text
    assert "Hint: raise --max-seconds" in text


def test_it_prints(opened: Opened) -> None:
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("#body tr[data-place]").count() == 200
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.page.locator("#body tr[data-place]").count() < 40


def test_a_narrow_page_scrolls_one_way(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(campaign_page(made_up(30)), encoding="utf-8")
    narrow = Opened(browser, path, viewport={"width": 400, "height": 800}, color_scheme="dark")
    assert narrow.page.evaluate("document.documentElement.scrollWidth") == 400
    assert narrow.troubles == []
    narrow.page.close()


def test_words_without_blanks_are_broken(browser: Any, tmp_path: Path) -> None:
    word = "Verylongwordwithoutblank" * 12
    rows = [
        {"candidate": word, "smiles": word, "status": "failed", "failure_kind": "input",
         "failure_property": word, "failure_message": word, "notes": (word,), "source": word},
        {"candidate": "again", "status": "duplicate", "duplicate_of": word},
    ]  # fmt: skip
    check = {"name": word, "status": "warn", "hard": False, "detail": word}
    details = [Detail(facts=[(word, word)], checks=[check], costs=[(word, word)]), Detail()]
    report = made_up(
        1, title=word, rows=rows, details=details, caveats=(word,), warnings=(word,),
        settings=((word, word),), versions={word: word},
    )  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(campaign_page(report), encoding="utf-8")
    found = Opened(browser, path, viewport={"width": 360, "height": 800})
    assert found.page.evaluate("document.documentElement.scrollWidth") == 360
    for link in found.page.locator("#body a.name").all():
        link.click()
        found.page.locator("#panel").wait_for(state="visible")
        assert found.page.evaluate("panel.scrollWidth") == 360
        found.page.keyboard.press("Escape")
        found.page.locator("#panel").wait_for(state="hidden")
    found.page.close()


@pytest.mark.parametrize("width", [1400, 360])
def test_headings_of_numbers_end_above_their_numbers(browser: Any, path: Path, width: int) -> None:
    found = Opened(browser, path, viewport={"width": width, "height": 800})
    ends = """(selector) => {
        const node = document.querySelector(selector), style = getComputedStyle(node);
        return node.getBoundingClientRect().right - parseFloat(style.paddingRight);
    }"""
    heading = found.page.evaluate(ends, '#head th[data-column="error_mha"] button')
    assert found.page.evaluate(ends, "#body td.error_mha") == pytest.approx(heading, abs=0.5)
    label, unit = (
        found.page.locator(f'#head th[data-column="error_mha"] {part}').bounding_box()
        for part in ("span:first-child", "small")
    )
    assert unit["y"] - label["y"] == pytest.approx(label["height"], abs=4)  # no line between
    found.page.close()


def test_names_of_others_stay_text(browser: Any, tmp_path: Path) -> None:
    rows = [
        {"candidate": EVIL, "smiles": EVIL, "status": EVIL, "verdict": EVIL, "notes": (EVIL,),
         "failure_kind": EVIL, "failure_message": EVIL, "error_mha": 1.0, "source": EVIL}
    ]  # fmt: skip
    path = tmp_path / "report.html"
    page = campaign_page(made_up(1, title=EVIL, rows=rows, details=()))
    path.write_text(page, encoding="utf-8")
    found = Opened(browser, path)
    found.page.locator("#body a.name").click()
    playwright.expect(found.page.locator("#panel-title")).to_have_text(EVIL)
    assert found.page.locator("script").count() == 2
    assert found.troubles == []
    assert found.requests == [path.as_uri()]
    found.page.close()


def test_the_policy_stops_what_were_to_slip_through(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    intruder = "<script>document.title = 'taken'</script><img src='http://192.0.2.1/x.png'>"
    page = campaign_page(made_up(1)).replace("</footer>", f"{intruder}</footer>")
    path.write_text(page, encoding="utf-8")
    found = Opened(browser, path)
    assert found.page.title() != "taken"
    assert any("Content Security Policy" in trouble for trouble in found.troubles)
    found.page.close()

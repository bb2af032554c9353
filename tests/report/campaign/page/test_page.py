"""The page as text: what it says, that it needs nothing, that names in it are inert."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.report.campaign.page.made_up import made_up
from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import CampaignReport, Detail, campaign_page
from vqe_cli.report.campaign.page.methods import methods_text
from vqe_cli.report.campaign.page.payload import error_bar
from vqe_cli.report.campaign.page.structures import drawings
from vqe_cli.report.column_labels import decimals, split_unit

pytestmark = pytest.mark.quick

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
TEMPLATE = "{{ 7*7 }} {% for x in 5 %} {# gone #}"


def data_of(page: str) -> dict[str, Any]:
    """What the page's script reads."""
    block = re.search(r'<script type="application/json" id="campaign-data">(.*?)</script>', page)
    assert block is not None
    found = json.loads(block.group(1))
    assert isinstance(found, dict)
    return found


def test_it_needs_nothing_from_elsewhere() -> None:
    page = campaign_page(made_up(40))
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b", page)
    assert not re.search(r"""(src|href)=["']?(https?:|//)|url\(|@import|fetch\(""", page)
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_text_of_others_is_inert_wherever_it_stands() -> None:
    row = {
        "candidate": EVIL, "smiles": EVIL, "status": EVIL, "verdict": EVIL, "failure_kind": EVIL,
        "failure_message": EVIL, "failure_hint": EVIL, "duplicate_of": EVIL, "source": EVIL,
        "notes": (EVIL,), "energy_hartree": -1.0,
    }  # fmt: skip
    report = made_up(
        3, title=EVIL, rows=[row] * 3, columns=(Column(EVIL, "text", EVIL),), commands=(EVIL,),
        details=[Detail(((EVIL, EVIL),), ({"name": EVIL, "status": EVIL},), ((EVIL, EVIL),))] * 3,
        settings=((EVIL, EVIL),), versions={EVIL: EVIL}, caveats=(EVIL,), started=EVIL,
    )  # fmt: skip
    page = campaign_page(report)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("<script") == 2  # data and program
    assert data_of(page)["ids"] == [EVIL, f"{EVIL}~2", f"{EVIL}~3"]


def test_text_of_others_is_no_template() -> None:
    row = {"candidate": TEMPLATE, "failure_kind": TEMPLATE, "failure_message": TEMPLATE}
    page = campaign_page(made_up(1, title=TEMPLATE, rows=[row], details=(), caveats=(TEMPLATE,)))
    assert f"<h1>{TEMPLATE}</h1>" in page
    assert f"<li>{TEMPLATE}</li>" in page
    assert f"<p>{TEMPLATE}</p>" in page
    assert data_of(page)["ids"] == [TEMPLATE]


def test_what_was_found_is_said_in_words() -> None:
    rows: list[dict[str, Any]] = [
        {"candidate": "a", "status": "done", "verdict": "pass", "energy_hartree": -1.0,
         "reference_hartree": -1.001, "error_mha": 1.0},
        {"candidate": "b", "status": "done", "verdict": "warn", "energy_hartree": -2.0,
         "reference_hartree": -2.002, "error_mha": 2.0},
        {"candidate": "c", "status": "failed", "failure_kind": "timeout",
         "failure_message": "it ran for 61 s", "failure_hint": "give it more"},
        {"candidate": "d", "status": "failed", "failure_kind": "timeout",
         "failure_message": "it ran for 62 s", "failure_hint": "give it more"},
        {"candidate": "e", "status": "duplicate", "duplicate_of": "a", "verdict": "pass",
         "energy_hartree": -1.0, "reference_hartree": -1.001, "error_mha": 1.0},
        {"candidate": "f", "status": "duplicate", "duplicate_of": "c", "failure_kind": "timeout",
         "failure_message": "it ran for 61 s"},
        {"candidate": "g", "status": "partial", "verdict": "pass", "energy_hartree": -3.0,
         "failure_kind": "input", "failure_property": "protonation",
         "failure_message": "no lone pair"},
        {"candidate": "h", "status": "pending"},
    ]  # fmt: skip
    text = re.sub(r"<[^>]*>", "", campaign_page(made_up(5, rows=rows, details=())))
    assert "Of 8 candidates, 3 have an energy." in text
    assert "1 of 2 energies with a reference (50.0 %) lies within 1.6 mHa" in text
    assert "2 have no result: 2 timeout." in text
    assert "1 lacks a property: 1 protonation." in text
    assert "1 has not been computed yet." in text
    assert "2 have the same structure as another candidate" in text
    assert "protonation: no lone pair" in text
    assert "2 × it ran for 61 s" in text  # reasons that differ in numbers only are one
    assert "Hint: give it more" in text


def test_round_off_is_called_so() -> None:
    rows = [
        {"candidate": f"{i}", "status": "done", "energy_hartree": -1.0, "error_mha": error}
        for i, error in enumerate((3e-11, -2e-11, 0.03))
    ]
    text = re.sub(r"<[^>]*>", "", campaign_page(made_up(1, rows=rows, details=())))
    assert (
        "the median error is round-off, the 90th percentile 0.024 mHa." in text
    )  # 0.9 quantile: 0.8 x 0.03
    assert "None exceeds 1.6 mHa; the largest is 0.03 mHa." in text


@pytest.mark.parametrize(
    ("error", "said"), [(0.5, "lies within 1.6 mHa"), (-2.0, "does not lie within 1.6 mHa")]
)
def test_one_energy_is_told_in_the_singular(error: float, said: str) -> None:
    rows = [{"candidate": "a", "status": "done", "energy_hartree": -1.0, "error_mha": error}]
    page = campaign_page(made_up(1, rows=rows, details=()))
    text = re.sub(r"<[^>]*>", "", page)
    assert "Of 1 candidate, 1 has an energy." in text
    assert f"The one energy with a reference {said} of it; its error is" in text
    assert "1 absolute difference between VQE energy and reference." in text
    assert "Histogram of 1 absolute VQE error:" in page


def test_cases_of_a_grid_are_not_called_candidates() -> None:
    rows = [
        {"candidate": name, "variant": variant, "status": "done", "energy_hartree": -1.0}
        for name in ("water", "ammonia")
        for variant in ("a", "b", "c")
    ]
    text = re.sub(r"<[^>]*>", "", campaign_page(made_up(1, rows=rows, details=())))
    assert "Of 6 cases (2 candidates with variants), 6 have an energy." in text


def test_an_error_bar_stands_with_its_value() -> None:
    names = {
        "standard_error_hartree",
        "binding_kcal_per_mol",
        "binding_standard_error_kcal_per_mol",
    }
    assert error_bar("energy_hartree", names) == {"column": "standard_error_hartree", "factor": 1}
    assert error_bar("error_mha", names) == {"column": "standard_error_hartree", "factor": 1000}
    assert error_bar("binding_kcal_per_mol", names) == {
        "column": "binding_standard_error_kcal_per_mol",
        "factor": 1,
    }
    assert error_bar("binding_hf_kcal_per_mol", names) is None
    assert error_bar("charge", names) is None


def test_methods_name_what_was_used_and_who_described_it() -> None:
    text, references = methods_text(made_up(2))
    assert "basis set sto-3g" in text
    assert "uccsd (unitary coupled cluster" in text
    assert "from 2026-03-04 to 2026-03-05 with vqe-cli 1.4.0, pyscf 2.11.0" in text
    marks = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    assert marks == set(range(1, len(references) + 1))
    assert any("J. Chem. Phys. 153, 024109" in entry for entry in references)
    assert any("Phys. 47, 631 (1928)" in entry for entry in references)


def test_an_empty_campaign_is_a_page_too() -> None:
    page = campaign_page(CampaignReport(title="nothing", columns=(), rows=()))
    assert "Nothing failed." in page
    assert "computing time." not in page  # none was spent
    assert data_of(page)["ids"] == []


def test_rows_and_details_must_belong_together() -> None:
    with pytest.raises(ValueError, match="one for each of 2 rows"):
        made_up(2, details=[Detail()])


def test_what_is_not_finite_is_missing_in_the_data() -> None:
    rows = [{"candidate": "a", "energy_hartree": float("nan"), "error_mha": float("inf")}]
    values = data_of(campaign_page(made_up(1, rows=rows, details=())))["values"]
    assert values["energy_hartree"] == [None]
    assert values["error_mha"] == [None]


def test_variants_of_one_molecule_are_told_apart() -> None:
    rows = [
        {"candidate": name, "variant": ansatz, "formula": "H2O", "ionization_verdict": verdict}
        for name in ("water", "ammonia")
        for ansatz, verdict in (("uccsd", "pass"), ("puccd", "fail"))
    ]
    names = ("variant", "formula", "ionization_verdict")
    columns = tuple(Column(name, "text", name) for name in names)
    data = data_of(campaign_page(made_up(1, rows=rows, columns=columns, details=())))
    assert data["ids"] == ["water, uccsd", "water, puccd", "ammonia, uccsd", "ammonia, puccd"]
    shown = {column["name"] for column in data["columns"] if column["shown"]}
    assert "variant" in shown
    assert not {"formula", "ionization_verdict"} & shown


def test_every_row_has_an_address_of_its_own() -> None:
    rows = [{"candidate": name} for name in ("a~2", "a", "a", None, "a")]
    assert made_up(1, rows=rows, details=()).ids == ("a~2", "a", "a~3", "case", "a~4")


def test_structures_are_drawn_once_and_small() -> None:
    found = drawings(["CCO", "CCO", "not a structure(", None, "c1ccccc1"])
    assert list(found) == ["CCO", "c1ccccc1"]
    letters = [text for *_, text in found["CCO"]["texts"]]
    assert sorted(letters) == ["H", "O"]
    assert found["c1ccccc1"]["texts"] == []
    assert len(json.dumps(found["c1ccccc1"])) < 500


def test_charges_and_colours_are_kept() -> None:
    found = drawings(["C[N+](C)(C)C"])["C[N+](C)(C)C"]
    assert {text for *_, text in found["texts"]} == {"N", "+"}
    assert {colour for *_, colour, _ in found["texts"]} == {"#0000ff"}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("error_mha", ("error", "mHa")),
        ("hf_energy_hartree", ("HF energy", "Ha")),
        ("t1", ("T1", "")),
        ("barrier_kcal_per_mol", ("barrier", "kcal/mol")),
    ],
)
def test_columns_are_named_for_people(column: str, expected: tuple[str, str]) -> None:
    assert split_unit(column) == expected


def test_a_column_has_as_many_decimals_as_its_middle_value_deserves() -> None:
    assert decimals("", [0.0123, 0.02, None]) == 4
    assert decimals("", [120.0, 250.0]) == 0
    assert decimals("Ha", [1.0]) == 6


def test_the_heading_is_escaped_once() -> None:
    page = campaign_page(made_up(1, title="A & B"))
    assert "<h1>A &amp; B</h1>" in page
    assert unescape(re.search(r"<title>(.*?)</title>", page)[1]) == "A & B"  # type: ignore[index]

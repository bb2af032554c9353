"""Colours and shapes of variants."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from tests.report.comparison.rows import row
from vqe_cli.comparison.records import ComparisonRow
from vqe_cli.report.comparison.looks import SHADES, looks_of
from vqe_cli.report.figures import COLOURS


def variant(**settings: Any) -> ComparisonRow:
    label = ", ".join(str(value) for value in settings.values())
    return row("VQE-UCCSD", 1.0, 1.0, variant=label, settings={**settings, "seed": 1})


def test_the_longest_axis_gives_the_colour_and_the_others_the_shape() -> None:
    rows = [
        variant(ansatz=ansatz, optimizer=optimizer)
        for ansatz in ("puccd", "tups")
        for optimizer in ("spsa", "nft", "adam")
    ]
    looks = list(looks_of(rows).values())
    assert [look.shade for look in looks] == [0, 1, 2, 0, 1, 2]
    assert [look.form for look in looks] == [0, 0, 0, 1, 1, 1]
    assert [look.group for look in looks] == ["puccd"] * 3 + ["tups"] * 3


def test_more_values_than_colours_differ_by_shape() -> None:
    looks = looks_of([variant(reps=number) for number in range(SHADES + 2)])
    assert len({(look.shade, look.form) for look in looks.values()}) == SHADES + 2


def test_options_are_values_too() -> None:
    options = [{"name": "tups", "layers": 1}, {"name": "tups", "layers": 2}]
    rows = [
        row("VQE-TUPS", 1.0, 1.0, variant=f"tups layers={one['layers']}", settings={"ansatz": one})
        for one in options
    ]
    assert [look.shade for look in looks_of(rows).values()] == [0, 1]


def test_classical_methods_and_rows_without_an_energy_have_no_look() -> None:
    rows = [row("FCI", 0.0, 1.0), row("VQE-UCCSD", None, 0.0), row("VQE-PUCCD", 2.0, 1.0)]
    assert set(looks_of(rows)) == {"VQE-PUCCD"}


def test_the_page_has_the_colours_of_figures() -> None:
    path = files("vqe_cli.report.comparison.page") / "templates" / "page.css"
    light = path.read_text(encoding="utf-8").partition("@media")[0]
    assert tuple(re.findall(r"--shade-\d: (#\w+);", light)) == COLOURS

"""Tables at every width: nothing is cut, and no line ends with blanks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from vqe_cli.report.tables import PlainTable, plain_table

pytestmark = pytest.mark.quick


def shown(table: PlainTable, width: int) -> list[str]:
    out = Console(file=io.StringIO(), width=width, color_system=None)
    out.print(table)
    return out.file.getvalue().splitlines()  # type: ignore[attr-defined]


def energies() -> PlainTable:
    table = plain_table("method", "total energy / Ha", "error / mHa", "time")
    table.add_row("HF", "-74.9630554840", "+49.5840", "0 ms")
    table.add_row("coupled cluster", "-74.9986198554", "", Text("1 ms", style="bold"))
    return table


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80])
def test_nothing_is_cut_and_no_line_ends_with_blanks(width: int) -> None:
    lines = shown(energies(), width)
    assert max(map(len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]
    text = "\n".join(lines)
    for value in ("-74.9630554840", "+49.5840", "0 ms", "-74.9986198554", "1 ms"):
        assert value in text
    assert "…" not in text


def test_titles_are_folded_before_words_and_words_before_rows() -> None:
    assert shown(energies(), 80) == [
        "method           total energy / Ha  error / mHa  time",
        "HF                  -74.9630554840     +49.5840  0 ms",
        "coupled cluster     -74.9986198554               1 ms",
    ]
    assert shown(energies(), 40) == [
        "            total energy     error",
        "method              / Ha     / mHa  time",
        "HF        -74.9630554840  +49.5840  0 ms",
        "coupled   -74.9986198554            1 ms",
        "cluster",
    ]
    assert shown(energies(), 36) == [
        "method",
        "HF",
        "  total energy / Ha  -74.9630554840",
        "  error / mHa        +49.5840",
        "  time               0 ms",
        "coupled cluster",
        "  total energy / Ha  -74.9986198554",
        "  time               1 ms",
    ]


def test_a_column_without_entries_is_left_out() -> None:
    table = PlainTable(("method", "shots", "made of"), words=(0, 2))
    table.add_row("HF", "", "one determinant")
    assert shown(table, 80) == ["method  made of", "HF      one determinant"]
    assert shown(table, 20) == ["method  made of", "HF      one", "        determinant"]

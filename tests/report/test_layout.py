"""Labelled values at several widths: nothing is cut, nothing ends in blanks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from vqe_cli.report.layout import Entry, dotted, print_numbers, print_words, wrap

pytestmark = pytest.mark.quick

NUMBERS = (
    Entry("E(HF)", "-1.1169989968 Ha"),
    Entry("E(exact)", "-1.1373060358 Ha", "by diagonalisation of the whole Hamiltonian"),
    Entry("error", "0.0000 mHa", "100.00 % of correlation"),
)


def printed(width: int, show: object) -> list[str]:
    stream = io.StringIO()
    out = Console(file=stream, width=width, highlight=False, markup=False)
    show(NUMBERS, out)  # type: ignore[operator]
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
@pytest.mark.parametrize("show", [print_numbers, print_words])
def test_every_width_holds_every_number(show: object, width: int) -> None:
    lines = printed(width, show)
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    words = " ".join(" ".join(lines).split())
    for entry in NUMBERS:
        assert entry.label in words
        assert entry.value in words
        assert all(word in words for word in entry.remark.split())


def test_decimal_points_stand_below_each_other() -> None:
    points = {line.index(".") for line in printed(80, print_numbers) if "Ha" in line}
    assert len(points) == 1


def test_lines_end_between_parts() -> None:
    lines = wrap(dotted(["2 electrons in 2 orbitals", "singlet"]), 30)
    assert lines == ["2 electrons in 2 orbitals ·", "singlet"]

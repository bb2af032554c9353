"""Labelled values at several widths: nothing is cut, nothing ends in blanks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from vqe_cli.report.console import console
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


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("an error of 36.8 ± 1.0 mHa", 18, ["an error of", "36.8 ± 1.0 mHa"]),
        ("it took 12.5 s in all", 12, ["it took", "12.5 s in", "all"]),
        ("see /a/long/path.json for it", 12, ["see", "/a/long/path.json", "for it"]),
    ],
)
def test_numbers_keep_their_units_and_paths_are_whole(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrap(text, width) == lines


def test_no_word_stands_alone_on_the_last_line_of_a_paragraph() -> None:
    text = "a noisy energy is not variational; its agreement may be luck"
    assert wrap(text, 57) == ["a noisy energy is not variational; its agreement may", "be luck"]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_prose_and_titles_of_a_console_are_wrapped_alike(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.report.console.IN_PIPES", width)
    stream = io.StringIO()
    text = "the curve ends 1.25 mHa above the exact energy of /a/folder/with/a/long/name.json"
    for what in (text, Text(text, style="bold")):
        console(stream).print(what)
    expected = wrap(text, width)
    assert stream.getvalue().splitlines() == [*expected, *expected]

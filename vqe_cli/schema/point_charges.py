"""Point charges as text: lines of 'q x y z', or of 'symbol x y z q'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqe_cli._core.wording import counted
from vqe_cli.schema.faults import TextError
from vqe_cli.schema.numbers import fields, is_number, number, whole

PointCharge = tuple[float, float, float, float]
"""A charge in units of e, and its coordinates x, y and z."""

MAX_POINT_CHARGES = 100_000
MAX_CHARGE = 10.0
"""Largest size of one point charge, units of e; larger numbers are no charges of atoms."""

MAX_COORDINATE = 1e4
CHARGE_FIRST, CHARGE_LAST = "q x y z", "x y z q"
FORMS = f"'{CHARGE_FIRST}' or 'symbol {CHARGE_LAST}'"


class ChargesError(TextError):
    """A text that does not hold point charges.

    Args:
        message: What is wrong.
        hint: What would be right.
        line: Number of the line, from 1.
    """

    def __init__(self, message: str, hint: str | None = None, line: int = 1) -> None:
        super().__init__(message, hint)
        self.line = line


def read_table(text: str, columns: str = CHARGE_FIRST) -> tuple[PointCharge, ...]:
    """The point charges of a table, whose first line may be their number.

    Args:
        text: Lines of four numbers, or of a symbol and four numbers; ``#`` begins a comment.
        columns: The order of four numbers, ``q x y z`` or ``x y z q``.

    Raises:
        ChargesError: A line has other columns, or the numbers are no charges and positions.
    """
    rows = [(line, words) for line, words in _numbered(text) if words]
    counted = bool(rows) and len(rows[0][1]) == 1
    body = rows[1:] if counted else rows
    found = tuple(_charge(words, columns, line) for line, words in body)
    if counted:
        _compare_count(rows[0][1][0], len(found), rows[0][0])
    return _some(found)


def read_words(words: Sequence[str], order: Sequence[int], line: int) -> PointCharge:
    """The point charge in some words of a line.

    Args:
        words: The words of the line.
        order: Indices of the words with charge, x, y and z.
        line: Number of the line, from 1.

    Raises:
        ChargesError: A word is not a number, or the number is not plausible.
    """
    try:
        charge, *position = (number(words[index]) for index in order)
    except TextError as error:
        raise ChargesError(error.message, error.hint, line) from None
    if not abs(charge) <= MAX_CHARGE:
        hint = f"point charges lie within ±{MAX_CHARGE:g} e; check the order of the columns"
        raise ChargesError(f"{charge:g} e is not a charge of an atom", hint, line)
    if not all(abs(value) < MAX_COORDINATE for value in position):
        hint = f"coordinates lie within ±{MAX_COORDINATE:g}; check the order of the columns"
        raise ChargesError(f"a coordinate is {max(position, key=abs):g}", hint, line)
    x, y, z = position
    return charge, x, y, z


def as_table(charges: Sequence[PointCharge]) -> str:
    """Point charges as lines of 'q x y z' with all digits.

    Args:
        charges: The point charges.
    """
    return "".join(" ".join(map(repr, charge)) + "\n" for charge in charges)


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """The numbers of the lines, from 1, and their words."""
    for line, row in enumerate(text.splitlines(), start=1):
        try:
            yield line, fields(row)
        except TextError as error:
            raise ChargesError(error.message, error.hint, line) from None


def _charge(words: Sequence[str], columns: str, line: int) -> PointCharge:
    if len(words) == 5 and not is_number(words[0]):
        return read_words(words, (4, 1, 2, 3), line)
    if len(words) != 4:
        shown = " ".join(words)[:60]
        raise ChargesError(f"'{shown}' is not {FORMS}", "write one charge on each line", line)
    return read_words(words, (0, 1, 2, 3) if columns == CHARGE_FIRST else (3, 0, 1, 2), line)


def _compare_count(word: str, found: int, line: int) -> None:
    try:
        count = whole(word)
    except TextError:
        raise ChargesError(f"'{word}' is not {FORMS}", None, line) from None
    if count != found:
        message = f"line {line} says {counted(count, 'point charge')}, but {found} follow"
        raise ChargesError(message, None, line)


def _some(found: tuple[PointCharge, ...]) -> tuple[PointCharge, ...]:
    if not found:
        raise ChargesError("there are no point charges", f"write lines of {FORMS}")
    if len(found) > MAX_POINT_CHARGES:
        message = f"{len(found)} point charges are more than {MAX_POINT_CHARGES}"
        raise ChargesError(message, "leave out the ones far away")
    return found

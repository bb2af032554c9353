""".xyz files: plain, extended, and of the QM9 data set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.wording import counted
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.length_units import LENGTH_UNITS
from vqe_cli.schema.numbers import blank_separated, is_number, number, without_comment
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.readers.reading import CARTESIAN, Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.readers.xyz_columns import Columns, ColumnsError
from vqe_cli.schema.readers.xyz_comment import (
    CHARGE,
    MULTIPLICITY,
    Comment,
    CommentError,
    read_comment,
)
from vqe_cli.schema.readers.xyz_electrons import remarks_on_electrons
from vqe_cli.schema.source import Origin, Remark

FORM = "line 1: number of atoms; line 2: a comment; then 'symbol x y z'"

_LINE_END = re.compile(r"\r\n|\n|\r")
_COUNT = re.compile(r"\s*([0-9]{1,9})(?:\s+([A-Za-zÅå.]+))?\s*")
_LIKE_AN_ATOM = re.compile(r"\s*[A-Za-z@]\S*(?:\s+:)?(?:[\s,]+[-+.0-9]\S*){3}")


@dataclass(frozen=True)
class _Layout:
    """The parts of a file.

    Args:
        lines: All lines.
        head: Index of the line with the number of atoms.
        count: Number of atoms in that line.
        unit: Unit of length after the count, as written; or None.
    """

    lines: Sequence[str]
    head: int
    count: int
    unit: str | None

    @property
    def comment(self) -> str:
        """The line after the count."""
        below = self.lines[self.head + 1 : self.head + 2]
        return below[0] if below else ""

    @property
    def body(self) -> Sequence[str]:
        """The lines after the comment."""
        return self.lines[self.head + 2 :]


def is_xyz(text: str) -> bool:
    """Whether the first line that is not blank is a number of atoms."""
    return _layout(text) is not None


def read_xyz(path: Path, text: str) -> Reading:
    """The content of an .xyz file with one geometry.

    Args:
        path: Path of the file.
        text: Content of the file.

    Raises:
        InputError: Count and lines do not agree, there are several geometries, the comment
            contradicts itself or the columns, or the file describes a crystal.
    """
    layout = _layout(text)
    if layout is None:
        raise about(path, "does not begin with the number of atoms", FORM, 1)
    atoms, behind = _split(path, layout)
    try:
        comment = read_comment(layout.comment)
        columns = Columns.of(comment.columns) if comment.columns is not None else None
    except (CommentError, ColumnsError) as error:
        raise about(path, error.message, error.hint, layout.head + 2) from None
    units = _units(path, layout, comment)
    first = layout.head + 3
    lines = _atom_lines(path, atoms, columns, first)
    molecule = {"geometry": "\n".join(lines), **comment.stated}
    if units is not None:
        molecule["units"] = units
    name = shown(path)
    origins: dict[KeyPath, Origin] = {(): Origin(name), CARTESIAN: Origin(name, first)}
    origins |= {("molecule", key): Origin(name, layout.head + 2) for key in comment.stated}
    rows = [line.split() for line in atoms if line.strip()]
    remarks = [
        *_remarks(path, comment),
        *remarks_on_electrons(name, comment, columns, rows),
        *behind,
    ]
    if units == "bohr":
        remarks.append(Remark(f"{name} gives its coordinates in bohr", frozenset({"units"})))
    return Reading({"molecule": molecule}, origins, tuple(remarks))


def _layout(text: str) -> _Layout | None:
    lines = _LINE_END.split(text)
    head = next((index for index, line in enumerate(lines) if line.strip()), None)
    found = None if head is None else _COUNT.fullmatch(lines[head])
    if head is None or found is None or (found[2] and found[2].lower() not in LENGTH_UNITS):
        return None
    return _Layout(lines, head, int(found[1]), found[2])


def _split(path: Path, layout: _Layout) -> tuple[list[str], tuple[Remark, ...]]:
    """The lines of the atoms, including blank ones, and remarks on the rest."""
    places = [index for index, line in enumerate(layout.body) if line.strip()]
    found, head = len(places), layout.head + 1
    if layout.count == 0 or found < layout.count:
        raise about(
            path, f"line {head} says {counted(layout.count, 'atom')}, but {found} follow", line=head
        )
    end = places[layout.count - 1] + 1
    rest = [line for line in layout.body[end:] if line.strip()]
    if rest and _COUNT.fullmatch(rest[0]):
        frames = 1 + sum(_COUNT.fullmatch(line) is not None for line in rest)
        message = f"has about {frames} geometries instead of one"
        line = layout.head + 3 + end
        raise about(path, message, "save one as a separate file", line)
    if any(_LIKE_AN_ATOM.match(line) for line in rest):
        several = "write one geometry per file, with its number of atoms in line 1"
        raise about(
            path,
            f"line {head} says {counted(layout.count, 'atom')}, but {found} follow",
            several,
            head,
        )
    lines = "line" if len(rest) == 1 else "lines"
    text = f"{shown(path)}: {len(rest)} {lines} behind the atoms not read"
    return list(layout.body[:end]), (Remark(text),) if rest else ()


def _units(path: Path, layout: _Layout, comment: Comment) -> str | None:
    """The unit of length that the file names."""
    named = None if layout.unit is None else LENGTH_UNITS[layout.unit.lower()]
    if named and comment.units and named != comment.units:
        message = f"line {layout.head + 1} says {named}, the comment {comment.units}"
        raise about(path, message, "leave one of them", layout.head + 2)
    return named or comment.units


def _atom_lines(path: Path, atoms: Sequence[str], columns: Columns | None, first: int) -> list[str]:
    """Lines of 'symbol x y z', one for each line of the file."""
    if columns is None:
        return _plain_lines(path, atoms, first)
    lines = []
    for place, line in enumerate(atoms, start=first):
        try:
            lines.append(columns.atom(line.split()) if line.strip() else "")
        except ColumnsError as error:
            raise about(path, error.message, error.hint, place) from None
    return lines


def _plain_lines(path: Path, atoms: Sequence[str], first: int) -> list[str]:
    """Lines without the columns after the coordinates; ambiguous columns are refused."""
    rows = [blank_separated(without_comment(line)) for line in atoms]
    wide = [row for row in rows if len(row) > 4 and all(map(is_number, row[1:4]))]
    if wide and _may_be_shifted(wide):
        raise about(
            path,
            "the columns of the coordinates are ambiguous",
            "write 'symbol x y z', or name the columns: Properties=species:S:1:Z:I:1:pos:R:3",
            first,
        )
    return [
        " ".join(row[:4]) if row in wide else line for line, row in zip(atoms, rows, strict=True)
    ]


def _may_be_shifted(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column of x, y or z may be a number, class or mark of the atoms."""
    if not all(is_number(row[4]) for row in rows):
        return False
    if any(row[0].isdecimal() for row in rows) or _has_marks_among(rows):
        return True
    if all(re.fullmatch("[-+]?[0-9]+", row[1]) for row in rows):
        return all("." in value for row in rows for value in row[2:5])
    values = {(row[0].lower(), number(row[1])) for row in rows}
    like_atomic_numbers = all(value > 0 and value.is_integer() for _, value in values)
    return like_atomic_numbers and len(values) == len({symbol for symbol, _ in values})


def _has_marks_among(rows: Sequence[Sequence[str]]) -> bool:
    """Whether columns of whole numbers are mixed with decimals: MOPAC's marks, Molden's numbers.

    A column of zeros alone is a coordinate typed by hand.
    """
    width = min(map(len, rows))
    columns = [[row[place] for row in rows] for place in range(1, width)]
    decimal = [all("." in value for value in column) for column in columns]
    marks = [
        not any("." in value for value in column) and any(value != "0" for value in column)
        for column in columns
    ]
    return any(decimal[:3]) and any(marks[:3]) and any(decimal[3:])


def _remarks(path: Path, comment: Comment) -> list[Remark]:
    """Remarks on what was read from the comment and what was not."""
    where = f"the comment of {shown(path)}"
    remarks = [
        Remark(f"{key} {value} from {where}", frozenset({key}))
        for key, value in comment.stated.items()
    ]
    if comment.unread:
        words = " and ".join(key for key in (CHARGE, MULTIPLICITY) if key in comment.unread)
        text = (
            f"{where} seems to speak of the {words}, and was not understood:"
            " write charge=0 multiplicity=1 there, or give them"
        )
        remarks.append(Remark(text, comment.unread, doubtful=True))
    if comment.like_bohr:
        text = f"{where} speaks of atomic units; coordinates were read as Ångström (units=bohr)"
        remarks.append(Remark(text, frozenset({"units"}), doubtful=True))
    return remarks

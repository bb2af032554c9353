"""Z-matrices: atoms by distances, angles and dihedrals to earlier atoms."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.labels import is_dummy
from vqe_cli.errors import InputError, Path
from vqe_cli.schema.numbers import (
    NumberError,
    fields,
    is_endless,
    is_number,
    number,
    whole,
    without_comment,
)

PATH: Path = ("molecule", "geometry", "zmatrix")
FORM = "symbol, then atom and length, atom and angle, atom and dihedral, as in 'H 1 0.96 2 104.5'"
STRAIGHT = 1e-6
"""Sine of the angle below which three atoms count as collinear."""

_HEADING = re.compile(r"\s*(variables|constants)\s*:?\s*", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"\s*([^\s=,]+)\s*=\s*([^\s=]+?)\s*(?:,|\s|$)")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One line: a symbol, the earlier atoms that it refers to (from 0), and the values."""

    symbol: str
    references: tuple[int, ...]
    values: tuple[float, ...]
    line: int


@dataclass
class _Text:
    """A parsed Z-matrix: the lines of atoms, and values by name."""

    rows: list[tuple[list[str], int]] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def define(self, name: str, text: str, line: int) -> None:
        if not _NAME.fullmatch(name):
            raise _fault(f"'{name}' is not a name for a value", line)
        if name in self.values:
            raise _fault(f"'{name}' already has a value, on line {self.lines[name] + 1}", line)
        self.values[name], self.lines[name] = _number(text, line), line


def read_zmatrix(text: str) -> list[tuple[str, FloatArray, int]]:
    """Place the atoms of a Z-matrix.

    Args:
        text: One atom per line (or between semicolons), words separated by blanks or commas;
            references are numbers from 1 or labels, angles are in degrees, dihedrals positive for a
            clockwise turn seen along the middle bond (IUPAC). A value may be a name, with or
            without a minus sign, that is defined elsewhere as ``R = 0.96``, or as ``R 0.96`` below
            a blank line or ``Variables:``. Dummy atoms are called X. Alternatively every line has
            three references and then three values, zeros where there are none, as in ORCA and ADF.

    Returns:
        Label, position in the unit of the lengths, shape (3,), and line (from 0) of each atom,
        dummies excluded.

    Raises:
        InputError: The Z-matrix is invalid; the error carries the line.
    """
    parts = _taken_apart(text)
    parts.rows = _in_pairs(parts.rows)
    labels = [words[0] for words, _ in parts.rows]
    rows = [
        _row(words, labels[:index], parts.values, line)
        for index, (words, line) in enumerate(parts.rows)
    ]
    if all(is_dummy(row.symbol) for row in rows):
        raise InputError("the Z-matrix has no atoms", path=PATH)
    used = {word.lstrip("+-") for words, _ in parts.rows for word in words[2::2]}
    for name in parts.values.keys() - used:
        raise _fault(f"the value '{name}' is not used", parts.lines[name])
    positions: list[FloatArray] = []
    for row in rows:
        positions.append(_place(row, positions))
    return [
        (row.symbol, at, row.line)
        for row, at in zip(rows, positions, strict=True)
        if not is_dummy(row.symbol)
    ]


def with_value(text: str, name: str, value: float) -> str:
    """A Z-matrix with another value for a name.

    Args:
        text: The Z-matrix.
        name: The name of the value.
        value: The value, in the unit of the Z-matrix or in degrees.

    Raises:
        InputError: The Z-matrix has no value of that name.
    """
    found = _taken_apart(text)
    if name not in found.values:
        known = ", ".join(found.values) or "none: write 'H 1 R' and 'R = 0.96'"
        raise InputError(
            f"the Z-matrix has no value named '{name}'", path=PATH, hint=f"its names: {known}"
        )
    lines, line = text.splitlines(), found.lines[name]
    assigned = rf"(?<![^\s,;]){re.escape(name)}(\s*=\s*)[^\s,;]+"
    listed = rf"^\s*{re.escape(name)}([\s,]+)\S+"
    form = assigned if re.search(assigned, lines[line]) else listed
    lines[line] = re.sub(form, lambda match: f"{name}{match[1]}{value!r}", lines[line], count=1)
    return "\n".join(lines)


def _taken_apart(text: str) -> _Text:
    found, below = _Text(), False
    for line, content in enumerate(map(without_comment, text.splitlines())):
        if _HEADING.fullmatch(content) or (not content.strip() and found.rows):
            below = True
            continue
        for part in filter(str.strip, content.split(";")):
            if "=" in part:
                _assign(found, part, line)
                continue
            words = _words(part, line)
            if below and len(words) == 2 and not is_number(words[0]):
                found.define(words[0], words[1], line)
            else:
                found.rows.append((words, line))
    return found


def _assign(found: _Text, part: str, line: int) -> None:
    """Read one or several assignments such as ``R = 0.96``."""
    end = 0
    while end < len(part.rstrip()):
        match = _ASSIGNMENT.match(part, end)
        if match is None:
            hint = "write 'R = 0.96' with a decimal point, one value on a line"
            raise _fault(f"'{part.strip()}' is not 'name = value'", line, hint)
        found.define(match[1], match[2], line)
        end = match.end()


def _words(part: str, line: int) -> list[str]:
    try:
        return fields(part)
    except NumberError as error:
        raise _fault(error.message, line, error.hint) from None


def _in_pairs(rows: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """The rows with each reference before its value, also if all references precede all values."""
    if not rows or len(rows[0][0]) != 7 or rows[0][0][1:4] != ["0", "0", "0"]:
        return rows
    found = []
    for index, (words, line) in enumerate(rows):
        references, values, wanted = words[1:4], words[4:], min(index, 3)
        unused = (*references[wanted:], *values[wanted:])
        if len(words) != 7 or not all(is_number(word) and number(word) == 0 for word in unused):
            text = " ".join(words)
            raise _fault(f"'{text}' is not a symbol, three references and three values", line)
        pairs = zip(references[:wanted], values[:wanted], strict=True)
        found.append(([words[0], *(word for pair in pairs for word in pair)], line))
    return found


def _row(words: list[str], labels: Sequence[str], values: Mapping[str, float], line: int) -> Row:
    text, wanted = " ".join(words), min(len(labels), 3)
    if wanted == 3 and len(words) == 8:
        words = _without_format(words, line)
    if len(words) != 1 + 2 * wanted:
        is_charge = not labels and len(words) == 2 and all(map(is_number, words))
        hint = "charge and multiplicity have keys of their own" if is_charge else None
        end = "its value" if wanted == 1 else "their values"
        message = f"'{text}' needs {counted(wanted, 'reference')} with {end}"
        raise _fault(message, line, hint)
    references = tuple(_reference(word, labels, line) for word in words[1::2])
    found = tuple(_value(word, values, line) for word in words[2::2])
    _check(text, references, found, len(labels), line)
    return Row(words[0], references, found, line)


def _without_format(words: list[str], line: int) -> list[str]:
    """Remove Gaussian's eighth word, the kind of the last value: 0 a dihedral, 1 or -1 an angle."""
    if words[7] == "0":
        return words[:7]
    if words[7] in ("1", "+1", "-1"):
        message = f"'{' '.join(words)}' places the atom by a second angle, not by a dihedral"
        raise _fault(message, line, "write the dihedral")
    return words


def _reference(word: str, labels: Sequence[str], line: int) -> int:
    """The index of the atom with a number (from 1) or an unambiguous label."""
    if is_number(word):
        try:
            return whole(word) - 1
        except NumberError as error:
            raise _fault(error.message, line, error.hint) from None
    if labels.count(word) != 1:
        several = "no earlier atom" if word not in labels else "several earlier atoms"
        raise _fault(f"'{word}' is the name of {several}", line, "refer to atoms by number")
    return labels.index(word)


def _value(word: str, values: Mapping[str, float], line: int) -> float:
    """A number, or the value of a name with an optional sign."""
    name = word.lstrip("+-")
    if len(word) - len(name) > 1 or not _NAME.fullmatch(name):
        return _number(word, line)
    if name not in values:
        if is_endless(name):
            return _number(word, line)
        raise _fault(f"'{name}' has no value", line, f"add a line '{name} = ...'")
    return -values[name] if word.startswith("-") else values[name]


def _number(text: str, line: int) -> float:
    try:
        return number(text)
    except NumberError as error:
        raise _fault(error.message, line, error.hint) from None


def _fault(message: str, line: int, hint: str | None = None) -> InputError:
    return InputError(f"Z-matrix: {message}", path=PATH, line_offset=line, hint=hint or FORM)


def _check(
    text: str, references: tuple[int, ...], values: tuple[float, ...], index: int, line: int
) -> None:
    fault = None
    if any(not 0 <= reference < index for reference in references):
        fault = f"refers to an atom that is not one of the {index} before it"
    elif len(set(references)) != len(references):
        fault = "refers to one atom twice"
    elif not all(map(math.isfinite, values)):
        fault = "has a value that is not finite"
    elif values and values[0] <= 0:
        fault = "has a length that is not positive"
    elif len(values) > 1 and not 0 <= values[1] <= 180:
        fault = "has an angle outside 0 to 180 degrees"
    if fault:
        raise _fault(f"'{text}' {fault}", line)


def _place(row: Row, positions: list[FloatArray]) -> FloatArray:
    """The position of one atom from those before it, shape (3,)."""
    if not row.references:
        return np.zeros(3)
    near = positions[row.references[0]]
    if len(row.references) == 1:
        return np.asarray(near + np.array([0.0, 0.0, row.values[0]]))
    axis = _unit(near - positions[row.references[1]])
    length, angle = row.values[0], math.radians(row.values[1])
    side, normal = _frame(row, axis, positions)
    turn = math.radians(row.values[2]) if len(row.values) > 2 else 0.0
    direction = math.cos(turn) * side + math.sin(turn) * normal
    step = math.sin(angle) * direction - math.cos(angle) * axis
    return np.asarray(near + length * step)


def _frame(
    row: Row, axis: FloatArray, positions: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Two unit vectors across the axis: towards the third reference, and out of the plane."""
    if len(row.references) == 2:
        helper = np.array([1.0, 0.0, 0.0]) if abs(axis[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
        side = _unit(helper - (helper @ axis) * axis)
        return side, np.cross(axis, side)
    far = positions[row.references[1]] - positions[row.references[2]]
    normal = np.cross(_unit(far), axis)
    if np.linalg.norm(normal) < STRAIGHT:
        raise InputError(
            f"Z-matrix: the reference atoms of {row.symbol} are in a line, without a dihedral",
            path=PATH,
            line_offset=row.line,
            hint="refer to another atom",
        )
    normal = _unit(normal)
    return np.cross(normal, axis), normal


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        raise InputError("two reference atoms are at the same place", path=PATH)
    unit: FloatArray = vector / length
    return unit

"""Basis sets and core potentials as text in the formats of NWChem, Gaussian and Psi4.

Only numbers are read as numbers; PySCF's own readers evaluate other text as Python.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from vqe_cli.chemistry.geometry.coordinates import is_element
from vqe_cli.errors import InputError, Path

Shell = list[int | list[float]]
"""PySCF's form of a shell: [l, [exponent, coefficient, ...], ...], exponents in 1/bohr²."""

Potential = list[int | list[list[int | list[list[list[float]]]]]]
"""PySCF's form of a potential: [electrons, [[l, [terms with r⁻², with r⁻¹, ...]], ...]].

The local part has l = -1, and each term is [exponent, coefficient].
"""

LETTERS = "SPDFGHIK"
"""Letters of angular momenta, from 0."""

POWERS = 7
"""Number of powers of r in a potential: n from 0 to 6 in rⁿ⁻²."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?", re.ASCII)
_IGNORED = re.compile(r"\*{4,}|basis\b.*|end|spherical|cartesian", re.IGNORECASE)
_CARTESIAN = re.compile(r"basis\b.*\bcartesian\b.*|cartesian", re.IGNORECASE)
_NWCHEM_HEADER = re.compile(r"([A-Za-z]{1,2})\s+(SP|[A-Z])", re.IGNORECASE)
_NWCHEM_CORE = re.compile(r"([A-Za-z]{1,2})\s+nelec\s+(\d+)", re.IGNORECASE)
_NWCHEM_LOCAL = re.compile(r"([A-Za-z]{1,2})\s+ul", re.IGNORECASE)
_GAUSSIAN_ELEMENT = re.compile(r"-?([A-Za-z]{1,2})\s+0")
_GAUSSIAN_SHELL = re.compile(r"(SP|[A-Z]|L=\d)\s+(\d+)(?:\s+(\S+))?", re.IGNORECASE)
_GAUSSIAN_CORE = re.compile(r"([A-Za-z]{1,2})-ECP\s+(\d+)\s+(\d+)", re.IGNORECASE)


@dataclass
class WrittenBasis:
    """The contents of a text, by element.

    Args:
        shells: The basis functions.
        potentials: The core potentials.
        cartesian: Whether the text requests six d functions instead of five.
    """

    shells: dict[str, list[Shell]] = field(default_factory=dict)
    potentials: dict[str, Potential] = field(default_factory=dict)
    cartesian: bool = False


def read_basis_text(text: str, path: Path) -> WrittenBasis:
    """Read a basis set with its core potentials, or either.

    Args:
        text: The text in the Basis Set Exchange's format for NWChem, Gaussian or Psi4.
        path: Path of the text in the input, for messages.

    Returns:
        The basis functions and core potentials by element.

    Raises:
        InputError: The text is invalid; the error carries the line.
    """
    try:
        return _read(text)
    except _TextError as error:
        raise InputError(
            error.message,
            path=(*path, "text"),
            line_offset=error.line,
            hint="NWChem's, Gaussian's and Psi4's formats are read, as written by"
            " basissetexchange.org",
        ) from None


class _TextError(Exception):
    """A fault, and its line from 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass
class _Lines:
    """Iterator over the nonempty lines without comments, with the state of the reader."""

    rest: list[tuple[int, str]]
    last: int = 0
    unfinished: str | None = None
    """The element whose shells are being read."""
    element: str | None = None
    """The element of the current shells in Gaussian's format."""
    within_potentials: bool = False
    """Whether the current lines in NWChem's format are those of core potentials."""

    def __bool__(self) -> bool:
        return bool(self.rest)

    def next(self, wanted: str) -> str:
        if not self.rest:
            raise _TextError(f"the text ends where {wanted} should stand", self.last)
        self.last, line = self.rest.pop(0)
        return line

    def rows(self, columns: str, count: int | None = None) -> list[list[float]]:
        """The numbers of the next `count` lines, or of all lines that begin with a number."""
        found: list[list[float]] = []
        while len(found) < count if count is not None else self.rest and _is_row(self.rest[0][1]):
            found.append(self._row(self.next(columns), columns))
        return found

    def _row(self, line: str, columns: str) -> list[float]:
        words = line.split()
        if not all(_NUMBER.fullmatch(word) for word in words):
            raise self.error(f"'{line[:60]}' is not a line of numbers: {columns}")
        return [float(word.upper().replace("D", "E")) for word in words]

    def error(self, message: str) -> _TextError:
        return _TextError(message, self.last)


def _is_row(line: str) -> bool:
    return not line[0].isalpha() and not _IGNORED.fullmatch(line)


@lru_cache(maxsize=32)
def _read(text: str) -> WrittenBasis:
    numbered = enumerate(re.split("[!#]", line)[0].strip() for line in text.splitlines())
    lines = _Lines([(number, line) for number, line in numbered if line])
    found = WrittenBasis()
    while lines:
        line = lines.next("")
        if _IGNORED.fullmatch(line):
            found.cartesian |= bool(_CARTESIAN.fullmatch(line))
            lines.within_potentials, lines.unfinished = False, None
        elif not _as_in_gaussian(line, lines, found) and not _as_in_nwchem(line, lines, found):
            raise lines.error(f"'{line[:60]}' is not a line of a basis set")
    if not found.shells and not found.potentials:
        raise _TextError("there are no basis functions and no core potentials", 0)
    return found


def _as_in_gaussian(line: str, lines: _Lines, found: WrittenBasis) -> bool:
    """Read the block that a line begins in Gaussian's or Psi4's format; whether it begins one."""
    if match := _GAUSSIAN_CORE.fullmatch(line):
        symbol = _element(match[1], lines)
        _add_potential(found, symbol, int(match[3]), lines)
        _gaussian_potential(found.potentials[symbol], int(match[2]), lines)
    elif match := _GAUSSIAN_ELEMENT.fullmatch(line):
        lines.element, lines.unfinished = _element(match[1], lines), None
    elif (match := _GAUSSIAN_SHELL.fullmatch(line)) and lines.element is not None:
        scale = _scale(match[3] or "1", lines) ** 2
        rows = lines.rows(_EXPONENTS, int(match[2]))
        scaled = [[scale * row[0], *row[1:]] for row in rows]
        _add_shell(found, lines.element, match[1], scaled, lines)
    return match is not None


def _as_in_nwchem(line: str, lines: _Lines, found: WrittenBasis) -> bool:
    """Read the block that a line begins in NWChem's format; whether it begins one."""
    if line.upper() == "ECP":
        lines.within_potentials = True
        return True
    if match := _NWCHEM_CORE.fullmatch(line):
        lines.within_potentials = True
        _add_potential(found, _element(match[1], lines), int(match[2]), lines)
    elif (match := _NWCHEM_LOCAL.fullmatch(line)) and lines.within_potentials:
        _nwchem_potential(found, _element(match[1], lines), -1, lines)
    elif match := _NWCHEM_HEADER.fullmatch(line):
        symbol, letter = _element(match[1], lines), match[2]
        if lines.within_potentials:
            _nwchem_potential(found, symbol, _momentum(letter, lines), lines)
        else:
            _add_shell(found, symbol, letter, lines.rows(_EXPONENTS), lines)
    return match is not None


_EXPONENTS = "an exponent, then coefficients"
_TERMS = "a power of r, an exponent, a coefficient"


def _element(text: str, lines: _Lines) -> str:
    if not is_element(text.capitalize()):
        raise lines.error(f"'{text}' is not an element")
    return text.capitalize()


def _momentum(letter: str, lines: _Lines) -> int:
    if letter.upper().startswith("L="):
        return int(letter[2:])
    if letter.upper() not in LETTERS:
        raise lines.error(f"'{letter}' is not an angular momentum; known: {', '.join(LETTERS)}")
    return LETTERS.index(letter.upper())


def _scale(text: str, lines: _Lines) -> float:
    if not _NUMBER.fullmatch(text) or float(text.upper().replace("D", "E")) <= 0:
        raise lines.error(f"'{text}' is not a scale factor")
    return float(text.upper().replace("D", "E"))


def _add_shell(
    found: WrittenBasis, symbol: str, letter: str, rows: list[list[float]], lines: _Lines
) -> None:
    """Add one shell, or two that share exponents (SP)."""
    width = len(rows[0]) if rows else 0
    if width < 2 or any(len(row) != width for row in rows):
        raise lines.error(f"a shell of {symbol} has no rows of equal length: {_EXPONENTS}")
    if not all(row[0] > 0 and all(map(math.isfinite, row)) for row in rows):
        raise lines.error(f"a shell of {symbol} has an exponent that is not positive and finite")
    if symbol in found.shells and symbol != lines.unfinished:
        raise lines.error(f"basis functions of {symbol} are repeated")
    shells, lines.unfinished = found.shells.setdefault(symbol, []), symbol
    if letter.upper() != "SP":
        shells.append([_momentum(letter, lines), *rows])
        return
    if width != 3:
        raise lines.error(f"a shared shell (SP) of {symbol} needs two coefficients in each line")
    shells.append([0, *([row[0], row[1]] for row in rows)])
    shells.append([1, *([row[0], row[2]] for row in rows)])


def _add_potential(found: WrittenBasis, symbol: str, electrons: int, lines: _Lines) -> None:
    from pyscf.data.elements import charge

    if symbol in found.potentials:
        raise lines.error(f"a second core potential of {symbol} begins")
    if electrons and electrons >= int(charge(symbol)):
        raise lines.error(f"a core potential of {symbol} cannot replace {electrons} electrons")
    found.potentials[symbol] = [electrons, []]


def _nwchem_potential(found: WrittenBasis, symbol: str, momentum: int, lines: _Lines) -> None:
    if symbol not in found.potentials:
        raise lines.error(f"'{symbol} nelec ...' is missing before the potential of {symbol}")
    _add_terms(found.potentials[symbol], momentum, lines.rows(_TERMS), lines)


def _gaussian_potential(potential: Potential, largest: int, lines: _Lines) -> None:
    """Read the local part, then s, p, ... up to the second largest angular momentum."""
    for momentum in (-1, *range(largest)):
        lines.next("the title of a part of the potential")
        count = lines.next("how many terms follow")
        if not count.isdecimal():
            raise lines.error(f"'{count[:60]}' is not the number of terms that follow")
        _add_terms(potential, momentum, lines.rows(_TERMS, int(count)), lines)


def _add_terms(potential: Potential, momentum: int, rows: list[list[float]], lines: _Lines) -> None:
    by_power: list[list[list[float]]] = [[] for _ in range(POWERS)]
    for row in rows:
        if len(row) != 3 or row[0] not in range(POWERS) or not all(map(math.isfinite, row)):
            raise lines.error(f"a term of a core potential is {_TERMS}")
        if row[2]:
            by_power[int(row[0])].append(row[1:])
    parts = potential[1]
    assert isinstance(parts, list)
    parts.append([momentum, by_power])
    parts.sort(key=lambda part: int(str(part[0])))

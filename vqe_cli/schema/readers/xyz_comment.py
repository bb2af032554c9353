"""The second line of an .xyz file: free text, extended XYZ's ``key=value``, or both.

Unambiguous statements of charge and multiplicity are read; other text that looks like such a
statement is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vqe_cli.schema.faults import TextError
from vqe_cli.schema.length_units import LENGTH_UNITS
from vqe_cli.schema.numbers import NumberError, number

CHARGE, MULTIPLICITY = "charge", "multiplicity"

_VALUE = r"\"[^\"]*\"|'[^']*'|\{[^}]*\}|\[[^\]]*\]|[^\s,;]+"
_ASSIGNMENT = re.compile(rf"(?<![\w.])([A-Za-z_][\w.-]*)\s*=\s*({_VALUE})")

_OF_ALL = r"(?:(?:total|tot|net|molecular|mol|system|formal)[ _-]?)?"
_CHARGE = rf"(?:{_OF_ALL}(?:charge|chrg|chg)|charge_total|qtot|q)"
_MULTIPLICITY = rf"(?:{_OF_ALL}(?:spin[ _-]?)?(?:multiplicity|multip|mult)|2s\+1)"
_UNPAIRED = r"(?:uhf|n?unpaired(?:[ _-]electrons)?)"
_STATEMENT = re.compile(
    rf"(?<![\w.-])(?:({_CHARGE})|({_MULTIPLICITY})|({_UNPAIRED})|(spin))[\"']?"
    rf"(?:\s*[=:]\s*({_VALUE})|\s+([-+]?[0-9][^\s,;]*))",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\s*[(\[]?([-+]?[0-9])\s*[\s,;]\s*\+?([0-9]{1,2})[)\]]?\s*")
_LIKE_A_PAIR = re.compile(r"\s*[(\[]?[-+]?[0-9]{1,2}\s*[\s,;/]\s*\+?[0-9]{1,2}(?=[)\]\s]|$)")
_JOINT = re.compile(
    rf"(?<![\w.-])(?:{_CHARGE}\s*(?:[/,;&|]|\band\b)\s*(?:{_MULTIPLICITY}|spin)"
    rf"|(?:{_MULTIPLICITY}|spin)\s*(?:[/,;&|]|\band\b)\s*{_CHARGE})\b[^A-Za-z]*",
    re.IGNORECASE,
)
"""Two names before two values, which is ambiguous."""

_ALONE = re.compile(r"\s*(?:[-+][1-9]|[1-9][-+]?)\s*")

_LIKE_A_CHARGE = re.compile(
    r"\b(?:di|tri|poly)?(?:[Cc]at|[Aa]n)ion|ioni[sz]ed|\bions?\b|protonated"
    r"|(?<![\w/.+*-])[\[(]?[A-Z][A-Za-z0-9()\[\]]*[\])]?(?:\^|\s(?=[0-9]))?[0-9]*[-+−⁺⁻]+(?=[\s,;.]|$)"
)
_LIKE_A_SPIN = re.compile(
    r"multiplicit|(?<![\w.])(?-i:S|M|M_?[Ss])\s*[=:]|\bmult|\bspin\b|\b2s\+1|uhf|unpaired|radical|high.spin"
    r"|(?:sing|doub|trip)let|qua?r?[rt]et|quintet|sextet|septet",
    re.IGNORECASE,
)
_LIKE_Q = re.compile(r"charge|chrg|chg\b|(?<![\w.])q(?:tot)?\s*[=: ]\s*[-+]?[0-9]", re.IGNORECASE)
_LIKE_BOHR = re.compile(
    r"\bbohrs?\b|\b(?:coord\w*|geometry|units?)\b.*\b(?:a\.?u\b|atomic units)", re.IGNORECASE
)

_UNIT = re.compile(
    r"(?<![\w.])(?:(?:length|pos|positions?|coords?|coordinates?)[ _-])?units?\s*[=:]\s*"
    rf"({_VALUE})",
    re.IGNORECASE,
)
_OF_ENERGY = re.compile(r"(?:m?ev|m?ha|hartrees?|ry|rydberg|k?cal|k?j)(?:/.*)?", re.IGNORECASE)
_TRUE, _FALSE = ("t", "true", "1", "yes", "xyz"), ("f", "false", "0", "no", "none")


class CommentError(TextError):
    """A comment with a contradiction or an unsupported statement."""


@dataclass(frozen=True)
class Comment:
    """The statements of a comment.

    Args:
        text: The whole comment.
        keys: Text of each assigned value, by name in lower case.
        stated: Charge and multiplicity, if stated.
        unread: Those of the two that the comment mentions in another form.
        units: Unit of the coordinates, if stated.
        like_bohr: Whether the comment mentions atomic units without a clear statement.
    """

    text: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    stated: dict[str, int | float] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    units: str | None = None
    like_bohr: bool = False

    @property
    def columns(self) -> str | None:
        """The text of ``Properties``: names, types and numbers of columns."""
        return self.keys.get("properties")


def read_comment(text: str) -> Comment:
    """The statements of a comment.

    Args:
        text: The comment line.

    Raises:
        CommentError: The comment contradicts itself, describes a crystal, or has an unknown unit.
    """
    keys = {name.lower(): _bare(value) for name, value in _ASSIGNMENT.findall(text)}
    _refuse_periodic(keys)
    units = _units(text)
    stated, rest = _statements(text)
    unread = frozenset(_looks_like(rest)) - stated.keys()
    doubtful = units is None and _LIKE_BOHR.search(text) is not None
    return Comment(text, keys, stated, unread, units, doubtful)


def _statements(text: str) -> tuple[dict[str, int | float], str]:
    """Charge and multiplicity, and the comment with these statements blanked."""
    if pair := _PAIR.fullmatch(text):
        return {CHARGE: int(pair[1]), MULTIPLICITY: int(pair[2])}, ""
    found: dict[str, int | float] = {}
    rest = _ASSIGNMENT.sub(_without_columns, text)
    rest_of_joint = _JOINT.sub(lambda joint: " " * len(joint[0]), rest)
    for match in list(_STATEMENT.finditer(rest_of_joint)):
        statement = _read(match)
        if statement is None:
            continue
        key, value = statement
        if found.setdefault(key, value) != value:
            raise CommentError(
                f"the comment states two values of the {key}: {found[key]:g} and {value:g}",
                "remove one of the two",
            )
        start, end = match.span()
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return found, rest


def _without_columns(match: re.Match[str]) -> str:
    """Blanks in place of the assignment of ``Properties``, whose names are not statements."""
    return " " * len(match[0]) if match[1].lower() == "properties" else match[0]


def _read(match: re.Match[str]) -> tuple[str, int | float] | None:
    """Key and value of a statement; None if it is ambiguous."""
    charge, multiplicity, unpaired, spin, assigned, apart = match.groups()
    value = _value(_bare(assigned if assigned is not None else apart))
    if value is None or (charge and charge.lower() == "q" and assigned is None):
        return None
    if charge:
        return CHARGE, value
    if spin:  # may be S, 2S or 2S+1; only zero is unambiguous
        return (MULTIPLICITY, 1) if value == 0 else None
    return MULTIPLICITY, value + 1 if unpaired and not multiplicity else value


def _value(text: str) -> int | float | None:
    """A number, whole if possible; the sign may follow, as in ``2-``."""
    if behind := re.fullmatch(r"([0-9]+)([-+])", text):
        text = behind[2] + behind[1]
    try:
        value = number(text)
    except NumberError:
        return None
    return int(value) if value.is_integer() else value


def _looks_like(rest: str) -> Iterator[str]:
    """Those of charge and multiplicity that the unread part of a comment seems to mention."""
    both = _LIKE_A_PAIR.match(rest) or _ALONE.fullmatch(rest)
    if both or _LIKE_A_CHARGE.search(rest) or _LIKE_Q.search(rest):
        yield CHARGE
    if both or _LIKE_A_SPIN.search(rest):
        yield MULTIPLICITY


def _refuse_periodic(keys: dict[str, str]) -> None:
    """Refuse a cell with periodic boundaries: a crystal or a liquid, not a molecule."""
    cell = next((keys[name] for name in ("lattice", "cell") if name in keys), None)
    has_cell = cell is not None and any(word.strip("0.,+-") for word in cell.split())
    stated = re.findall(r"[A-Za-z0-9]+", keys["pbc"].lower()) if "pbc" in keys else None
    if stated is not None and len(stated) == 1 and set(stated[0]) <= {"t", "f"}:
        stated = list(stated[0])
    if stated is None:
        periodic = has_cell
    elif all(word in (*_TRUE, *_FALSE) for word in stated):
        periodic = any(word in _TRUE for word in stated)
    else:
        raise CommentError(f"'pbc' is '{keys['pbc'][:40]}'", 'write pbc="F F F" for a molecule')
    if periodic:
        raise CommentError(
            "the file describes a periodic system (Lattice, pbc); only molecules are computed",
            'for a molecule in a box write pbc="F F F", or remove Lattice and pbc',
        )


def _units(text: str) -> str | None:
    """The unit of length in a comment; None if there is none."""
    named = {_bare(value).lower() for value in _UNIT.findall(text)}
    named = {name for name in named if not _OF_ENERGY.fullmatch(name)}
    for name in named:
        if name not in LENGTH_UNITS:
            hint = "coordinates are in Ångström or bohr: units=angstrom, units=bohr"
            raise CommentError(f"'{name[:40]}' is not a unit of length that is known", hint)
    found = {LENGTH_UNITS[name] for name in named}
    if len(found) > 1:
        raise CommentError("the comment states two units of length", "remove one of the two")
    return next(iter(found), None)


def _bare(value: str) -> str:
    """The value without enclosing quotes or brackets."""
    return value.strip().strip("\"'{}[]()").strip()

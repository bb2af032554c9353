"""The header of an FCIDUMP file: a Fortran namelist, in the variants of many programs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.fcidump.lines import Lines, fault

HEADER_LINES = 1000
"""Maximum number of lines of a header, which ORBSYM of many orbitals makes long."""

UNRESTRICTED_HINT = "export it over restricted orbitals (RHF, ROHF or CASSCF)"
BLOCKS_HINT = "blocks of each spin (IUHF=1) can be read, or restricted orbitals (RHF, ROHF, CASSCF)"
REAL_HINT = "only real spatial orbitals can be read"

OTHER_ORBITALS = {
    "UHF": ("unrestricted spin orbitals", BLOCKS_HINT),
    **dict.fromkeys(("GHF", "IGHF", "IGENERAL"), ("general spin orbitals", UNRESTRICTED_HINT)),
    **dict.fromkeys(("TREL", "REL"), ("relativistic spinors", REAL_HINT)),
    **dict.fromkeys(("COMPLEX", "ICOMPLEX"), ("complex integrals", REAL_HINT)),
}
"""Kinds of orbitals that are not supported, and hints, by the keys that declare them."""

READ = frozenset(
    {"NORB", "NELEC", "MS2", "ORBSYM", "ISYM", "SYML", "SYMLZ", "IUHF", *OTHER_ORBITALS}
)

WITHOUT_MEANING_HERE = frozenset(
    {"NPROP", "PROPBITLEN", "NROOT", "MEMORY", "MAXIT", "THR", "ST", "TITLE", "NAME"}
)
"""Keys that do not concern the integrals: titles, and options of other programs' solvers."""

_START = re.compile(r"[&$]FCI\b", re.IGNORECASE)
_END = re.compile(r"[&$]END\b|/|^\s*[&$]\s*$", re.IGNORECASE)
_KEY = re.compile(r"([A-Z_]\w*)(?:\(1\))?\s*=", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_NEARLY_WHOLE = re.compile(r"\+?(-?\d{1,18})\.0*(?:[ED][-+]?0+)?", re.ASCII)
"""A whole number written as a decimal one: ``4.0``, ``4.``, ``4.0D0``."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
"""A quoted title, in which slashes and equals signs have no meaning."""
_REPEATED = re.compile(r"(\d{1,4})\*(.+)", re.ASCII)

BEGINNING = "a header begins &FCI NORB=..,NELEC=.."


@dataclass(frozen=True)
class Header:
    """The header of an FCIDUMP file.

    Args:
        norb: Number of spatial orbitals.
        electrons: Number of electrons of both spins.
        spin: Twice Sz, not negative.
        orbsym: Irreps of the orbitals in the writing program's numbering, from 1; None if not
            given.
        isym: Irrep of the requested state, in the same numbering; 1 or 0 if it is left open.
        line: The line at which the header begins, from 1.
        assumed: Values assumed for keys that the header leaves open.
        notes: Remarks on how the header was read.
        unread: Unknown keys.
        unrestricted: Whether the file has blocks of alpha and beta orbitals that differ.
    """

    norb: int
    electrons: int
    spin: int
    orbsym: tuple[int, ...] | None
    isym: int
    line: int
    assumed: dict[str, int | str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unrestricted: bool = False

    @property
    def nelec(self) -> tuple[int, int]:
        """Numbers of alpha and beta electrons."""
        alpha = (self.electrons + self.spin) // 2
        return alpha, self.electrons - alpha


@dataclass(frozen=True)
class _Value:
    """The words after a key, and the key's line."""

    words: tuple[str, ...]
    line: int


def read_header(path: Path, lines: Lines) -> Header:
    """Read the header, which ends with a slash, &END or $END.

    Args:
        path: The file, for messages.
        lines: The lines of the file; afterwards at the first line of the integrals.

    Returns:
        The header with its checked entries.

    Raises:
        InputError: The header is invalid; the error carries the line.
    """
    start, entries = _entries(path, lines)
    return _Checked(path, start, entries).header()


def _entries(path: Path, lines: Lines) -> tuple[int, dict[str, _Value]]:
    """The line at which the header starts, and the values of its keys."""
    start, text = next(lines, (1, ""))
    opened = _START.match(text)
    if opened is None:
        raise fault(path, "does not begin with &FCI", start, BEGINNING)
    collected: list[tuple[int, str]] = []
    number, rest = start, text[opened.end() :]
    while True:
        rest = _QUOTED.sub("", rest)
        end = _END.search(rest)
        collected.append((number, rest[: end.start()] if end else rest))
        if end:
            break
        number, rest = next(lines, (0, ""))
        if not number or number > start + HEADER_LINES:
            raise fault(path, "the header has no end", start, "it ends with &END or a slash")
    if rest[end.end() :].strip():
        raise fault(path, "text follows the end of the header", number, "begin a new line")
    return start, _values(path, collected)


def _values(path: Path, collected: list[tuple[int, str]]) -> dict[str, _Value]:
    found: dict[str, _Value] = {}
    key, line, words = "", 0, list[str]()

    def keep() -> None:
        if key in found:
            first = found[key].line
            where = f"lines {first} and {line}" if first != line else f"line {line}, twice"
            raise fault(path, f"{key} is set in {where}", line, "say it once")
        if key:
            found[key] = _Value(tuple(words), line)

    for number, text in collected:
        before, *pairs = _KEY.split(text.upper())
        if not key and before.replace(",", " ").strip():
            raise fault(path, f"'{before.strip()[:60]}' belongs to no key of the header", number)
        words.extend(_words(before))
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            keep()
            key, line, words = name, number, _words(value)
    keep()
    return found


def _words(text: str) -> list[str]:
    """The values between commas and blanks, with repetitions such as ``3*1`` expanded."""
    words: list[str] = []
    for word in text.replace(",", " ").split():
        repeated = _REPEATED.fullmatch(word)
        words += [repeated[2]] * int(repeated[1]) if repeated else [word]
    return words


class _Checked:
    """Interpreter of a header's entries."""

    def __init__(self, path: Path, start: int, entries: dict[str, _Value]) -> None:
        self._path, self._start, self._entries = path, start, entries

    def header(self) -> Header:
        self._refuse_other_orbitals()
        norb, electrons = self._required("NORB"), self._required("NELEC")
        assumed: dict[str, int | str] = {}
        spin = self._whole("MS2")
        if spin is None:
            spin = assumed["MS2"] = electrons % 2
        self._refuse_what_does_not_fit(norb, electrons, spin)
        unrestricted = self._is_true("IUHF")
        if unrestricted and spin < 0:
            message = f"MS2={spin} has more beta than alpha electrons, whose orbitals differ"
            raise self._fault(message, "MS2", "exchange the blocks of alpha and beta orbitals")
        return Header(
            norb=norb,
            electrons=electrons,
            spin=abs(spin),
            orbsym=self._orbsym(norb),
            isym=self._whole("ISYM") or 0,
            line=self._start,
            assumed=assumed,
            notes=(f"MS2={spin} is read as {-spin}: both have the same energies",)
            if spin < 0
            else (),
            unread=tuple(sorted(self._entries.keys() - READ - WITHOUT_MEANING_HERE)),
            unrestricted=unrestricted,
        )

    def _refuse_other_orbitals(self) -> None:
        """Refuse orbitals that mix spins or are complex."""
        for key, (orbitals, hint) in OTHER_ORBITALS.items():
            if self._is_true(key):
                raise self._fault(f"the file holds {orbitals} ({key})", key, hint)
        momenta = self._entries.get("SYMLZ")
        if momenta is not None and any(word.strip("+-0") for word in momenta.words):
            message = "the file holds complex orbitals of an angular momentum (SYMLZ)"
            raise self._fault(message, "SYMLZ", REAL_HINT)

    def _refuse_what_does_not_fit(self, norb: int, electrons: int, spin: int) -> None:
        key = "MS2" if "MS2" in self._entries else "NELEC"
        given = f"NELEC={electrons} and MS2={spin}"
        if (electrons + spin) % 2:
            message = f"{given} do not fit: one is even, the other odd"
            raise self._fault(
                message, key, "MS2 is the number of alpha minus that of beta electrons"
            )
        most = (electrons + abs(spin)) // 2
        if electrons < 1:
            message = f"NELEC={electrons} leaves nothing to compute"
            raise self._fault(message, "NELEC", "at least one electron outside the core")
        if abs(spin) > electrons or most > norb:
            message = f"{given} do not fit into NORB={norb}"
            raise self._fault(message, key, "MS2 is twice Sz, the highest of the multiplet")

    def _orbsym(self, norb: int) -> tuple[int, ...] | None:
        value = self._entries.get("ORBSYM")
        if value is None or not value.words:
            return None
        if not all(_WHOLE.fullmatch(word) for word in value.words):
            raise self._fault("ORBSYM has an entry that is not a whole number", "ORBSYM")
        if len(value.words) != norb:
            message = (
                f"ORBSYM has {counted(len(value.words), 'entry', 'entries')}"
                f" for NORB={counted(norb, 'orbital')}"
            )
            raise self._fault(message, "ORBSYM", "one for each orbital, or leave ORBSYM out")
        return tuple(map(int, value.words))

    def _required(self, key: str) -> int:
        number = self._whole(key)
        if number is None:
            raise self._fault(f"there is no {key}", key, BEGINNING)
        return number

    def _whole(self, key: str) -> int | None:
        value = self._entries.get(key)
        if value is None:
            return None
        if len(value.words) != 1 or not _WHOLE.fullmatch(value.words[0]):
            shown = " ".join(value.words)[:40]
            hint = f"write {key}={bare[1]}" if (bare := _NEARLY_WHOLE.fullmatch(shown)) else None
            raise self._fault(f"{key}={shown} is not one whole number", key, hint)
        return int(value.words[0])

    def _is_true(self, key: str) -> bool:
        """Whether a key is true: ``T``, ``.TRUE.``, or a nonzero number."""
        value = self._entries.get(key)
        if value is None:
            return False
        word = value.words[0].strip(".") if len(value.words) == 1 else ""
        if _WHOLE.fullmatch(word):
            return int(word) != 0
        if word[:1] not in ("T", "F"):
            message = f"{key}={' '.join(value.words)[:40]} is neither true nor false"
            raise self._fault(message, key, "write .TRUE. or .FALSE.")
        return word[0] == "T"

    def _fault(self, message: str, key: str, hint: str | None = None) -> Exception:
        value = self._entries.get(key)
        return fault(self._path, message, value.line if value else self._start, hint)

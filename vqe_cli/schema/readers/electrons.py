"""Charge and multiplicity given beside a structure: cells of a table, data fields of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vqe_cli.errors import InputError
from vqe_cli.schema.source import Remark

CHARGE, MULTIPLICITY, SPIN = "charge", "multiplicity", "spin"
TITLES = (CHARGE, MULTIPLICITY, SPIN)

_HINTS = {CHARGE: "write it in units of e", MULTIPLICITY: "write 2S+1"}
_WHOLE = re.compile(r"([-+]?[0-9]{1,3})(?:\.0*)?")
"""A whole number; programs also write 3.0 for 3."""

_NO_SPIN = re.compile(r"0*\.?0*")


@dataclass(frozen=True)
class Electrons:
    """Charge and multiplicity given beside a structure.

    Args:
        section: Charge and multiplicity as in the section ``molecule``.
        remarks: Remarks on values that are not read.
    """

    section: dict[str, int]
    remarks: tuple[Remark, ...] = ()


def stated_electrons(fields: Mapping[str, str]) -> Electrons:
    """Charge and multiplicity from text fields; contradictions to the structure are refused later.

    Args:
        fields: Text by title in lower case; an empty text is no value.

    Raises:
        InputError: A text is not a whole number.
    """
    section = {
        key: _number(key, text)
        for key in (CHARGE, MULTIPLICITY)
        if (text := fields.get(key, "").strip())
    }
    spin = fields.get(SPIN, "").strip()
    if MULTIPLICITY in section or _NO_SPIN.fullmatch(spin):
        return Electrons(section)
    text = f"'{SPIN}' is {spin[:20]!r} and may be S, 2S or 2S+1: it is not read, 'multiplicity' is"
    return Electrons(section, (Remark(text, frozenset({MULTIPLICITY}), doubtful=True),))


def _number(key: str, text: str) -> int:
    found = _WHOLE.fullmatch(text)
    if found is None:
        shown = "".join(letter for letter in text if letter.isprintable())[:20]
        message = f"the {key} '{shown}' is not a whole number"
        raise InputError(message, hint=f"{_HINTS[key]}, or leave it empty")
    return int(found[1])

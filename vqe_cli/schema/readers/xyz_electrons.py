"""Charges, magnetic moments and fields in an extended .xyz file.

Charges and moments of atoms are in columns, the total moment and external fields in the comment.
They do not change charge or multiplicity; contradictions are reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vqe_cli.schema.numbers import NumberError, is_number, number
from vqe_cli.schema.readers.xyz_columns import Columns
from vqe_cli.schema.readers.xyz_comment import CHARGE, MULTIPLICITY, Comment
from vqe_cli.schema.source import Remark

_ASSUMED = {CHARGE: 0, MULTIPLICITY: 1}

_CHARGES = re.compile(r"^(?!.*(nuclear|core|born|effective)).*(charge|chrg|chg)|^q$", re.I)
_MOMENT = r"mag_?mom|magnetic_?moment|magneti[sz]ation"
_MOMENT_OF_ALL = re.compile(_MOMENT, re.I)
_MOMENTS = re.compile(rf"{_MOMENT}|spin|unpaired", re.I)
_SURROUNDINGS = re.compile(
    r"^(?!.*force_?field).*field|solvent|solvation|dielectric|perturb|embedding|pcm|cosmo|alpb|gbsa"
    r"|^c?smd$|(point|external)_?(charge|potential)",
    re.I,
)
_IN_WORDS = re.compile(
    r"(?<!\bno )(?<!without )(?<!zero )\b(?:electric|magnetic|external|applied) fields?\b", re.I
)
_OFF = frozenset({"", "none", "no", "off", "f", "false", "vacuum", "gas", "gas-phase"})


@dataclass(frozen=True)
class _Total:
    """A sum of charges, or of unpaired electrons.

    Args:
        name: Name of the column or key.
        key: `CHARGE` or `MULTIPLICITY`.
        value: The sum, whole except for the round-off of a population analysis; None if a value
            is not a number.
    """

    name: str
    key: str
    value: float | None

    def fits(self, used: float) -> bool:
        """Whether the sum agrees with the charge or multiplicity that is used."""
        expected = used if self.key == CHARGE else used - 1
        return self.value is not None and round(self.value) == expected

    @property
    def meaning(self) -> str:
        """The charge or multiplicity of the sum, in words."""
        if self.value is None:
            return "are not numbers"
        whole = round(self.value)
        told = f"{whole:+d}" if self.key == CHARGE else f"{whole + 1}"
        return f"add up to {self.value:.4g}, which speaks for {self.key} {told}"


def remarks_on_electrons(
    name: str, comment: Comment, columns: Columns | None, rows: Sequence[Sequence[str]]
) -> Iterator[Remark]:
    """Doubts about charge, multiplicity and surroundings of the molecule.

    Args:
        name: Name of the file.
        comment: The comment of the file.
        columns: The named columns, or None.
        rows: Words of each atom's line.
    """
    totals = [*_of_columns(columns, rows), *_of_keys(comment.keys)]
    for total in totals:
        used = comment.stated.get(total.key, _ASSUMED[total.key])
        if not total.fits(used):
            text = (
                f"the values of '{total.name}' in {name} {total.meaning}; {used:g} is used:"
                f" write {total.key}=... in the comment, or give it"
            )
            yield Remark(text, frozenset({total.key}), doubtful=True)
    around = [key for key, value in comment.keys.items() if _surrounds(key, value)]
    around += _IN_WORDS.findall(comment.text)
    if around:
        named = ", ".join(f"'{one}'" for one in around)
        text = (
            f"the comment of {name} names {named}; the molecule is computed by itself, without"
            " fields or surroundings: take it out if that is meant"
        )
        yield Remark(text, doubtful=True)


def _of_columns(columns: Columns | None, rows: Sequence[Sequence[str]]) -> Iterator[_Total]:
    """Sums of columns over all atoms; moments with three components are added as vectors."""
    for name, (start, count) in columns.others.items() if columns is not None else ():
        values = [words[start : start + count] for words in rows]
        if _MOMENTS.search(name):
            yield _Total(name, MULTIPLICITY, _length(values))
        elif count == 1 and _CHARGES.search(name):
            yield _Total(name, CHARGE, _sum([value for (value,) in values]))


def _of_keys(keys: Mapping[str, str]) -> Iterator[_Total]:
    """Total moments in the comment, or sums of lists of atomic moments."""
    for name, value in keys.items():
        if _MOMENT_OF_ALL.search(name):
            words = re.split(r"[\s,]+", value)
            yield _Total(name, MULTIPLICITY, _length([[word] for word in words]))


def _length(vectors: Sequence[Sequence[str]]) -> float | None:
    """The length of a sum of vectors; None if a component is not a number."""
    sums = [_sum(components) for components in zip(*vectors, strict=True)]
    known = [value for value in sums if value is not None]
    return math.hypot(*known) if len(known) == len(sums) else None


def _sum(words: Sequence[str]) -> float | None:
    try:
        total = sum(map(number, words))
    except NumberError:
        return None
    return total if math.isfinite(total) else None


def _surrounds(key: str, value: str) -> bool:
    """Whether a key sets a field or a medium that is not zero or off."""
    if not _SURROUNDINGS.search(key) or value.lower() in _OFF:
        return False
    return any(not is_number(word) or number(word) for word in re.split(r"[\s,]+", value))
